package safetensors_test

import (
	"encoding/binary"
	"fmt"

	"github.com/whence-xai/whence/model/safetensors"
)

func ExampleOpenBytes() {
	header := `{"bias":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}`
	file := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	file = append(file, header...)
	file = append(file, 0x80, 0x3f, 0x00, 0xc0)

	f, err := safetensors.OpenBytes(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	bias, _ := f.Tensor("bias")
	values, err := bias.Float32s(nil)
	fmt.Println(bias.DType, bias.Shape, values, err)
	// Output: BF16 [2] [1 -2] <nil>
}
