package gguf_test

import (
	"fmt"

	"github.com/whence-xai/whence/model/gguf"
)

func Example() {
	f, err := gguf.Open("testdata/tiny.gguf")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	kind, _ := f.Text("general.architecture")
	fmt.Println(kind)
	for _, name := range f.Names() {
		t, _ := f.Tensor(name)
		numbers, err := t.Float32s(nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(name, t.DType, t.Shape, len(numbers))
	}
	// Output:
	// llama
	// norm F32 [6] 6
	// half F16 [3 5] 15
	// brain BF16 [2 3 4] 24
	// eight Q8_0 [3 64] 192
	// four Q4_1 [2 32] 64
}
