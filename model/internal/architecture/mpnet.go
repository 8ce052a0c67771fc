package architecture

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// mpnet is MPNet (Song et al. 2020): RoBERTa with a bias of attention by
// distance, which all blocks share.
type mpnet struct {
	shape
	buckets, offset int
}

// parseMPNet reads a config like RoBERTa's, with positions counted in the same way.
func parseMPNet(c *checkpoint.Config) blueprint {
	b := &mpnet{shape: shapeOf(c), buckets: c.Count(32, 1<<12, "relative_attention_num_buckets")}
	b.even(c)
	b.epsilon, b.act = c.Epsilon(1e-12, "layer_norm_eps"), c.Activation("gelu", "hidden_act")
	b.offset = padded(c, &b.positions, 1)
	if b.buckets != 32 { // the reference counts on them whatever the config says
		c.Fail("relative_attention_num_buckets is %d, not 32", b.buckets)
	}
	return b
}

// build reads RoBERTa's tables without segments, and one bias of attention for each
// head and range of distances, which is added to the scores of every block.
func (b *mpnet) build(w weights, h head) Engine {
	body := w.within("mpnet")
	tables := body.in("embeddings")
	e := b.engine(&transformer.Model{Heads: b.heads, Embedding: transformer.Embedding{
		Tokens:    tables.words("word_embeddings.weight", b.vocabulary, b.width, "lm_head.decoder"),
		Positions: tables.table("position_embeddings.weight", b.positions+b.offset, b.width),
		Norm:      tables.norm("LayerNorm", b.width, b.epsilon),
	}})
	e.Offset, e.Skips = b.offset, true
	bias := body.bias("encoder.relative_attention_bias.weight", buckets{count: b.buckets, farthest: 128, bothWays: true}, b.heads)
	for i := range b.layers {
		e.Blocks = append(e.Blocks, b.block(body.in("encoder").in("layer", i), bias))
	}
	e.Head = robertaHead(&b.shape, w, body, h)
	e.ignored = []string{"*embeddings.position_ids", "*pooler.dense.*", "lm_head.*", "classifier.*", "qa_outputs.*"}
	return e
}

// block reads what bert.block reads, under other names.
func (b *mpnet) block(w weights, bias *transformer.Bias) transformer.Block {
	d, attention := b.width, w.in("attention")
	return transformer.Block{
		Attention: transformer.Attention{
			Project: attention.in("attn").fused(d, d, "q", "k", "v"),
			Bias:    bias,
			Output:  attention.dense("attn.o", d, d),
			After:   attention.norm("LayerNorm", d, b.epsilon),
		},
		FeedForward: b.feedForward(w),
	}
}
