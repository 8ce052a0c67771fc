package f32

import "fmt"

// Fill writes outputs lo..hi of w to the columns of m from column+lo on. Calls
// for separate columns may run at the same time, so a large weight is packed
// in pieces, and several weights (query, key, value) become one matrix.
func (m *Matrix) Fill(column int, w *Weights, lo, hi int) {
	w.check()
	if w.In != m.in || lo < 0 || hi < lo || hi > w.Out || column+lo < 0 || column+hi > m.out {
		panic(fmt.Sprintf("f32: outputs %d..%d of %d×%d into %d×%d at column %d",
			lo, hi, w.In, w.Out, m.in, m.out, column))
	}
	if w.Transposed {
		m.fillRows(column, w, lo, hi)
	} else {
		m.fillColumns(column, w, lo, hi)
	}
}

// fillRows copies row after row of the transposed w.
func (m *Matrix) fillRows(column int, w *Weights, lo, hi int) {
	buf := make([]float32, hi-lo)
	for k := range m.in {
		m.setRow(k, column+lo, w.floats(buf, k*w.Out+lo, hi-lo))
	}
}

// fillColumns scatters output after output.
func (m *Matrix) fillColumns(column int, w *Weights, lo, hi int) {
	buf := make([]float32, w.In)
	for o := lo; o < hi; o++ {
		m.setColumn(column+o, w.floats(buf, o*w.In, w.In))
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

// setColumn writes column at.
func (m *Matrix) setColumn(at int, column []float32) {
	p := at / m.width
	b, stride := m.panel(p)
	i := at - p*m.width
	for _, v := range column {
		b[i] = v
		i += stride
	}
}

// Repack makes m the matrix of the first in numbers of out rows that lie ld
// apart in src: row n becomes column n. Attention packs its keys so. Memory is
// reused, so a warm call allocates nothing.
func (m *Matrix) Repack(src []float32, ld, out, in int) {
	m.resize(active, in, out)
	for n := range out {
		m.setColumn(n, src[n*ld:n*ld+in])
	}
}

// RepackTransposed makes m the matrix of the first out numbers of in rows that
// lie ld apart in src: row k becomes row k. Attention packs its values so.
// Memory is reused, so a warm call allocates nothing.
func (m *Matrix) RepackTransposed(src []float32, ld, in, out int) {
	m.resize(active, in, out)
	for k := range in {
		m.setRow(k, 0, src[k*ld:k*ld+out])
	}
}
