package transformer

// A Tap is shown what a pass computes on its way. Functions that are not nil
// are called by several goroutines at the same time, in no order; what they are
// given is theirs until they return. Tokens are counted through the batch. With
// a tap every token of every sequence is computed; without one nothing is lost.
type Tap struct {
	// Hidden has the row that enters a block, and, under the number of blocks,
	// that which leaves the last, before the final norm.
	Hidden func(block, token int, row []float32)
	// Attention has the weights that a token gives to the keys of its sequence
	// from the first on, in a causal model up to itself. Keys that it does not
	// see weigh 0.
	Attention func(block, head, token int, weights []float32)
	// Values has a token's values of all heads of keys.
	Values func(block, token int, values []float32)
	// Cross has the weights that a token gives to the rows of its source.
	Cross func(block, head, token int, weights []float32)
}

// showRows shows rows lo..hi of a, which enter block i.
func (w *worker) showRows(tap *Tap, a *activations, i, lo, hi int) {
	w.showHidden(tap, a, i, lo, hi)
	if tap.Values == nil {
		return
	}
	n, projected := w.keyHeads()*w.headSize(), w.projected()
	for row := lo; row < hi; row++ {
		tap.Values(i, int(a.tokens[row]), a.projected[(row+1)*projected-n:(row+1)*projected])
	}
}

// showHidden shows rows lo..hi of a, which enter block i.
func (w *worker) showHidden(tap *Tap, a *activations, i, lo, hi int) {
	if tap.Hidden == nil {
		return
	}
	width := w.Width()
	for row := lo; row < hi; row++ {
		tap.Hidden(i, int(a.tokens[row]), a.hidden[row*width:(row+1)*width])
	}
}
