package architecture

import (
	"math"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// gpt2 is GPT-2 (Radford et al. 2019). Its matrices are stored the other way
// round.
type gpt2 struct {
	shape
	scaled, byLayer bool // scores are divided by the root of the size, by the number of the layer
}

// parseGPT2 reads a config with GPT-2's own names. DialoGPT and DistilGPT2 have the
// same.
func parseGPT2(c *checkpoint.Config) blueprint {
	b := &gpt2{shape: shape{
		vocabulary: c.Size(0, "vocab_size"),
		width:      c.Size(0, "n_embd"),
		layers:     c.Layers(0, "n_layer"),
		heads:      c.Heads(0, "n_head"),
		positions:  c.Size(0, "n_positions", "n_ctx"),
		epsilon:    c.Epsilon(1e-5, "layer_norm_epsilon"),
		act:        c.Activation("gelu_new", "activation_function"),
	}}
	c.Divides("n_head", b.heads, "n_embd", b.width)
	b.inner = c.Size(4*b.width, "n_inner")
	b.scaled, b.byLayer = c.Flag(true, "scale_attn_weights"), c.Flag(false, "scale_attn_by_inverse_layer_idx")
	if c.Flag(false, "add_cross_attention") {
		c.Fail("add_cross_attention: attention to an encoder is not supported")
	}
	return b
}

// build reads learned positions, blocks that normalize before each layer, and one
// norm behind the last.
func (b *gpt2) build(w weights, h head) Engine {
	body := w.within("transformer")
	e := b.engine(&transformer.Model{Heads: b.heads, Causal: true, Embedding: transformer.Embedding{
		Tokens:    body.words("wte.weight", b.vocabulary, b.width, "lm_head"),
		Positions: body.table("wpe.weight", b.positions, b.width),
	}})
	for i := range b.layers {
		e.Blocks = append(e.Blocks, b.block(body.in("h", i), i))
	}
	e.Norm = body.norm("ln_f", b.width, b.epsilon)
	e.Head = causalHead(&b.shape, w, body.prefix+"wte", "lm_head", "classifier", h)
	e.ignored = []string{"*.attn.bias", "*.attn.masked_bias", "lm_head.weight", "score.weight", "classifier.*", "multiple_choice_head.*"}
	return e
}

// block reads a block
//
//	h = x + attention(norm(x))
//	y = h + down(gelu(up(norm(h))))
//
// whose queries, keys and values are one matrix. Matrices are [in][out] (Conv1D),
// unless the file was written by a program that turned them, as GGUF does.
func (b *gpt2) block(w weights, layer int) transformer.Block {
	d, scale := b.width, 1.0
	w.transposed = !w.Upright()
	if b.scaled {
		scale = 1 / math.Sqrt(float64(d/b.heads))
	}
	// scale_attn_by_inverse_layer_idx, for training in half precision
	if b.byLayer {
		scale /= float64(layer + 1)
	}
	return transformer.Block{
		Attention: transformer.Attention{
			Before:  w.norm("ln_1", d, b.epsilon),
			Project: w.dense("attn.c_attn", d, 3*d),
			Scale:   float32(scale),
			Output:  w.dense("attn.c_proj", d, d),
		},
		FeedForward: transformer.FeedForward{
			Before: w.norm("ln_2", d, b.epsilon),
			Up:     w.activated("mlp.c_fc", d, b.inner, b.act),
			Down:   w.dense("mlp.c_proj", b.inner, d),
		},
	}
}
