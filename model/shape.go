package model

import (
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// A shape is the numbers that all transformers have.
type shape struct {
	vocabulary, width, layers, heads, inner, positions int
	epsilon                                            float64
	act                                                f32.Activation
}

// shape reads the sizes under the names that BERT gave them and most others
// took over.
func (c *config) shape() shape {
	return shape{
		vocabulary: c.size(0, "vocab_size"),
		width:      c.size(0, "hidden_size"),
		layers:     c.layers(0, "num_hidden_layers"),
		heads:      c.heads(0, "num_attention_heads"),
		inner:      c.size(0, "intermediate_size"),
		positions:  c.size(0, "max_position_embeddings"),
	}
}

// even checks that the width is divided among the heads without a rest.
func (s *shape) even(c *config) { c.divides("num_attention_heads", s.heads, "hidden_size", s.width) }

// engine returns the engine of a model of this shape.
func (s *shape) engine(m *transformer.Model) engine {
	return engine{Model: m, vocabulary: s.vocabulary, positions: s.positions, types: 1}
}

// pooler is a head that reads the first row through a layer with an activation.
func pooler(w weights, width, labels int, dense string, a f32.Activation, classes string) []transformer.Layer {
	w = w.exact()
	return []transformer.Layer{{Dense: w.activated(dense, width, width, a)}, {Dense: w.dense(classes, width, labels)}}
}

// linear is a head of one layer.
func linear(w weights, name string, width, labels int) []transformer.Layer {
	return []transformer.Layer{{Dense: w.exact().dense(name, width, labels)}}
}

// scores reads the layer that scores the words of the vocabulary: the matrix
// called name if there is one, else the embedding's, and the first of biases
// that is there, if the layer has any.
func (w weights) scores(vocabulary, width int, embedding, name string, biases ...string) transformer.Layer {
	if !w.has(name + ".weight") {
		name = embedding
	}
	layer := transformer.Layer{Dense: w.biased(false).dense(name, width, vocabulary)}
	for i, bias := range biases {
		if w.has(bias) || i == len(biases)-1 {
			layer.Bias = w.vector(bias, vocabulary)
			break
		}
	}
	return layer
}
