package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/whence-xai/whence/model/atomicfile"
)

// A writer that fails leaves what was there before.
func ExampleWrite() {
	folder, err := os.MkdirTemp("", "atomicfile")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, "report.txt")

	fmt.Println(atomicfile.Write(name, func(w io.Writer) error {
		_, err := io.WriteString(w, "all of it")
		return err
	}))
	fmt.Println(atomicfile.Write(name, func(w io.Writer) error {
		if _, err := io.WriteString(w, "only the beg"); err != nil {
			return err
		}
		return errors.New("power cut")
	}))
	content, err := os.ReadFile(name)
	fmt.Printf("%q %v\n", content, err)
	// Output:
	// <nil>
	// power cut
	// "all of it" <nil>
}
