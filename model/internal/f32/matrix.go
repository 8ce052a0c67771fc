package f32

import (
	"fmt"
	"unsafe"
)

// PanelWidth returns the columns that a panel of a Matrix has at level l: what
// a tile of the product is wide. The last panel of a matrix may have fewer.
func (l Level) PanelWidth() int {
	if l == AVX512 {
		return 48
	}
	return 16
}

// vectorWidth returns the columns that a register holds at level l: a panel's
// storage is padded with zeros to a multiple.
func (l Level) vectorWidth() int {
	switch l {
	case AVX512:
		return 16
	case AVX2:
		return 8
	}
	return 4
}

// A Matrix is the right-hand side of a product, In()×Out(), stored in the
// order the kernel reads it: panels of adjacent columns, in each of them k
// after k. It is made for one level. Once filled it may be read by any number
// of goroutines.
type Matrix struct {
	level   Level
	in, out int
	width   int // of a full panel
	panels  []float32
}

// NewMatrix returns a matrix of zeros with in rows (K) and out columns (N),
// for Active(), to be filled by [Matrix.Fill].
func NewMatrix(in, out int) *Matrix { return newMatrix(active, in, out) }

// Pack returns the matrix of w, which is [out][in] row-major.
func Pack(w []float32, out, in int) *Matrix {
	return packAll(active, &Weights{In: in, Out: out, Floats: w})
}

// PackTransposed returns the matrix of w, which is [in][out] row-major.
func PackTransposed(w []float32, in, out int) *Matrix {
	return packAll(active, &Weights{In: in, Out: out, Floats: w, Transposed: true})
}

func newMatrix(l Level, in, out int) *Matrix {
	m := new(Matrix)
	m.resize(l, in, out)
	return m
}

func packAll(l Level, w *Weights) *Matrix {
	m := newMatrix(l, w.In, w.Out)
	m.Fill(0, w, 0, w.Out)
	return m
}

// In returns the rows of m: the length of the chains, K.
func (m *Matrix) In() int { return m.in }

// Out returns the columns of m: the outputs of the layer, N.
func (m *Matrix) Out() int { return m.out }

// Panels returns the number of panels, of PanelWidth() columns but for the last.
func (m *Matrix) Panels() int { return (m.out + m.width - 1) / m.width }

// PanelWidth returns the columns of a full panel: panel p begins at column
// p*PanelWidth().
func (m *Matrix) PanelWidth() int { return m.width }

// Bytes returns the memory that the numbers take.
func (m *Matrix) Bytes() int { return 4 * len(m.panels) }

// columns returns how many columns panel p has and how many it is stored with.
func (m *Matrix) columns(p int) (n, stored int) {
	n = min(m.width, m.out-p*m.width)
	return n, roundUp(n, m.level.vectorWidth())
}

// panel returns the numbers of panel p and its stored width.
func (m *Matrix) panel(p int) (b []float32, stride int) {
	_, stride = m.columns(p)
	at := p * m.width * m.in
	return m.panels[at : at+stride*m.in], stride
}

// resize gives m a shape. It keeps the memory if that suffices; the numbers
// are then undefined but for the padding of the last panel, which is zero.
func (m *Matrix) resize(l Level, in, out int) {
	if in < 0 || out < 0 {
		panic(fmt.Sprintf("f32: matrix %d×%d", in, out))
	}
	m.level, m.in, m.out, m.width = l, in, out, l.PanelWidth()
	n := in * roundUp(out, l.vectorWidth())
	if n > cap(m.panels) {
		m.panels = aligned(n)
		return
	}
	m.panels = m.panels[:n]
	if last := m.Panels() - 1; last >= 0 {
		used, stored := m.columns(last)
		b, _ := m.panel(last)
		for ; used < stored && len(b) > 0; b = b[stored:] {
			clear(b[used:stored])
		}
	}
}

// roundUp returns the least multiple of unit that is not below n.
func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }

// aligned returns n zeros that begin on a cache line.
func aligned(n int) []float32 {
	const line = 64
	b := make([]float32, n+line/4)
	skip := 0
	if r := int(uintptr(unsafe.Pointer(unsafe.SliceData(b))) % line); r != 0 {
		skip = (line - r) / 4
	}
	return b[skip : skip+n : skip+n]
}
