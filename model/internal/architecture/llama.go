package architecture

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// llama is Llama (Touvron et al. 2023) and what is built like it: Mistral, Qwen,
// Gemma, Phi-3. They differ in what is said here.
type llama struct {
	shape
	keyHeads, size int // heads of keys, numbers of a head

	full, sliding *rope    // of blocks that see all, or what is near
	kinds         []string // of the blocks
	window        int      // of those that see what is near

	projectBias, outputBias, innerBias bool
	fused                              bool // queries, keys and values are one tensor, gate and up another
	headNorms                          bool // queries and keys are normalized
	sandwich                           bool // layers are normalized before and after
	plusOne                            float64
	embedScale                         float64
	scale                              float64 // of scores; 0: by the size of a head
	scoreCap, wordCap                  float64 // 0: none

	ignored []string // patterns of tensors that have nothing to do with texts
}

// newLlama reads what all have; size is that of a head where the config does
// not say, 0 meaning the width divided by the heads.
func newLlama(c *checkpoint.Config, size int) *llama {
	b := &llama{shape: shapeOf(c)}
	b.epsilon, b.act = c.Epsilon(1e-6, "rms_norm_eps"), c.Activation("silu", "hidden_act", "hidden_activation")
	b.keyHeads = c.Heads(b.heads, "num_key_value_heads")
	c.Divides("num_key_value_heads", b.keyHeads, "num_attention_heads", b.heads)
	if size == 0 && !c.Given("head_dim") {
		b.even(c)
	}
	b.size = c.Size(max(1, b.width/b.heads, size), "head_dim")
	return b
}

// everywhere has all blocks see all, or the window that the config may give.
func (b *llama) everywhere(c *checkpoint.Config, window int) {
	b.full = ropeOf(c, "", b.size, b.positions, 10000, "rope_theta")
	b.positions, b.window = b.full.positions, max(0, window)
	b.kinds = layerKinds(c, b.layers, func(int) bool { return b.window > 0 })
	b.sliding = b.full
}

// parseLlama: Llama, of all versions; what differs between them (fewer keys than
// queries, a slower turn for long texts) stands in its config.
func parseLlama(c *checkpoint.Config) blueprint {
	b := newLlama(c, 0)
	bias := c.Flag(false, "attention_bias")
	b.projectBias, b.outputBias, b.innerBias = bias, bias, c.Flag(false, "mlp_bias")
	b.everywhere(c, 0)
	return b
}

// parseMistral: Mistral is Llama whose tokens see a window of the last 4096, unless
// the config says otherwise or, with null, all.
func parseMistral(c *checkpoint.Config) blueprint {
	b := newLlama(c, 0)
	window := c.ID(0, "sliding_window")
	if !c.Has("sliding_window") {
		window = 4096
	}
	b.everywhere(c, window)
	return b
}

// parsePhi3: Phi-3 is Llama with queries, keys and values in one matrix, and gate
// and up in another.
func parsePhi3(c *checkpoint.Config) blueprint {
	b := newLlama(c, 0)
	b.fused = true
	b.everywhere(c, c.ID(0, "sliding_window"))
	return b
}

// build reads a decoder without positions in its embedding: blocks turn queries and
// keys by them (Su et al. 2021, RoFormer). What scores words is the embedding where
// lm_head is missing.
func (b *llama) build(w weights, h head) Engine {
	body := w.within("language_model.model", "model.language_model", "model").biased(false)
	e := b.engine(&transformer.Model{
		Heads: b.heads, KeyHeads: b.keyHeads, HeadSize: b.size, Causal: true,
		Embedding: transformer.Embedding{Tokens: body.words("embed_tokens.weight", b.vocabulary, b.width, "lm_head", "language_model.lm_head"), Scale: float32(b.embedScale)},
	})
	full, sliding := w.rotary(b.full), (*transformer.Rotary)(nil)
	if sliding = full; b.sliding != b.full {
		sliding = w.rotary(b.sliding)
	}
	for i, kind := range b.kinds[:b.layers] {
		block := b.block(body.in("layers", i))
		block.Attention.Rotary = full
		if kind == SlidingAttention {
			block.Attention.Rotary, block.Attention.Window = sliding, b.window
		}
		e.Blocks = append(e.Blocks, block)
	}
	e.Norm = body.rms("norm", b.width, b.epsilon, b.plusOne)
	e.Head = causalHead(&b.shape, w, body.prefix+"embed_tokens", "lm_head", "score", h)
	if h.Purpose == NextWord {
		e.Head[0].Cap = float32(b.wordCap)
	}
	e.ignored = append([]string{"*rotary_emb.inv_freq", "lm_head.weight", "score.*"}, b.ignored...)
	return e
}

// block reads a block that normalizes by the root mean square, without means and
// biases:
//
//	h = x + attention(rms(x))
//	y = h + down(silu(gate(rms(h))) ⊙ up(rms(h)))
//
// From Gemma 2 on, what a layer returns is normalized as well before it is added.
func (b *llama) block(w weights) transformer.Block {
	block := transformer.Block{Attention: b.attention(w.in("self_attn")), FeedForward: b.feedForward(w.in("mlp").biased(b.innerBias))}
	block.Attention.Before = b.norm(w, "input_layernorm")
	if !b.sandwich {
		block.FeedForward.Before = b.norm(w, "post_attention_layernorm")
		return block
	}
	block.Attention.Within = b.norm(w, "post_attention_layernorm")
	block.FeedForward.Before = b.norm(w, "pre_feedforward_layernorm")
	block.FeedForward.Within = b.norm(w, "post_feedforward_layernorm")
	return block
}

// norm reads a gain; Gemma stores what it has beyond 1.
func (b *llama) norm(w weights, name string) transformer.Norm {
	return w.rms(name, b.width, b.epsilon, b.plusOne)
}

// attention reads heads queries and keyHeads keys and values of size numbers:
// several queries share a key where there are fewer (grouped queries, Ainslie et al.
// 2023).
func (b *llama) attention(w weights) transformer.Attention {
	q, k := b.heads*b.size, b.keyHeads*b.size
	parts := []part{all("q_proj", q), all("k_proj", k), all("v_proj", k)}
	if b.fused {
		parts = []part{all("qkv_proj", q+2*k)}
	}
	a := transformer.Attention{
		Project: w.biased(b.projectBias).layer(b.width, parts...),
		Scale:   float32(b.scale),
		Cap:     float32(b.scoreCap),
		Output:  w.biased(b.outputBias).dense("o_proj", q, b.width),
	}
	if b.headNorms {
		a.QueryNorm = w.rms("q_norm", b.size, b.epsilon, b.plusOne)
		a.KeyNorm = w.rms("k_norm", b.size, b.epsilon, b.plusOne)
	}
	return a
}

// feedForward reads the gated layer (Shazeer 2020, SwiGLU).
func (b *llama) feedForward(w weights) transformer.FeedForward {
	gate, up := all("gate_proj", b.inner), all("up_proj", b.inner)
	if b.fused {
		gate, up = part{"gate_up_proj", 0, b.inner, 2 * b.inner}, part{"gate_up_proj", b.inner, b.inner, 2 * b.inner}
	}
	return w.gated(b.width, b.inner, gate, up, "down_proj", b.act)
}
