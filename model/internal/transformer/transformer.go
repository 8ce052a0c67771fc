// Package transformer runs stacks of transformer blocks over batches of
// sequences. It knows mechanisms: how positions enter, where normalization
// stands, who attends to whom, what a feed-forward layer applies. Which of
// them a model has, and what its weights are called, is the caller's business.
//
// The tokens of all sequences lie one after the other without padding, so a
// linear layer is one matrix product. Work that is the same for many sequences
// is done once (see rows.go and trie.go), and the last block computes only what
// the head reads. A sequence's numbers depend on nothing but the sequence: not
// on its neighbors, the order, the number of threads, what was shared, or what
// a cache held.
package transformer

import "sync"

// A Model is a stack of blocks between an embedding and a head. It is complete
// when its exported fields are set; after that it may run any number of
// batches at the same time.
type Model struct {
	Embedding Embedding
	Blocks    []Block // one may stand many times, with the same weights
	Norm      Norm    // after the last block
	Head      []Layer // one after the other, on the rows that are read; none: the rows themselves

	Heads    int  // of queries
	KeyHeads int  // of keys and values, each for as many heads of queries; 0 means Heads
	HeadSize int  // 0 means the width divided by Heads
	Causal   bool // a token attends to itself and to those before it

	Threads int // that share a batch, if it is large enough; 0 means GOMAXPROCS
	Tokens  int // that are in memory at a time, about; 0 means a number that suits most

	// Guard runs what reads the embedding's tables, and returns an error where
	// their data is not there any more; nil where that cannot be.
	Guard func(read func()) error

	// What saves work can be switched off, to measure what it saves.
	NoShared   bool // first block: project every row, however many are the same
	NoPruned   bool // last block: compute every row, not only those the head reads
	NoPrefixes bool // causal: compute a prefix for every sequence that begins with it

	passes sync.Pool // of *pass
}

// A Block is attention and a feed-forward layer, each added to its input.
type Block struct {
	Attention   Attention
	Cross       *Cross // between the two, or nil
	FeedForward FeedForward
	Parallel    bool // attention and feed-forward have the same input, and one sum
}

// Width returns the length of a hidden row.
func (m *Model) Width() int {
	if m.Embedding.Project.Weight != nil {
		return m.Embedding.Project.Weight.Out()
	}
	return m.Embedding.Tokens.Width
}

// Outputs returns how many numbers the head makes of a row.
func (m *Model) Outputs() int {
	if len(m.Head) == 0 {
		return m.Width()
	}
	return m.Head[len(m.Head)-1].Weight.Out()
}

// headSize returns the numbers that a head has of a row.
func (m *Model) headSize() int {
	if m.HeadSize != 0 {
		return m.HeadSize
	}
	return m.Width() / m.Heads
}

// keyHeads returns the number of heads of keys and values.
func (m *Model) keyHeads() int {
	if m.KeyHeads != 0 {
		return m.KeyHeads
	}
	return m.Heads
}
