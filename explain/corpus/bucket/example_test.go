package bucket_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/whence-xai/whence/explain/corpus/bucket"
)

// A store takes names of object stores and of files alike: with
// "s3://my-bucket/rows.jsonl" for name, the same goes to Amazon S3.
func ExampleStore() {
	ctx, store := context.Background(), &bucket.Store{}
	folder, err := os.MkdirTemp("", "bucket")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, "rows.jsonl")

	out, err := store.Create(ctx, name)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer out.Abort() // does nothing once it is committed
	if _, err := io.WriteString(out, "{}\n"); err != nil {
		fmt.Println(err)
		return
	}
	if err := out.Commit(); err != nil { // only now the file is there
		fmt.Println(err)
		return
	}

	found, err := store.List(ctx, filepath.Join(folder, "*.jsonl"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(found), filepath.Base(found[0]))
	fmt.Println(bucket.IsURL("s3://my-bucket/rows.jsonl"), bucket.IsURL(name))
	// Output:
	// 1 rows.jsonl
	// true false
}
