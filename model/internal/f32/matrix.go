package f32

import "unsafe"

// PanelWidth returns the columns that a panel of a matrix has at level l: what
// a tile of the product is wide. The last panel of a matrix may have fewer.
func (l Level) PanelWidth() int {
	switch l {
	case AVX512:
		return 48
	case NEON:
		return 8
	}
	return 16
}

// vectorWidth returns the float32 that a register holds at level l. The
// columns of a panel are padded with zeros to a multiple.
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
	shape
	numbers []float32
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

// Bytes returns the memory that the numbers take.
func (m *Matrix) Bytes() int { return 4 * len(m.numbers) }

// panel returns the numbers of panel p and how many a row has.
func (m *Matrix) panel(p int) (b []float32, stride int) {
	begin, end, stride := m.place(p, m.in, 1)
	return m.numbers[begin:end], stride
}

// resize gives m a shape. It keeps the memory if that suffices; the numbers
// are then undefined but for the padding of the last panel, which is zero.
func (m *Matrix) resize(l Level, in, out int) {
	m.shape = newShape(l, in, out)
	n := in * m.stored()
	if n > cap(m.numbers) {
		m.numbers = aligned[float32](n)
		return
	}
	m.numbers = m.numbers[:n]
	if last := m.Panels() - 1; last >= 0 {
		used, stored := m.columns(last)
		b, _ := m.panel(last)
		for ; used < stored && len(b) > 0; b = b[stored:] {
			clear(b[used:stored])
		}
	}
}

// aligned returns n zeros that begin on a cache line.
func aligned[T float32 | uint16 | byte](n int) []T {
	const line = 64
	var one T
	size := int(unsafe.Sizeof(one))
	b := make([]T, n+line/size)
	skip := 0
	if r := int(uintptr(unsafe.Pointer(unsafe.SliceData(b))) % line); r != 0 {
		skip = (line - r) / size
	}
	return b[skip : skip+n : skip+n]
}
