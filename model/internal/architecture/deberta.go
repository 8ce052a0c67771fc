package architecture

import (
	"math"
	"slices"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// deberta is DeBERTa v2 and v3 (He et al. 2021): contents attend to relative
// positions and the reverse.
type deberta struct {
	shape
	types    int
	absolute bool // there are positions in the embedding as well
	pooling  f32.Activation

	relative             bool
	buckets              int  // of distances; 0: one each
	farthest             int  // distance
	contentToPosition    bool // c2p
	positionToContent    bool // p2c
	shared, normRelative bool // positions are projected like contents; are normalized first
}

// parseDeBERTa reads a config whose pos_att_type says which of the two mixed scores
// there are, "c2p" and "p2c". The convolution of a few large models is refused.
func parseDeBERTa(c *checkpoint.Config) blueprint {
	b := &deberta{shape: shapeOf(c), types: c.ID(0, "type_vocab_size"), absolute: c.Flag(true, "position_biased_input")}
	b.even(c)
	b.epsilon, b.act = c.Epsilon(1e-7, "layer_norm_eps"), c.Activation("gelu", "hidden_act")
	b.pooling = c.Activation("gelu", "pooler_hidden_act")
	b.relative, b.shared = c.Flag(false, "relative_attention"), c.Flag(false, "share_att_key")
	b.normRelative = slices.Contains(c.Words("norm_rel_ebd"), "layer_norm")
	b.buckets, b.farthest = max(0, c.ID(0, "position_buckets")), c.ID(0, "max_relative_positions")
	// -1 stands for as many as there are positions
	if b.farthest < 1 {
		b.farthest = b.positions
	}
	if b.farthest > checkpoint.MaxPositions {
		c.Fail("max_relative_positions is %d, not from 1 to %d", b.farthest, checkpoint.MaxPositions)
		b.farthest = 1
	}
	kinds := c.Words("pos_att_type")
	b.contentToPosition, b.positionToContent = slices.Contains(kinds, "c2p"), slices.Contains(kinds, "p2c")
	if b.types < 0 || b.types > 256 {
		c.Fail("type_vocab_size is %d, not from 0 to 256", b.types)
	}
	// the logarithms of fewer buckets, or of nearer distances, divide by zero
	if b.buckets > 0 && (b.buckets < 4 || b.farthest < b.buckets/2+2) {
		c.Fail("position_buckets is %d for distances up to %d", b.buckets, b.farthest)
	}
	if n := c.ID(0, "conv_kernel_size"); n > 0 {
		c.Fail("conv_kernel_size is %d: a model with a convolution is not supported", n)
	}
	if n := c.Size(b.width, "embedding_size"); n != b.width {
		c.Fail("embedding_size is %d, another than hidden_size, which is not supported", n)
	}
	return b
}

// build reads one table of relative positions, which all blocks share and each
// projects by its own keys and queries.
func (b *deberta) build(w weights, h head) Engine {
	body := w.within("deberta")
	tables := body.in("embeddings")
	e := b.engine(&transformer.Model{Heads: b.heads, Embedding: transformer.Embedding{
		Tokens: tables.words("word_embeddings.weight", b.vocabulary, b.width, "cls.predictions.decoder"),
		Norm:   tables.norm("LayerNorm", b.width, b.epsilon),
	}})
	if b.absolute {
		e.Embedding.Positions = tables.table("position_embeddings.weight", b.positions, b.width)
	}
	if b.types > 0 {
		e.Types, e.Embedding.Types = b.types, tables.table("token_type_embeddings.weight", b.types, b.width)
	}
	// both are the same memory in all blocks
	places, index := b.places(body.in("encoder")), b.index()
	for i := range b.layers {
		e.Blocks = append(e.Blocks, b.block(body.in("encoder").in("layer", i), places, index))
	}
	e.Head = b.head(w, body, h)
	e.ignored = []string{"*position_embeddings*", "*embeddings.position_ids", "mask_predictions.*", "lm_predictions.*", "cls.*", "pooler.*", "classifier.*", "qa_outputs.*"}
	return e
}

// span returns how many distances are told apart in each direction.
// The table of relative positions has twice as many rows: [2·span][width].
func (b *deberta) span() int {
	if b.buckets > 0 {
		return b.buckets
	}
	return b.farthest
}

// places reads the embeddings of relative positions, normalized.
// It is normalized once when weights are read, and not in each pass.
func (b *deberta) places(w weights) []float32 {
	if !b.relative {
		return nil
	}
	rows := 2 * b.span()
	x := w.floats("rel_embeddings.weight", rows, b.width)
	if b.normRelative {
		norm := w.norm("LayerNorm", b.width, b.epsilon)
		for i := 0; i < rows && !w.Faulty(); i++ {
			row := x[i*b.width:][:b.width]
			f32.LayerNorm(row, row, norm.Gain, norm.Bias, norm.Epsilon)
		}
	}
	return x
}

// block reads disentangled attention (section 3.1 of the paper): the score of query
// i and key j is
//
//	(Qc(i)·Kc(j) + Qc(i)·Kr(δ(i,j)) + Kc(j)·Qr(δ(j,i))) / √(terms · size)
//
// where c are contents, r relative positions and δ distances.
func (b *deberta) block(w weights, places []float32, index []int32) transformer.Block {
	d, attention := b.width, w.in("attention")
	self := attention.in("self")
	block := transformer.Block{
		Attention: transformer.Attention{
			Project:  self.fused(d, d, "query_proj", "key_proj", "value_proj"),
			Scale:    b.scale(),
			Relative: b.between(self, places, index),
			Output:   attention.dense("output.dense", d, d),
			After:    attention.norm("output.LayerNorm", d, b.epsilon),
		},
		FeedForward: b.feedForward(w),
	}
	return block
}

// scale returns the factor of scores, which are sums of up to three products.
func (b *deberta) scale() float32 {
	// content by content, and the two that mix
	terms := 1
	for _, there := range []bool{b.contentToPosition, b.positionToContent} {
		if there {
			terms++
		}
	}
	return float32(1 / math.Sqrt(float64(terms*b.width/b.heads)))
}

// index returns the row of every distance that is told apart.
// Distances beyond the farthest have its row, which is what the reference clamps to.
func (b *deberta) index() []int32 {
	span, index := b.span(), make([]int32, 2*b.farthest+1)
	for i := range index {
		bucket := i - b.farthest
		if b.buckets > 0 {
			bucket = logBucket(bucket, b.buckets, b.farthest)
		}
		index[i] = int32(min(max(bucket+span, 0), 2*span-1))
	}
	return index
}

// between reads how a block sees relative positions.
// Positions are projected by matrices of their own, or by those of contents where
// share_att_key says so.
func (b *deberta) between(w weights, places []float32, index []int32) *transformer.Relative {
	if !b.relative || !b.contentToPosition && !b.positionToContent {
		return nil
	}
	r := &transformer.Relative{Index: index, Reach: b.farthest}
	keys, queries := "pos_key_proj", "pos_query_proj"
	if b.shared {
		keys, queries = "key_proj", "query_proj"
	}
	if b.contentToPosition {
		b.project(&r.Keys, w, w.exact().dense(keys, b.width, b.width), places)
	}
	if b.positionToContent {
		b.project(&r.Queries, w, w.exact().dense(queries, b.width, b.width), places)
	}
	return r
}

// project fills to, once weights are packed, with what d makes of places, for every head.
// It is exact, in float32: the products of all positions are few and used everywhere.
func (b *deberta) project(to *[]*f32.Matrix, w weights, d transformer.Dense, places []float32) {
	w.After(func() {
		rows := make([]float32, len(places))
		d.Apply(rows, places, len(places)/b.width)
		*to = transformer.Heads(rows, b.heads, b.width/b.heads)
	})
}

// head reads the heads of both generations: those of v3 score words by
// lm_predictions, older ones as BERT does.
func (b *deberta) head(w, body weights, h head) []transformer.Layer {
	switch h.Purpose {
	case SequenceClasses:
		return pooler(w, b.width, h.labels, "pooler.dense", b.pooling, "classifier")
	case MaskedWords:
		if !w.has("lm_predictions.lm_head.dense.weight") {
			return b.predictions(w.in("cls.predictions"), w, body.prefix)
		}
		head := w.in("lm_predictions.lm_head")
		return []transformer.Layer{
			{Dense: head.activated("dense", b.width, b.width, b.act), Norm: head.norm("LayerNorm", b.width, b.epsilon)},
			w.scores(b.vocabulary, b.width, body.prefix+"embeddings.word_embeddings", "", head.prefix+"bias"),
		}
	}
	return tokenHead(w, b.width, h)
}
