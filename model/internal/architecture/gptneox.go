package architecture

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// gptNeoX is GPT-NeoX (Black et al. 2022) and Pythia: part of a head is turned,
// and attention and feed-forward layer may stand side by side.
type gptNeoX struct {
	shape
	rope     *rope
	parallel bool
	biased   bool // attention has a bias
}

// parseGPTNeoX reads how much of each head is turned (rotary_pct, a quarter in
// Pythia) and whether the layers of a block stand side by side.
func parseGPTNeoX(c *checkpoint.Config) blueprint {
	b := &gptNeoX{shape: shapeOf(c), parallel: c.Flag(true, "use_parallel_residual"), biased: c.Flag(true, "attention_bias")}
	b.even(c)
	b.epsilon, b.act = c.Epsilon(1e-5, "layer_norm_eps"), c.Activation("gelu", "hidden_act")
	b.rope = ropeOf(c, "", b.width/b.heads, b.positions, 10000, "rotary_emb_base", "rope_theta")
	b.positions = b.rope.positions
	return b
}

// build reads a model without a table of positions: blocks turn queries and keys by
// them.
func (b *gptNeoX) build(w weights, h head) Engine {
	body := w.within("gpt_neox")
	e := b.engine(&transformer.Model{Heads: b.heads, Causal: true, Embedding: transformer.Embedding{
		Tokens: body.words("embed_in.weight", b.vocabulary, b.width, "embed_out"),
	}})
	rotary := w.rotary(b.rope)
	for i := range b.layers {
		e.Blocks = append(e.Blocks, b.block(body.in("layers", i), rotary))
	}
	e.Norm = body.norm("final_layer_norm", b.width, b.epsilon)
	e.Head = causalHead(&b.shape, w, body.prefix+"embed_in", "embed_out", "classifier", h)
	e.ignored = []string{"*.attention.bias", "*.attention.masked_bias", "*.rotary_emb.inv_freq", "embed_out.weight", "score.weight", "classifier.*"}
	return e
}

// block reads a block whose layers both read x where they are parallel:
//
//	y = x + attention(norm₁(x)) + down(gelu(up(norm₂(x))))
func (b *gptNeoX) block(w weights, rotary *transformer.Rotary) transformer.Block {
	if w.Faulty() {
		return transformer.Block{} // the sizes are not to be trusted
	}
	d, size, attention := b.width, b.width/b.heads, w.in("attention").biased(b.biased)
	// Queries, keys and values are stored head by head.
	var parts []part
	// all queries first, then keys, then values, each head's rows from where they are stored:
	// rows (3h+i)·size of head h
	for i := range 3 {
		for h := range b.heads {
			parts = append(parts, part{"query_key_value", (3*h + i) * size, size, 3 * d})
		}
	}
	return transformer.Block{
		Parallel: b.parallel,
		Attention: transformer.Attention{
			Before:  w.norm("input_layernorm", d, b.epsilon),
			Project: attention.layer(d, parts...),
			Rotary:  rotary,
			Output:  attention.dense("dense", d, d),
		},
		FeedForward: transformer.FeedForward{
			Before: w.norm("post_attention_layernorm", d, b.epsilon),
			Up:     w.activated("mlp.dense_h_to_4h", d, b.inner, b.act),
			Down:   w.dense("mlp.dense_4h_to_h", b.inner, d),
		},
	}
}
