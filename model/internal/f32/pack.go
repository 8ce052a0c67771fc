package f32

import "fmt"

// Fill writes outputs lo..hi of w to the columns of m from column+lo on. Calls
// for separate columns may run at the same time, so a large weight is packed
// in pieces, and several weights (query, key, value) become one matrix.
func (m *Matrix) Fill(column int, w *Weights, lo, hi int) {
	m.checkFill(column, w, lo, hi)
	if w.Transposed {
		m.fillRows(column, w, lo, hi)
	} else {
		m.fillColumns(column, w, lo, hi)
	}
}

// checkFill panics unless outputs lo..hi of w can become columns of the matrix.
func (s *shape) checkFill(column int, w *Weights, lo, hi int) {
	w.check()
	if w.In != s.in || lo < 0 || hi < lo || hi > w.Out || column+lo < 0 || column+hi > s.out {
		panic(fmt.Sprintf("f32: outputs %d..%d of %d×%d into %d×%d at column %d",
			lo, hi, w.In, w.Out, s.in, s.out, column))
	}
}

// fillRows copies row after row of the transposed w.
func (m *Matrix) fillRows(column int, w *Weights, lo, hi int) {
	buf := make([]float32, hi-lo)
	for k := range m.in {
		m.setRow(k, column+lo, w.floats(buf, k*w.Out+lo, hi-lo))
	}
}

// fillColumns transposes eight outputs at a time, in pieces that stay in cache.
func (m *Matrix) fillColumns(column int, w *Weights, lo, hi int) {
	const group, piece = 8, 512
	var buf [group * piece]float32
	for o := lo; o < hi; {
		n := m.together(column+o, hi-o)
		for k := 0; k < w.In; k += piece {
			size := min(piece, w.In-k)
			if w.Floats != nil {
				m.setColumns(column+o, n, k, w.Floats[o*w.In+k:], w.In, size)
				continue
			}
			for i := range n {
				w.floats(buf[i*piece:][:size], (o+i)*w.In+k, size)
			}
			m.setColumns(column+o, n, k, buf[:], piece, size)
		}
		o += n
	}
}

// together returns how many columns from at on, no more than most, are to be
// written at once: eight if they lie in one panel, else one.
func (m *Matrix) together(at, most int) int {
	if most < 8 || at/m.width != (at+7)/m.width {
		return 1
	}
	return 8
}

// setColumns writes rows k..k+size of n columns, one or eight, from column at
// on. They lie ld apart in src.
func (m *Matrix) setColumns(at, n, k int, src []float32, ld, size int) {
	p := at / m.width
	b, stride := m.panel(p)
	i := k*stride + at - p*m.width
	if n == 8 {
		transpose(m.level, b[i:], stride, src, ld, size)
		return
	}
	for _, v := range src[:size] {
		b[i] = v
		i += stride
	}
}

func transposeGeneric(dst []float32, ldd int, src []float32, lds, n int) {
	for k := range n {
		for i := range 8 {
			dst[k*ldd+i] = src[i*lds+k]
		}
	}
}

// setRow writes row k from column at on.
func (m *Matrix) setRow(k, at int, row []float32) {
	for len(row) > 0 {
		p := at / m.width
		b, stride := m.panel(p)
		n := copy(b[k*stride+at-p*m.width:(k+1)*stride], row[:min(len(row), (p+1)*m.width-at)])
		row, at = row[n:], at+n
	}
}

// Repack makes m the matrix of the first in numbers of out rows that lie ld
// apart in src: row n becomes column n. Memory is reused, so a warm call
// allocates nothing.
func (m *Matrix) Repack(src []float32, ld, out, in int) { m.repack(active, src, ld, out, in) }

func (m *Matrix) repack(l Level, src []float32, ld, out, in int) {
	m.resize(l, in, out)
	m.SetColumns(0, src, ld, out)
}

// RepackTransposed makes m the matrix of the first out numbers of in rows that
// lie ld apart in src: row k becomes row k. Memory is reused, so a warm call
// allocates nothing.
func (m *Matrix) RepackTransposed(src []float32, ld, in, out int) {
	m.repackTransposed(active, src, ld, in, out)
}

func (m *Matrix) repackTransposed(l Level, src []float32, ld, in, out int) {
	m.resize(l, in, out)
	m.SetRows(0, src, ld, in)
}

// Reset gives m a shape, for [Matrix.SetColumns] or [Matrix.SetRows] to fill.
// Memory is reused; what it holds is undefined.
func (m *Matrix) Reset(in, out int) { m.resize(active, in, out) }

// Over makes m a matrix whose numbers are where the caller says, as many as
// [MatrixFloats] returns for its shape, laid out by whoever filled it.
func (m *Matrix) Over(numbers []float32, in, out int) {
	m.shape = newShape(active, in, out)
	m.numbers = numbers[:in*m.stored()]
}

// MatrixFloats returns how many numbers a matrix of that shape has, with its
// padding.
func MatrixFloats(in, out int) int {
	s := newShape(active, in, out)
	return in * s.stored()
}

// SetColumns makes the first In() numbers of n rows that lie ld apart in src
// the columns of m from column at on. Attention packs its keys so.
func (m *Matrix) SetColumns(at int, src []float32, ld, n int) {
	for o := 0; o < n && m.in > 0; {
		count := m.together(at+o, n-o)
		m.setColumns(at+o, count, 0, src[o*ld:(o+count-1)*ld+m.in], ld, m.in)
		o += count
	}
}

// SetRows makes the first Out() numbers of n rows that lie ld apart in src the
// rows of m from row k on. Attention packs its values so.
func (m *Matrix) SetRows(k int, src []float32, ld, n int) {
	for i := range n {
		m.setRow(k+i, 0, src[i*ld:i*ld+m.out])
	}
}
