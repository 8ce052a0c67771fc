package architecture

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// A shape is the numbers that all transformers have.
// They are counts: ids, numbers of a row, blocks, heads, numbers within a feed-forward
// layer, tokens of a sequence.
type shape struct {
	vocabulary, width, layers, heads, inner, positions int
	epsilon                                            float64
	act                                                f32.Activation
}

// shapeOf reads the sizes under the names that BERT gave them and most others
// took over.
func shapeOf(c *checkpoint.Config) shape {
	return shape{
		vocabulary: c.Size(0, "vocab_size"),
		width:      c.Size(0, "hidden_size"),
		layers:     c.Layers(0, "num_hidden_layers"),
		heads:      c.Heads(0, "num_attention_heads"),
		inner:      c.Size(0, "intermediate_size"),
		positions:  c.Size(0, "max_position_embeddings"),
	}
}

// even checks that the width is divided among the heads without a rest.
func (s *shape) even(c *checkpoint.Config) {
	c.Divides("num_attention_heads", s.heads, "hidden_size", s.width)
}

// engine returns the engine of a model of this shape.
func (s *shape) engine(m *transformer.Model) Engine {
	return Engine{Model: m, Vocabulary: s.vocabulary, Positions: s.positions, Types: 1}
}

// The kinds of attention that layer_types names.
const (
	FullAttention    = "full_attention"
	SlidingAttention = "sliding_attention"
)

// layerKinds returns which attention every block has: as layer_types says, or
// else as the rule of old configs.
func layerKinds(c *checkpoint.Config, layers int, sliding func(i int) bool) []string {
	var kinds []string
	// configs of today list all layers; older ones have a number for their pattern
	if c.Read(&kinds, "layer_types") != "" {
		if len(kinds) < layers {
			c.Fail("layer_types has %d entries for %d layers", len(kinds), layers)
			return make([]string, layers)
		}
		for _, kind := range kinds {
			if kind != FullAttention && kind != SlidingAttention {
				c.Fail("layer_types: %q is not supported", kind)
			}
		}
		return kinds
	}
	for i := range layers {
		kinds = append(kinds, FullAttention)
		if sliding(i) {
			kinds[i] = SlidingAttention
		}
	}
	return kinds
}
