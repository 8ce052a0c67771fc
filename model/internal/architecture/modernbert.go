package architecture

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// modernBERT is ModernBERT (Warner et al. 2024): rotary positions, gated
// layers, and blocks that see only what is near between those that see all.
type modernBERT struct {
	shape
	kinds []string // of the blocks
	// window is how far away a key may be, its own position included, in the blocks that
	// see what is near.
	window              int
	ropes               map[string]*rope
	headAct             f32.Activation
	mean                bool // the head of a classifier reads the mean of all rows
	normBias, attnBias  bool
	innerBias, headBias bool
	vocabularyBias      bool
}

// parseModernBERT reads which blocks see all, every third by default, and which see
// local_attention/2 tokens to each side; the two kinds turn by bases of their own.
func parseModernBERT(c *checkpoint.Config) blueprint {
	b := &modernBERT{shape: shapeOf(c), ropes: map[string]*rope{}}
	b.even(c)
	b.epsilon, b.act = c.Epsilon(1e-5, "norm_eps"), c.Activation("gelu", "hidden_activation")
	// the first of each so many sees all
	every := c.Layers(3, "global_attn_every_n_layers")
	b.kinds = layerKinds(c, b.layers, func(i int) bool { return i%every != 0 })
	b.window = c.Size(128, "local_attention")/2 + 1
	size := b.width / b.heads
	b.ropes[FullAttention] = ropeOf(c, FullAttention, size, b.positions, 160000, "global_rope_theta")
	b.ropes[SlidingAttention] = ropeOf(c, SlidingAttention, size, b.positions, 10000, "local_rope_theta")
	b.positions = b.ropes[FullAttention].positions
	b.headAct = c.Activation("gelu", "classifier_activation")
	b.normBias, b.attnBias, b.innerBias = c.Flag(false, "norm_bias"), c.Flag(false, "attention_bias"), c.Flag(false, "mlp_bias")
	b.headBias, b.vocabularyBias = c.Flag(false, "classifier_bias"), c.Flag(true, "decoder_bias")
	switch pooling := c.Word("cls", "classifier_pooling"); pooling {
	case "cls", "mean":
		b.mean = pooling == "mean"
	default:
		c.Fail("classifier_pooling %q is not supported, only cls and mean", pooling)
	}
	return b
}

// build reads blocks that normalize before each layer. The first has no norm before
// attention, since the embedding's stands there.
func (b *modernBERT) build(w weights, h head) Engine {
	body := w.within("model")
	norms := body.biased(b.normBias)
	e := b.engine(&transformer.Model{Heads: b.heads, Embedding: transformer.Embedding{
		Tokens: body.words("embeddings.tok_embeddings.weight", b.vocabulary, b.width, "decoder"),
		Norm:   norms.norm("embeddings.norm", b.width, b.epsilon),
	}})
	// two tables for all blocks
	rotary := map[string]*transformer.Rotary{}
	for kind, r := range b.ropes {
		rotary[kind] = w.rotary(r)
	}
	for i, kind := range b.kinds[:b.layers] {
		block := b.block(body.in("layers", i), i > 0)
		block.Attention.Rotary = rotary[kind]
		if kind == SlidingAttention {
			block.Attention.Window = b.window
		}
		e.Blocks = append(e.Blocks, block)
	}
	e.Norm = norms.norm("final_norm", b.width, b.epsilon)
	e.Head = b.head(w, body, h)
	// the head reads a mean, which is made outside of the engine
	if h.Purpose == SequenceClasses && b.mean {
		e.Pooled, e.Head = &transformer.Model{Embedding: e.Embedding, Heads: b.heads, Head: e.Head}, nil
	}
	e.ignored = []string{"head.*", "decoder.*", "classifier.*"}
	return e
}

// block reads a gated layer whose two halves are one matrix, Wi: down(gelu(Wi₁ x) ⊙
// Wi₂ x).
func (b *modernBERT) block(w weights, normed bool) transformer.Block {
	d, norms := b.width, w.biased(b.normBias)
	attention, inner := w.in("attn").biased(b.attnBias), w.in("mlp").biased(b.innerBias)
	block := transformer.Block{
		Attention: transformer.Attention{
			Project: attention.dense("Wqkv", d, 3*d),
			Output:  attention.dense("Wo", d, d),
		},
		FeedForward: inner.gated(b.width, b.inner, part{"Wi", 0, b.inner, 2 * b.inner}, part{"Wi", b.inner, b.inner, 2 * b.inner}, "Wo", b.act),
	}
	if normed {
		block.Attention.Before = norms.norm("attn_norm", d, b.epsilon)
	}
	block.FeedForward.Before = norms.norm("mlp_norm", d, b.epsilon)
	return block
}

// head reads a dense layer with a norm, which all tasks have, and the task's own
// behind it.
func (b *modernBERT) head(w, body weights, h head) []transformer.Layer {
	if h.Purpose == HiddenStates {
		return nil
	}
	head := []transformer.Layer{{
		Dense: w.biased(b.headBias).activated("head.dense", b.width, b.width, b.headAct),
		Norm:  w.biased(b.normBias).norm("head.norm", b.width, b.epsilon),
	}}
	switch h.Purpose {
	case SequenceClasses, TokenClasses:
		return append(head, linear(w, "classifier", b.width, h.labels)...)
	case AnswerSpans:
		return append(head, linear(w, "classifier", b.width, 2)...)
	}
	// the one bias that is there by default
	var bias []string
	if b.vocabularyBias {
		bias = []string{"decoder.bias"}
	}
	return append(head, w.scores(b.vocabulary, b.width, body.prefix+"embeddings.tok_embeddings", "decoder", bias...))
}
