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
}
