// Package transformer runs stacks of transformer blocks over batches of
// sequences. It knows mechanisms: how positions enter, where normalization
// stands, what a feed-forward layer applies. Which of them a model has, and
// what its weights are called, is the caller's business.
//
// The tokens of all sequences lie one after the other without padding, so a
// linear layer is one matrix product. Work that is the same for many sequences
// is done once (see rows.go), and the last block computes only what the head
// reads. A sequence's numbers depend on nothing but the sequence: not on its
// neighbors, the order, the number of threads, or what was shared.
package transformer

import (
	"sync"

	"github.com/whence-xai/whence/model/internal/f32"
)

// A Model is a stack of blocks between an embedding and a head. It is complete
// when its exported fields are set; after that it may run any number of
// batches at the same time.
type Model struct {
	Embedding Embedding
	Blocks    []Block
	Head      []Dense // one after the other, on the first row of every sequence
	Heads     int     // of attention
	Threads   int     // that share a batch; 0 means GOMAXPROCS

	// What saves work can be switched off, to measure what it saves.
	NoShared bool // first block: project every row, however many are the same
	NoPruned bool // last block: compute every row, not only those the head reads

	passes sync.Pool // of *pass
}

// An Embedding makes the first hidden row of a token: the sum of three rows of
// tables, normalized.
type Embedding struct {
	Tokens, Positions, Types Table
	Norm                     Norm
}

// A Block is self-attention and a feed-forward layer, each added to its input
// and then normalized.
type Block struct {
	Project       Dense // width to 3·width: queries, keys, values of all heads
	Output        Dense // width to width
	AttentionNorm Norm
	Up, Down      Dense // width to inner, inner to width
	OutputNorm    Norm
}

// A Norm is layer normalization.
type Norm struct {
	Gain, Bias []float32
	Epsilon    float32
}

// A Table has rows of Width numbers, kept as they are stored and converted
// when they are read: of a large vocabulary a batch reads little.
type Table struct {
	Data   []byte
	Format f32.Format
	Width  int
}

// Width returns the length of a hidden row.
func (m *Model) Width() int { return m.Embedding.Tokens.Width }

// Outputs returns how many numbers the head makes of a sequence.
func (m *Model) Outputs() int { return m.Head[len(m.Head)-1].Weight.Out() }

// row writes row i to dst.
func (t *Table) row(dst []float32, i int) {
	size := t.Width * t.Format.Size()
	f32.Convert(dst, t.Data[i*size:][:size], t.Format)
}

// apply normalizes the n rows of x where they are.
func (m *Norm) apply(x []float32, n int) {
	width := len(m.Gain)
	for i := range n {
		row := x[i*width:][:width]
		f32.LayerNorm(row, row, m.Gain, m.Bias, m.Epsilon)
	}
}
