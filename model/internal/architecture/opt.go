package architecture

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// opt is OPT (Zhang et al. 2022). The one of 350 million parameters normalizes
// after its layers and has narrow tables.
type opt struct {
	shape
	narrow        int // numbers of a row of the tokens' table
	before        bool
	biased, gains bool // of linear layers; norms have a gain and a bias
	finalNorm     bool
}

// optOffset is the rows before the first position's.
const optOffset = 2

// parseOPT reads a config like that of BART's decoder. Norms without gain and bias
// (layer_norm_elementwise_affine false) are refused.
func parseOPT(c *checkpoint.Config) blueprint {
	b := &opt{shape: shape{
		vocabulary: c.Size(0, "vocab_size"),
		width:      c.Size(0, "hidden_size"),
		layers:     c.Layers(0, "num_hidden_layers"),
		heads:      c.Heads(0, "num_attention_heads"),
		inner:      c.Size(0, "ffn_dim"),
		positions:  c.Size(0, "max_position_embeddings"),
		epsilon:    1e-5,
		act:        c.Activation("relu", "activation_function"),
	}}
	b.even(c)
	b.narrow, b.before = c.Size(b.width, "word_embed_proj_dim"), c.Flag(true, "do_layer_norm_before")
	// the norm behind the last block, which a few files say was removed
	b.finalNorm = b.before && !c.Flag(false, "_remove_final_layer_norm")
	b.biased, b.gains = c.Flag(true, "enable_bias"), c.Flag(true, "layer_norm_elementwise_affine")
	// the table is written out at the blocks' width, whose size is the config's word
	if b.narrow != b.width && b.vocabulary*b.width > 1<<30 {
		c.Fail("vocab_size %d times hidden_size %d is too large", b.vocabulary, b.width)
	}
	if !b.gains {
		c.Fail("layer_norm_elementwise_affine false is not supported")
	}
	return b
}

// build reads a decoder whose positions begin in row 2, as BART's do.
func (b *opt) build(w weights, h head) Engine {
	body := w.within("model").within("decoder")
	e := b.engine(&transformer.Model{Heads: b.heads, Causal: true})
	e.Embedding.Tokens = body.words("embed_tokens.weight", b.vocabulary, b.narrow, "lm_head")
	if b.narrow != b.width {
		e.Embedding.Tokens = b.widened(e.Embedding.Tokens, body)
	}
	e.Embedding.Positions = body.table("embed_positions.weight", b.positions+optOffset, b.width)
	e.Offset = optOffset
	for i := range b.layers {
		e.Blocks = append(e.Blocks, b.block(body.in("layers", i)))
	}
	if b.finalNorm {
		e.Norm = body.norm("final_layer_norm", b.width, b.epsilon)
	}
	if b.narrow != b.width {
		e.Head = append(e.Head, transformer.Layer{Dense: body.biased(false).dense("project_out", b.width, b.narrow)})
	}
	// the head reads rows that were projected back to the table's width
	narrow := b.shape
	narrow.width = b.narrow
	e.Head = append(e.Head, causalHead(&narrow, w, body.prefix+"embed_tokens", "lm_head", "", h)...)
	e.ignored = []string{"lm_head.weight", "score.weight"}
	return e
}

// widened returns the table of tokens as wide as the blocks: positions are
// added to projected rows, so these are projected once for all.
func (b *opt) widened(t transformer.Table, w weights) transformer.Table {
	project := w.exact().biased(false).dense("project_in", b.narrow, b.width)
	if w.Faulty() {
		return t
	}
	narrow, size := make([]float32, b.narrow), t.Format.Bytes(b.narrow)
	return w.computed(b.vocabulary, b.width, func(row []float32, i int) {
		f32.Convert(narrow, t.Data[i*size:][:size], t.Format)
		project.Apply(row, narrow, 1)
	})
}

// block reads a block with its norms before the layers, or after them in the one
// model of 350 million parameters.
func (b *opt) block(w weights) transformer.Block {
	d, linear := b.width, w.biased(b.biased)
	block := transformer.Block{
		Attention: transformer.Attention{
			Project: linear.in("self_attn").fused(d, d, "q_proj", "k_proj", "v_proj"),
			Output:  linear.dense("self_attn.out_proj", d, d),
		},
		FeedForward: transformer.FeedForward{
			Up:   linear.activated("fc1", d, b.inner, b.act),
			Down: linear.dense("fc2", b.inner, d),
		},
	}
	// the same norms by name, before the layers or after them
	attention, forward := w.norm("self_attn_layer_norm", d, b.epsilon), w.norm("final_layer_norm", d, b.epsilon)
	if b.before {
		block.Attention.Before, block.FeedForward.Before = attention, forward
	} else {
		block.Attention.After, block.FeedForward.After = attention, forward
	}
	return block
}
