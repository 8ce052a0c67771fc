package gguf_test

import (
	"fmt"

	"github.com/whence-xai/whence/model/gguf"
)

// What a file of llama.cpp holds.
func ExampleOpen() {
	f, err := gguf.Open("testdata/tiny.gguf")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	architecture, _ := f.Text("general.architecture")
	fmt.Println("architecture:", architecture)
	for _, name := range f.Names()[:2] {
		t, _ := f.Tensor(name)
		fmt.Println(name, t.DType, t.Shape)
	}
	// Output:
	// architecture: llama
	// norm F32 [6]
	// half F16 [3 5]
}
