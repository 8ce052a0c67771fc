package f32

import "fmt"

// Weights describes the numbers of a linear layer where they lie: as values in
// Floats or, if that is nil, as Bytes in Format. They are [Out][In] row-major,
// as in PyTorch's nn.Linear, or [In][Out] if Transposed, as in GPT-2's Conv1D,
// which numbers in blocks cannot be.
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
	if w.Format.Block() > 1 && (w.Transposed || w.In%w.Format.Block() != 0) {
		panic(fmt.Sprintf("f32: weights %d×%d in blocks of %d", w.Out, w.In, w.Format.Block()))
	}
	if len(w.Bytes) < w.Format.Bytes(n) {
		panic(fmt.Sprintf("f32: weights %d×%d in %d bytes", w.Out, w.In, len(w.Bytes)))
	}
}

// floats returns numbers at..at+n, converted into buf where they must be.
// at and n are of whole blocks.
func (w *Weights) floats(buf []float32, at, n int) []float32 {
	if w.Floats != nil {
		return w.Floats[at : at+n]
	}
	buf = buf[:n]
	Convert(buf, w.Bytes[w.Format.Bytes(at):w.Format.Bytes(at+n)], w.Format)
	return buf
}

// Each runs do for outputs lo..hi with their numbers, which it may not keep.
func (w *Weights) Each(lo, hi int, do func(o int, x []float32)) {
	w.each(lo, hi, func(o int, x []float32, _ []uint16) { do(o, x) })
}

// each runs do for outputs lo..hi with their numbers and room for what they
// are rounded to.
func (w *Weights) each(lo, hi int, do func(o int, x []float32, rounded []uint16)) {
	const together = 16 // so that a transposed row is read by the cache line
	var line [together]float32
	buf, rounded := make([]float32, together*w.In), make([]uint16, roundUp(w.In, registerNumbers))
	for o := lo; o < hi; o += together {
		n := min(together, hi-o)
		x := buf
		if !w.Transposed {
			x = w.floats(buf, o*w.In, n*w.In)
		} else {
			for k := range w.In {
				for j, v := range w.floats(line[:], k*w.Out+o, n) {
					x[j*w.In+k] = v
				}
			}
		}
		for i := range n {
			do(o+i, x[i*w.In:][:w.In], rounded)
		}
	}
}

// registerNumbers is how many numbers assembly writes at once at most.
const registerNumbers = 16
