package transformer

import "github.com/whence-xai/whence/model/internal/f32"

// headFloats bounds the outputs that a worker holds at a time.
// A row of a vocabulary of 250,000 takes a megabyte.
const headFloats = 1 << 22

// read takes the rows that were picked through the head, and shows the outputs
// to those who asked.
// Reads are in the order of picks, and several may be of one pick.
func (w *worker) read(c chunk, picked *activations) {
	n, width, outputs := c.picks.len(), w.Width(), w.Outputs()
	next := c.reads.lo
	for lo, hi, ok := w.team.rows(n); ok; lo, hi, ok = w.team.rows(n) {
		for step := w.headRows(); lo < hi; lo += step {
			rows := min(step, hi-lo)
			out := w.head(picked.hidden[lo*width:], rows)
			// those of rows that other workers took
			for first := c.picks.lo + lo; next < c.reads.hi && int(w.reads[next].pick) < first; {
				next++
			}
			for ; next < c.reads.hi && int(w.reads[next].pick) < c.picks.lo+lo+rows; next++ {
				r := w.reads[next]
				w.visit(int(r.output), out[(int(r.pick)-c.picks.lo-lo)*outputs:][:outputs])
			}
		}
	}
}

// headRows returns how many rows go through the head together.
func (m *Model) headRows() int { return min(blockRows, max(tileRows, headFloats/m.Outputs())) }

// head returns the outputs of n hidden rows, in memory of the worker.
// Two buffers take turns between the layers; the last one's outputs are in w.out.
func (w *worker) head(hidden []float32, n int) []float32 {
	width := w.Width()
	if !w.Norm.none() {
		w.Norm.write(w.middle, hidden, n)
		hidden = w.middle
	}
	if len(w.Head) == 0 {
		return hidden[:n*width]
	}
	last := len(w.Head) - 1
	most := 0
	for i := range w.Head[:last] {
		most = max(most, w.Head[i].Weight.Out())
	}
	for i := range w.between {
		w.between[i] = grow(w.between[i], n*most)
	}
	w.out = grow(w.out, n*w.Outputs())
	for i := range w.Head {
		l, y := &w.Head[i], w.out
		if i < last {
			y = w.between[i%2][:n*l.Weight.Out()]
		}
		w.dense(&l.Dense, y, hidden, nil, n)
		l.settle(y, n)
		hidden = y
	}
	return hidden
}

// settle does to n rows of y what comes after the linear layer.
// Cap·tanh(y/Cap) bounds outputs softly, and leaves small ones nearly as they are.
func (l *Layer) settle(y []float32, n int) {
	if !l.Norm.none() {
		l.Norm.apply(y, n)
	}
	if l.Cap != 0 {
		f32.Scale(y, y, 1/l.Cap)
		f32.Tanh.Apply(y, y)
		f32.Scale(y, y, l.Cap)
	}
}

// Predict writes the head's outputs for n hidden rows, of Width() numbers and
// before the final norm, to dst, Outputs() of them a row.
func (m *Model) Predict(dst, hidden []float32, n int) {
	width, outputs, step := m.Width(), m.Outputs(), m.headRows()
	workers := make([]worker, m.threads())
	m.parallel(divideUp(n, step), func(hand, item int) {
		w, lo := &workers[hand], item*step
		w.pass = &pass{Model: m}
		w.middle = grow(w.middle, step*width)
		rows := min(step, n-lo)
		copy(dst[lo*outputs:(lo+rows)*outputs], w.head(hidden[lo*width:], rows))
	})
}
