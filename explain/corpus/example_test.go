package corpus_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/corpus"
)

// A corpus is explained in shards, here by one process. What explains a document
// is any function; a game of a text and an estimator are the common one.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "corpus")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "reviews.csv")
	_ = os.WriteFile(file, []byte("id,text\n7,good\n8,\"bad, bad\"\n"), 0o600)

	in, err := corpus.Open(ctx, corpus.Folder{}, []string{file}, corpus.Fields{Text: "text", ID: "id"}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	run := corpus.Run{
		Input: in, Store: corpus.Folder{}, Output: filepath.Join(dir, "why.jsonl"), Shards: 2,
		Explain: func(_ context.Context, d corpus.Document) (*explain.Explanation, error) {
			return &explain.Explanation{Index: explain.SV, Baseline: []float64{0}, Full: []float64{float64(len(d.Text))}}, nil
		},
	}
	m, err := run.All(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Good, "of", m.Rows)
	for row, err := range corpus.Rows(ctx, corpus.Folder{}, run.Output) {
		fmt.Println(row.Row, row.ID, row.Text, row.Full[0], err)
	}
	// Output:
	// 2 of 2
	// 1 7 good 4 <nil>
	// 2 8 bad, bad 8 <nil>
}
