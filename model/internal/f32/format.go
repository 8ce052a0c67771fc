package f32

import (
	"encoding/binary"
	"math"
	"slices"
)

// A Format is how stored numbers are laid out in bytes, little endian.
// The layouts are ggml-common.h's of llama.cpp.
type Format uint8

// The formats of weights in a checkpoint. Those after the first four are
// llama.cpp's: numbers of few bits in blocks that share scales.
const (
	Float32 Format = iota
	Float16
	BFloat16
	Float64 // of which float32 is made by rounding
	Q40
	Q41
	Q50
	Q51
	Q80
	Q2K
	Q3K
	Q4K
	Q5K
	Q6K
	IQ4NL
	IQ4XS
)

// A block is the numbers that are stored together.
type block struct {
	name           string // in files
	numbers, bytes int
	halves         []int                             // where the block's scales in half precision lie
	widen          func(dst []float32, block []byte) // nil for numbers that stand alone
}

// blocks are the blocks of the formats.
// The columns are those of block.
var blocks = [...]block{
	Float32:  {"F32", 1, 4, nil, nil},
	Float16:  {"F16", 1, 2, nil, nil},
	BFloat16: {"BF16", 1, 2, nil, nil},
	Float64:  {"F64", 1, 8, nil, nil},
	Q40:      {"Q4_0", 32, 18, []int{0}, widenQ40},
	Q41:      {"Q4_1", 32, 20, []int{0, 2}, widenQ41},
	Q50:      {"Q5_0", 32, 22, []int{0}, widenQ50},
	Q51:      {"Q5_1", 32, 24, []int{0, 2}, widenQ51},
	Q80:      {"Q8_0", 32, 34, []int{0}, widenQ80},
	Q2K:      {"Q2_K", 256, 84, []int{80, 82}, widenQ2K},
	Q3K:      {"Q3_K", 256, 110, []int{108}, widenQ3K},
	Q4K:      {"Q4_K", 256, 144, []int{0, 2}, widenQ4K},
	Q5K:      {"Q5_K", 256, 176, []int{0, 2}, widenQ5K},
	Q6K:      {"Q6_K", 256, 210, []int{208}, widenQ6K},
	IQ4NL:    {"IQ4_NL", 32, 18, []int{0}, widenIQ4NL},
	IQ4XS:    {"IQ4_XS", 256, 136, []int{0}, widenIQ4XS},
}

// FormatOf returns the format that files call by a name.
func FormatOf(name string) (Format, bool) {
	i := slices.IndexFunc(blocks[:], func(b block) bool { return b.name == name })
	return Format(max(i, 0)), i >= 0
}

// String returns the name by which [FormatOf] finds f.
func (f Format) String() string { return blocks[f].name }

// Block returns how many numbers are stored together: rows and parts of them
// begin and end with a block.
func (f Format) Block() int { return blocks[f].numbers }

// Bytes returns the bytes that n numbers take, whole blocks.
func (f Format) Bytes(n int) int { return n / blocks[f].numbers * blocks[f].bytes }

// Convert writes the len(dst) numbers that src holds in format f, whole blocks,
// to dst. Numbers in blocks come out as ggml's and gguf's own code widens them,
// to the bit.
func Convert(dst []float32, src []byte, f Format) {
	switch f {
	case Float32:
		src = src[:4*len(dst)]
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
		}
	case Float16:
		FromFloat16(dst, src)
	case BFloat16:
		FromBFloat16(dst, src)
	case Float64:
		src = src[:8*len(dst)]
		for i := range dst {
			dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:])))
		}
	default:
		b := &blocks[f]
		for ; len(dst) > 0; dst, src = dst[b.numbers:], src[b.bytes:] {
			b.widen(dst[:b.numbers], src[:b.bytes])
		}
	}
}

// finiteBlocks tells whether all scales of blocks are finite: then so is what
// they scale, small integers.
func finiteBlocks(data []byte, b *block) bool {
	const infinity = 0x7c00
	for ; len(data) >= b.bytes; data = data[b.bytes:] {
		for _, at := range b.halves {
			if binary.LittleEndian.Uint16(data[at:])&infinity == infinity {
				return false
			}
		}
	}
	return true
}
