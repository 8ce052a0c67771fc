package transformer

import "github.com/whence-xai/whence/model/internal/f32"

// A Norm is layer normalization, or division by the root mean square. The zero
// Norm does nothing.
type Norm struct {
	Gain, Bias []float32 // no Bias: none is added
	Epsilon    float32
	RMS        bool
}

// none tells whether m does nothing.
func (m *Norm) none() bool { return m.Gain == nil }

// apply normalizes the n rows of x, as long as the gain, where they are.
func (m *Norm) apply(x []float32, n int) { m.write(x, x, n) }

// write writes the n rows of x, as long as the gain, normalized to dst.
func (m *Norm) write(dst, x []float32, n int) {
	width := len(m.Gain)
	for i := range n {
		to, row := dst[i*width:][:width], x[i*width:][:width]
		if m.RMS {
			f32.RMSNorm(to, row, m.Gain, m.Epsilon)
		} else {
			f32.LayerNorm(to, row, m.Gain, m.Bias, m.Epsilon)
		}
	}
}
