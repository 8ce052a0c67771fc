package architecture

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// distilBERT is DistilBERT (Sanh et al. 2019): BERT without segments.
type distilBERT struct{ shape }

// parseDistilBERT reads a config that has names of its own for BERT's sizes.
func parseDistilBERT(c *checkpoint.Config) blueprint {
	b := &distilBERT{shape{
		vocabulary: c.Size(0, "vocab_size"),
		width:      c.Size(0, "dim"),
		layers:     c.Layers(0, "n_layers"),
		heads:      c.Heads(0, "n_heads"),
		inner:      c.Size(0, "hidden_dim"),
		positions:  c.Size(0, "max_position_embeddings"),
		epsilon:    1e-12,
		act:        c.Activation("gelu", "activation"),
	}}
	c.Divides("n_heads", b.heads, "dim", b.width)
	return b
}

// build reads BERT's tables but that of segments, and half as many blocks.
func (b *distilBERT) build(w weights, h head) Engine {
	body := w.within("distilbert")
	tables := body.in("embeddings")
	e := b.engine(&transformer.Model{Heads: b.heads, Embedding: transformer.Embedding{
		Tokens:    tables.words("word_embeddings.weight", b.vocabulary, b.width, "vocab_projector"),
		Positions: tables.table("position_embeddings.weight", b.positions, b.width),
		Norm:      tables.norm("LayerNorm", b.width, b.epsilon),
	}})
	for i := range b.layers {
		e.Blocks = append(e.Blocks, b.block(body.in("transformer").in("layer", i)))
	}
	e.Head = b.head(w, body, h)
	e.ignored = []string{"vocab_*", "pre_classifier.*", "classifier.*", "qa_outputs.*", "*embeddings.position_ids"}
	return e
}

// block reads what bert.block reads, under other names.
func (b *distilBERT) block(w weights) transformer.Block {
	d := b.width
	return transformer.Block{
		Attention: transformer.Attention{
			Project: w.in("attention").fused(d, d, "q_lin", "k_lin", "v_lin"),
			Output:  w.dense("attention.out_lin", d, d),
			After:   w.norm("sa_layer_norm", d, b.epsilon),
		},
		FeedForward: transformer.FeedForward{
			Up:    w.activated("ffn.lin1", d, b.inner, b.act),
			Down:  w.dense("ffn.lin2", b.inner, d),
			After: w.norm("output_layer_norm", d, b.epsilon),
		},
	}
}

// head reads a pooler whose activation is ReLU where BERT's is tanh.
func (b *distilBERT) head(w, body weights, h head) []transformer.Layer {
	switch h.Purpose {
	case SequenceClasses:
		return pooler(w, b.width, h.labels, "pre_classifier", f32.ReLU, "classifier")
	case MaskedWords:
		return []transformer.Layer{
			{Dense: w.activated("vocab_transform", b.width, b.width, b.act), Norm: w.norm("vocab_layer_norm", b.width, b.epsilon)},
			w.scores(b.vocabulary, b.width, body.prefix+"embeddings.word_embeddings", "vocab_projector", "vocab_projector.bias"),
		}
	}
	return tokenHead(w, b.width, h)
}
