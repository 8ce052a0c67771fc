package transformer

// A Tap is shown what a pass computes on its way. Functions that are not nil
// are called by several goroutines at the same time, in no order; what they are
// given is theirs until they return. Tokens are counted through the batch, keys
// from the beginning of the token's sequence or source. With a tap every token
// of every sequence is computed; without one nothing is lost.
type Tap struct {
	// Hidden has the row that enters a block, and, under the number of blocks,
	// that which leaves the last, before the final norm.
	Hidden func(block, token int, row []float32)
	// Attention has the weights that a token gives to the keys of its
	// sequence; keys that it does not see weigh 0.
	Attention func(block, head, token int, weights []float32)
	// Values has a token's values of all heads of keys.
	Values func(block, token int, values []float32)
	// Cross has the weights that a token gives to the keys of its source.
	Cross func(block, head, token int, weights []float32)
}
