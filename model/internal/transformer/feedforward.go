package transformer

// A FeedForward is two linear layers with an activation between them, and what
// stands around them.
type FeedForward struct {
	Before Norm // of the input
	// Gate, where there is one, and its activation make the factors of what Up
	// makes (Shazeer 2020, "GLU Variants Improve Transformer"). Without it the
	// activation is Up's.
	Gate   Dense
	Up     Dense // width to inner, as Gate
	Down   Dense // inner to width
	Within Norm  // of the result before it is added to the input
	After  Norm  // of the sum
}
