package architecture

import (
	"math"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// t5 is T5 (Raffel et al. 2020), its version 1.1 with gates, and mT5. Attention
// has a bias by distance instead of positions, and no scale.
type t5 struct {
	shape
	// size is d_kv, which need not be the width divided among the heads.
	size          int // numbers of a head
	start, end    int // tokens
	decoderLayers int
	buckets       buckets
	gated, scaled bool // feed-forward layers have a gate; what the head reads is scaled
}

// t5Positions bounds the length of a sequence, for which the model has no limit.
const t5Positions = 1 << 20

// parseT5 reads a config in which a head's size, d_kv, need not be the width over
// the number of heads, and feed_forward_proj tells activation and gate in one word.
func parseT5(c *checkpoint.Config) blueprint {
	b := &t5{
		shape: shape{
			vocabulary: c.Size(0, "vocab_size"),
			width:      c.Size(0, "d_model"),
			layers:     c.Layers(0, "num_layers"),
			heads:      c.Heads(0, "num_heads"),
			inner:      c.Size(0, "d_ff"),
			positions:  t5Positions,
			epsilon:    c.Epsilon(1e-6, "layer_norm_epsilon"),
		},
		size:    c.Size(0, "d_kv"),
		start:   c.ID(0, "decoder_start_token_id"),
		end:     c.ID(1, "eos_token_id"),
		buckets: buckets{count: c.Size(32, "relative_attention_num_buckets"), farthest: c.Count(128, 1<<16, "relative_attention_max_distance")},
	}
	b.decoderLayers = c.Layers(b.layers, "num_decoder_layers")
	// half of the buckets are for one distance each: with fewer the logarithm divides by 0
	if b.buckets.count < 4 || b.buckets.count > b.buckets.farthest {
		c.Fail("relative_attention_num_buckets is %d for distances up to %d", b.buckets.count, b.buckets.farthest)
	}
	kind := c.Word("relu", "feed_forward_proj")
	name, gated := strings.CutPrefix(kind, "gated-")
	b.gated = gated
	if kind == "gated-gelu" {
		name = "gelu_new" // which is what was meant at first
	}
	b.act = c.Activation(name, "dense_act_fn")
	b.scaled = c.Flag(c.Flag(true, "tie_word_embeddings"), "scale_decoder_outputs")
	return b
}

// parseMT5 reads mT5, which never scales.
func parseMT5(c *checkpoint.Config) blueprint {
	b := parseT5(c).(*t5)
	b.scaled = false
	return b
}

// build reads encoder and decoder over one table of tokens. No position is added to
// its rows: attention knows distances by a bias, which the encoder counts in both
// directions and the decoder backwards only.
func (b *t5) build(w weights, _ head) Engine {
	w = w.biased(false)
	w.untied = false // transformers ties them whatever the config says
	e := b.engine(&transformer.Model{Heads: b.heads, HeadSize: b.size, Causal: true})
	e.Encoder = &transformer.Model{Heads: b.heads, HeadSize: b.size}
	e.Start, e.End, e.Unlimited = int32(b.start), int32(b.end), true
	shared := w.first("shared", "encoder.embed_tokens", "decoder.embed_tokens")
	e.Embedding.Tokens = w.words(shared+".weight", b.vocabulary, b.width, "lm_head")
	e.Encoder.Embedding = e.Embedding
	encoder, decoder := w.in("encoder"), w.in("decoder")
	for i := range b.layers {
		e.Encoder.Blocks = append(e.Encoder.Blocks, b.block(encoder.in("block", i).in("layer"), 1))
	}
	for i := range b.decoderLayers {
		w := decoder.in("block", i).in("layer")
		block := b.block(w, 2)
		block.Cross = b.cross(w)
		e.Blocks = append(e.Blocks, block)
	}
	both := b.buckets
	both.bothWays = true
	b.share(e.Encoder.Blocks, encoder, both)
	b.share(e.Blocks, decoder, b.buckets)
	e.Encoder.Norm, e.Norm = encoder.rms("final_layer_norm", b.width, b.epsilon, 0), decoder.rms("final_layer_norm", b.width, b.epsilon, 0)
	words := w.scores(b.vocabulary, b.width, shared, "lm_head")
	// as Mesh TensorFlow does, in which T5 was trained, where the embedding scores words
	if b.scaled {
		words.Scale = float32(math.Pow(float64(b.width), -0.5))
	}
	e.Head = []transformer.Layer{words}
	e.ignored = []string{"*embed_tokens.weight", "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"}
	return e
}

// share gives all blocks the bias that is stored with the first.
func (b *t5) share(blocks []transformer.Block, w weights, to buckets) {
	bias := w.bias("block.0.layer.0.SelfAttention.relative_attention_bias.weight", to, b.heads)
	for i := range blocks {
		blocks[i].Attention.Bias = bias
	}
}

// block reads a block whose feed-forward layer has that number.
// Numbers of layers are 0 for self-attention, then 1 for the feed-forward layer of the
// encoder; in the decoder 1 is cross-attention and 2 the feed-forward layer.
func (b *t5) block(w weights, forward int) transformer.Block {
	attention, rows := w.in("0.SelfAttention"), b.heads*b.size
	block := transformer.Block{Attention: transformer.Attention{
		Before:  w.rms("0.layer_norm", b.width, b.epsilon, 0),
		Project: attention.fused(b.width, rows, "q", "k", "v"),
		Scale:   1,
		Output:  attention.dense("o", rows, b.width),
	}}
	w = w.in(strconv.Itoa(forward))
	inner := w.in("DenseReluDense")
	if b.gated {
		block.FeedForward = inner.gated(b.width, b.inner, all("wi_0", b.inner), all("wi_1", b.inner), "wo", b.act)
	} else {
		block.FeedForward = transformer.FeedForward{Up: inner.activated("wi", b.width, b.inner, b.act), Down: inner.dense("wo", b.inner, b.width)}
	}
	block.FeedForward.Before = w.rms("layer_norm", b.width, b.epsilon, 0)
	return block
}

// cross reads a decoder's attention to the encoder, which has no bias by distance.
func (b *t5) cross(w weights) *transformer.Cross {
	attention, rows := w.in("1.EncDecAttention"), b.heads*b.size
	return &transformer.Cross{
		Before: w.rms("1.layer_norm", b.width, b.epsilon, 0),
		Query:  attention.dense("q", b.width, rows),
		Keys:   attention.fused(b.width, rows, "k", "v"),
		Scale:  1,
		Output: attention.dense("o", rows, b.width),
	}
}
