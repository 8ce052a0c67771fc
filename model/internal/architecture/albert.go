package architecture

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// albert is ALBERT (Lan et al. 2020): narrow tables, and the same weights in
// many blocks.
type albert struct {
	shape
	types, embedding int
	groups, each     int // groups of blocks with the same weights, and blocks in one
}

// parseALBERT reads a config in which embedding_size is the width of the tables, 128
// of every published model, and hidden_size that of the blocks (factorized
// embedding, section 3.1 of the paper).
func parseALBERT(c *checkpoint.Config) blueprint {
	b := &albert{shape: shapeOf(c), types: c.Count(2, 256, "type_vocab_size")}
	b.even(c)
	b.epsilon, b.act = c.Epsilon(1e-12, "layer_norm_eps"), c.Activation("gelu_new", "hidden_act")
	b.embedding = c.Size(0, "embedding_size")
	b.groups, b.each = c.Layers(1, "num_hidden_groups"), c.Layers(1, "inner_group_num")
	if b.groups*b.each > checkpoint.MaxLayers {
		c.Fail("num_hidden_groups %d of inner_group_num %d", b.groups, b.each)
	}
	c.Only("absolute", "position_embedding_type")
	return b
}

// build widens the rows of the tables by a dense layer, and gives block i the
// weights of group i·groups/layers: the blocks of a group are the same memory
// (cross-layer sharing, section 3.1).
func (b *albert) build(w weights, h head) Engine {
	body := w.within("albert")
	tables := body.in("embeddings")
	e := b.engine(&transformer.Model{Heads: b.heads, Embedding: transformer.Embedding{
		Tokens:    tables.words("word_embeddings.weight", b.vocabulary, b.embedding, "predictions.decoder"),
		Positions: tables.table("position_embeddings.weight", b.positions, b.embedding),
		Types:     tables.table("token_type_embeddings.weight", b.types, b.embedding),
		Norm:      tables.norm("LayerNorm", b.embedding, b.epsilon),
		Project:   body.dense("encoder.embedding_hidden_mapping_in", b.embedding, b.width),
	}})
	e.Types = b.types
	// each group's weights are read once
	groups := make([][]transformer.Block, b.groups)
	for i := range groups {
		for j := range b.each {
			groups[i] = append(groups[i], b.block(body.in("encoder").in("albert_layer_groups", i).in("albert_layers", j)))
		}
	}
	for i := range b.layers {
		e.Blocks = append(e.Blocks, groups[i*b.groups/b.layers]...)
	}
	e.Head = b.head(w, body, h)
	e.ignored = []string{"*embeddings.position_ids", "*pooler.*", "predictions.*", "sop_classifier.*", "classifier.*", "qa_outputs.*"}
	return e
}

// block reads attention and feed-forward layer, each added to its input and then
// normalized, as in BERT, under other names.
func (b *albert) block(w weights) transformer.Block {
	d, attention := b.width, w.in("attention")
	return transformer.Block{
		Attention: transformer.Attention{
			Project: attention.fused(d, d, "query", "key", "value"),
			Output:  attention.dense("dense", d, d),
			After:   attention.norm("LayerNorm", d, b.epsilon),
		},
		FeedForward: transformer.FeedForward{
			Up:    w.activated("ffn", d, b.inner, b.act),
			Down:  w.dense("ffn_output", b.inner, d),
			After: w.norm("full_layer_layer_norm", d, b.epsilon),
		},
	}
}

// head reads the scores of words at the width of the tables, through a dense layer
// back to it: [width] → [embedding] → [vocabulary].
func (b *albert) head(w, body weights, h head) []transformer.Layer {
	switch h.Purpose {
	case SequenceClasses:
		return pooler(w, b.width, h.labels, body.prefix+"pooler", f32.Tanh, "classifier")
	case MaskedWords:
		head := w.in("predictions")
		return []transformer.Layer{
			{Dense: head.activated("dense", b.width, b.embedding, b.act), Norm: head.norm("LayerNorm", b.embedding, b.epsilon)},
			w.scores(b.vocabulary, b.embedding, body.prefix+"embeddings.word_embeddings", "predictions.decoder", "predictions.bias", "predictions.decoder.bias"),
		}
	}
	return tokenHead(w, b.width, h)
}
