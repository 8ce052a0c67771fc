package tensor_test

import (
	"fmt"

	"github.com/whence-xai/whence/model/tensor"
)

func ExampleTensor_Float32s() {
	bias := tensor.Tensor{Name: "bias", DType: tensor.BF16, Shape: []int{2}, Data: []byte{0x80, 0x3f, 0x00, 0xc0}}
	fmt.Println(bias.Float32s(nil))
	// Output: [1 -2] <nil>
}
