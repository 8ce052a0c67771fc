package pickle_test

import (
	"fmt"

	"github.com/whence-xai/whence/model/pickle"
)

func ExampleOpen() {
	f, err := pickle.Open("testdata/layouts.bin")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	transposed, _ := f.Tensor("transposed")
	numbers, err := transposed.Float32s(nil)
	fmt.Println(transposed.DType, transposed.Shape, numbers[:4], err)
	// Output: F32 [6 4] [-1 -0.25 0.5 1.25] <nil>
}
