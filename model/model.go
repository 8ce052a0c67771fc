// Package model runs language models from Hugging Face checkpoints: it loads a
// folder of configuration, weights and tokenizer, and turns sequences of token
// ids into the numbers that explanations are made of.
//
// A number that a model gives for a sequence depends on that sequence alone:
// its bits are the same whatever the batch, the order and the number of
// threads. So equal sequences are computed once, and results may be cached.
package model

// Options are choices about loading and running a model. The zero value is
// right for most.
type Options struct {
	// Threads is how many goroutines load the model and share a batch.
	// Zero means GOMAXPROCS.
	Threads int
	// Precision trades truth for speed.
	Precision Precision
}

// A Precision is how the weights of linear layers are stored and multiplied.
// Everything between, and what the head reads last, is float32 in any case.
type Precision uint8

const (
	// Float32 gives the numbers of the reference.
	Float32 Precision = iota
	// Int8 rounds weights to 8 bits, by output, and activations, by row. It is
	// faster, by how much depends on the processor, and takes a quarter of the
	// memory.
	Int8
)

// String returns the precision's name in lower case.
func (p Precision) String() string {
	if p == Int8 {
		return "int8"
	}
	return "float32"
}
