package transformer

import (
	"context"
	"errors"
)

// A Cross is attention to a [Memory]: of the decoder to what the encoder made
// of a source.
type Cross struct {
	Before Norm    // of the input
	Query  Dense   // width to Heads·HeadSize
	Keys   Dense   // the encoder's width to 2·KeyHeads·HeadSize: keys of all heads, then values
	Scale  float32 // of scores; 0 means 1/√HeadSize
	Output Dense   // Heads·HeadSize to width
	Within Norm    // of the output before it is added to the input
	After  Norm    // of the sum
}

// A Memory is the keys and values that the blocks of a model attend to, of any
// number of sources. It may be read by any number of batches at the same time.
type Memory struct{}

// Remember makes the memory of sources: rows of the encoder's hidden numbers,
// source i being rows starts[i]..starts[i+1]. It takes about 8·KeyHeads·HeadSize
// bytes a row and block.
func (m *Model) Remember(ctx context.Context, hidden []float32, starts []int32) (*Memory, error) {
	return nil, errors.New("transformer: no memory yet")
}

// Len returns the number of sources.
func (m *Memory) Len() int { return 0 }
