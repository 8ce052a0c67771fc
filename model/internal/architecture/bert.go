package architecture

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// bert is BERT (Devlin et al. 2019), and what has its blocks: RoBERTa and its
// like (Liu et al. 2019), ELECTRA (Clark et al. 2020).
type bert struct {
	shape
	kind      string // the prefix of its tensors
	types     int
	embedding int // numbers of a row of the tables
	offset    int
}

// parseBERT: BERT has segments (types) and learned positions from 0 on.
func parseBERT(c *checkpoint.Config) blueprint { return newBERT(c, "bert") }

// parseELECTRA: ELECTRA's tables may be narrower than its blocks, with a dense layer
// between.
func parseELECTRA(c *checkpoint.Config) blueprint { return newBERT(c, "electra") }

// parseRoBERTa: RoBERTa counts positions from the one after padding's, so that with
// padding token 1 the first token is at position 2.
func parseRoBERTa(c *checkpoint.Config) blueprint {
	b := newBERT(c, "roberta")
	b.offset = padded(c, &b.positions, 1)
	return b
}

// newBERT reads what the three have. Relative positions, which BERT's code knows and
// few models have, are refused rather than read as absolute ones.
func newBERT(c *checkpoint.Config, kind string) *bert {
	b := &bert{shape: shapeOf(c), kind: kind, types: c.Count(2, 256, "type_vocab_size")}
	b.even(c)
	b.epsilon, b.act = c.Epsilon(1e-12, "layer_norm_eps"), c.Activation("gelu", "hidden_act")
	b.embedding = c.Size(b.width, "embedding_size")
	c.Only("absolute", "position_embedding_type")
	if c.Flag(false, "is_decoder") {
		c.Fail("a decoder is not supported")
	}
	return b
}

// padded returns where positions begin, and takes those before away: the first
// are those up to that of padding, whose number the token of padding has.
func padded(c *checkpoint.Config, positions *int, missing int) int {
	offset := c.ID(missing, "pad_token_id") + 1
	if *positions -= offset; *positions < 1 {
		c.Fail("max_position_embeddings leaves no position after the %d of padding", offset)
		*positions = 1
	}
	return offset
}

// build reads the sum of three tables (token, position, segment), normalized, and
// then blocks of attention and feed-forward layer.
func (b *bert) build(w weights, h head) Engine {
	body := w.within(b.kind)
	e := b.engine(&transformer.Model{Heads: b.heads, Embedding: b.embed(body.in("embeddings"))})
	e.Types, e.Offset, e.Skips = b.types, b.offset, b.kind == "roberta"
	if b.embedding != b.width {
		e.Embedding.Project = body.dense("embeddings_project", b.embedding, b.width)
	}
	for i := range b.layers {
		e.Blocks = append(e.Blocks, b.block(body.in("encoder").in("layer", i)))
	}
	switch b.kind {
	case "bert":
		e.Head = b.head(w, body, h)
	case "electra":
		e.Head = b.electraHead(w, body, h)
	default:
		e.Head = robertaHead(&b.shape, w, body, h)
	}
	e.ignored = []string{"*embeddings.position_ids", "*pooler.dense.*", "cls.*", "lm_head.*", "classifier.*", "qa_outputs.*", "generator_*", "discriminator_predictions.*"}
	return e
}

// embed reads the tables, [vocabulary], [positions] and [types] rows of [embedding]
// numbers.
func (b *bert) embed(w weights) transformer.Embedding {
	return transformer.Embedding{
		Tokens:    w.words("word_embeddings.weight", b.vocabulary, b.embedding, "cls.predictions.decoder", "lm_head.decoder", "generator_lm_head"),
		Positions: w.table("position_embeddings.weight", b.positions+b.offset, b.embedding),
		Types:     w.table("token_type_embeddings.weight", b.types, b.embedding),
		Norm:      w.norm("LayerNorm", b.embedding, b.epsilon),
	}
}

// block reads a block that normalizes after each layer:
//
//	h = norm(x + attention(x))
//	y = norm(h + down(gelu(up(h))))
func (b *bert) block(w weights) transformer.Block {
	d, attention := b.width, w.in("attention")
	return transformer.Block{
		Attention: transformer.Attention{
			Project: attention.in("self").fused(d, d, "query", "key", "value"),
			Output:  attention.dense("output.dense", d, d),
			After:   attention.norm("output.LayerNorm", d, b.epsilon),
		},
		FeedForward: b.feedForward(w),
	}
}

// feedForward reads what BERT and its relatives have after attention.
func (s *shape) feedForward(w weights) transformer.FeedForward {
	return transformer.FeedForward{
		Up:    w.activated("intermediate.dense", s.width, s.inner, s.act),
		Down:  w.dense("output.dense", s.inner, s.width),
		After: w.norm("output.LayerNorm", s.width, s.epsilon),
	}
}

// head reads the layers behind the last block: of a classifier, the pooler, which
// reads the first token's row ([CLS]).
func (b *bert) head(w, body weights, h head) []transformer.Layer {
	switch h.Purpose {
	case SequenceClasses:
		return pooler(w, b.width, h.labels, body.prefix+"pooler.dense", f32.Tanh, "classifier")
	case MaskedWords:
		return b.predictions(w.in("cls.predictions"), w, body.prefix)
	}
	return tokenHead(w, b.width, h)
}

// predictions reads BERT's head for masked words, and that of DeBERTa.
func (s *shape) predictions(w, root weights, body string) []transformer.Layer {
	transform := w.in("transform")
	return []transformer.Layer{
		{Dense: transform.activated("dense", s.width, s.width, s.act), Norm: transform.norm("LayerNorm", s.width, s.epsilon)},
		root.scores(s.vocabulary, s.width, body+"embeddings.word_embeddings", w.prefix+"decoder", w.prefix+"bias", w.prefix+"decoder.bias"),
	}
}

// electraHead reads ELECTRA's heads; the one for masked words is of the generator,
// the smaller of the two models that were trained together.
func (b *bert) electraHead(w, body weights, h head) []transformer.Layer {
	switch h.Purpose {
	case SequenceClasses:
		return pooler(w, b.width, h.labels, "classifier.dense", f32.GELU, "classifier.out_proj")
	case MaskedWords:
		generator := w.in("generator_predictions")
		return []transformer.Layer{
			{Dense: generator.activated("dense", b.width, b.embedding, f32.GELU), Norm: generator.norm("LayerNorm", b.embedding, b.epsilon)},
			w.scores(b.vocabulary, b.embedding, body.prefix+"embeddings.word_embeddings", "generator_lm_head", "generator_lm_head.bias"),
		}
	}
	return tokenHead(w, b.width, h)
}

// robertaHead reads RoBERTa's heads and those of MPNet.
func robertaHead(s *shape, w, body weights, h head) []transformer.Layer {
	switch h.Purpose {
	case SequenceClasses:
		return pooler(w, s.width, h.labels, "classifier.dense", f32.Tanh, "classifier.out_proj")
	case MaskedWords:
		head := w.in("lm_head")
		return []transformer.Layer{
			{Dense: head.activated("dense", s.width, s.width, f32.GELU), Norm: head.norm("layer_norm", s.width, s.epsilon)},
			w.scores(s.vocabulary, s.width, body.prefix+"embeddings.word_embeddings", "lm_head.decoder", "lm_head.bias", "lm_head.decoder.bias"),
		}
	}
	return tokenHead(w, s.width, h)
}
