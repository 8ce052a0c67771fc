package f32

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A Format is how stored numbers are laid out in bytes, little endian.
type Format uint8

// The formats of weights in a checkpoint.
const (
	Float32 Format = iota
	Float16
	BFloat16
)

// Size returns the bytes that a number takes.
func (f Format) Size() int {
	if f == Float32 {
		return 4
	}
	return 2
}

// Weights describes the numbers of a linear layer where they lie: as values in
// Floats or, if that is nil, as Bytes in Format. They are [Out][In] row-major,
// as in PyTorch's nn.Linear, or [In][Out] if Transposed, as in GPT-2's Conv1D.
type Weights struct {
	In, Out    int
	Floats     []float32
	Bytes      []byte
	Format     Format
	Transposed bool
}

// check panics unless w holds the numbers that it claims to.
func (w *Weights) check() {
	n := w.In * w.Out
	if w.Floats != nil || n == 0 {
		if len(w.Floats) < n {
			panic(fmt.Sprintf("f32: weights %d×%d in %d floats", w.Out, w.In, len(w.Floats)))
		}
		return
	}
	if len(w.Bytes) < n*w.Format.Size() {
		panic(fmt.Sprintf("f32: weights %d×%d in %d bytes", w.Out, w.In, len(w.Bytes)))
	}
}

// floats returns numbers at..at+n, converted into buf where they must be.
func (w *Weights) floats(buf []float32, at, n int) []float32 {
	if w.Floats != nil {
		return w.Floats[at : at+n]
	}
	buf = buf[:n]
	s := w.Format.Size()
	Convert(buf, w.Bytes[at*s:(at+n)*s], w.Format)
	return buf
}

// outputs writes n outputs from o on to dst, one after the other.
func (w *Weights) outputs(dst []float32, o, n int) {
	if !w.Transposed {
		copy(dst, w.floats(dst, o*w.In, n*w.In))
		return
	}
	var buf [16]float32
	for k := range w.In {
		for i := 0; i < n; i += len(buf) {
			for j, v := range w.floats(buf[:], k*w.Out+o+i, min(len(buf), n-i)) {
				dst[(i+j)*w.In+k] = v
			}
		}
	}
}

// Convert writes the len(dst) numbers that src holds in format f to dst.
func Convert(dst []float32, src []byte, f Format) {
	switch f {
	case Float16:
		FromFloat16(dst, src)
	case BFloat16:
		FromBFloat16(dst, src)
	default:
		src = src[:4*len(dst)]
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
		}
	}
}
