// Package model runs language models from Hugging Face checkpoints: it loads a
// folder of configuration, weights and tokenizer, and turns sequences of token
// ids into the numbers that explanations are made of.
//
// A number that a model gives for a sequence depends on that sequence alone:
// its bits are the same whatever the batch, the order and the number of
// threads. So equal sequences are computed once, and results may be cached.
package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/f32"
)

// Options are choices about loading and running a model. The zero value is
// right for most.
type Options struct {
	// Threads is how many goroutines load the model and share a batch.
	// Zero means GOMAXPROCS.
	Threads int
	// Precision trades truth for speed.
	Precision Precision
	// Redraw, where it is not zero, is the seed of a model that has learnt nothing:
	// the matrices of all linear layers, the head's included, are drawn anew with
	// the mean and deviation they have. Embeddings, norms and biases stay. What
	// explains such a model as it explains the true one tells little of either
	// (Adebayo et al. 2018).
	Redraw uint64
}

// A Precision is how the weights of linear layers are stored and multiplied.
// Everything between, and the head of a classifier, is float32 in any case; the
// layer that scores a vocabulary is not.
type Precision uint8

const (
	// Float32 gives the numbers of the reference.
	Float32 = Precision(architecture.Float32)
	// Int8 rounds weights and activations to 8 bits, with scales for groups of
	// inputs. It is the fastest, by how much depends on the processor, takes a
	// quarter of the memory, and is the furthest from the reference.
	Int8 = Precision(architecture.Int8)
	// BFloat16 rounds weights and activations to bfloat16, which halves the
	// memory. It is faster than Float32 only on processors that multiply these
	// numbers (AVX-512 BF16); on others it gives the same bits, slowly.
	BFloat16 = Precision(architecture.BFloat16)
)

// precisionNames are the names by Precision.
var precisionNames = [...]string{"float32", "int8", "bfloat16"}

// ParsePrecision returns the precision of that name: float32, int8 or bfloat16.
func ParsePrecision(name string) (Precision, error) {
	if i := slices.Index(precisionNames[:], name); i >= 0 {
		return Precision(i), nil
	}
	return 0, fmt.Errorf("model: unknown precision %q (known: %s)", name, strings.Join(precisionNames[:], ", "))
}

// String returns the precision's name, as [ParsePrecision] reads it.
func (p Precision) String() string {
	if int(p) < len(precisionNames) {
		return precisionNames[p]
	}
	return fmt.Sprintf("Precision(%d)", p)
}

// SIMD returns which instructions of the processor models run on: "avx512",
// "avx2", "neon" or "generic". The environment variable WHENCE_SIMD can lower
// the choice, and the numbers stay the same.
func SIMD() string { return f32.Active().String() }
