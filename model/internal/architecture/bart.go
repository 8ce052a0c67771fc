package architecture

import (
	"math"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// bart is BART (Lewis et al. 2020) and the encoder–decoders that are built like
// it: mBART, Marian, M2M100 and NLLB, Pegasus.
// The names are those of transformers, which took them from fairseq.
type bart struct {
	shape             // of the encoder; the numbers of the decoder follow
	decoderLayers     int
	decoderHeads      int
	decoderInner      int
	decoderVocabulary int
	scale             float64 // of the rows of tokens
	before            bool    // norms stand before layers, and after the last block
	embedNorm         bool    // the sum of tokens and positions is normalized
	apart             bool    // the decoder has an embedding of its own
	offset            int     // of positions
	skips             bool    // padding is not counted
	sinusoid          func(row []float32, position int)
	start, end, pad   int // tokens
}

// newBART reads what all of them have: two stacks, each with numbers of its own but
// for the width, d_model, in which they meet.
func newBART(c *checkpoint.Config) *bart {
	b := &bart{
		shape: shape{
			vocabulary: c.Size(0, "vocab_size"),
			width:      c.Size(0, "d_model"),
			layers:     c.Layers(0, "encoder_layers"),
			heads:      c.Heads(0, "encoder_attention_heads"),
			inner:      c.Size(0, "encoder_ffn_dim"),
			positions:  c.Count(1024, 1<<14, "max_position_embeddings"),
			epsilon:    1e-5,
			act:        c.Activation("gelu", "activation_function"),
		},
		decoderLayers: c.Layers(0, "decoder_layers"),
		decoderHeads:  c.Heads(0, "decoder_attention_heads"),
		decoderInner:  c.Size(0, "decoder_ffn_dim"),
		start:         c.ID(2, "decoder_start_token_id"),
		end:           c.ID(2, "eos_token_id"),
		pad:           c.ID(1, "pad_token_id"),
	}
	c.Divides("encoder_attention_heads", b.heads, "d_model", b.width)
	c.Divides("decoder_attention_heads", b.decoderHeads, "d_model", b.width)
	b.decoderVocabulary = c.Size(b.vocabulary, "decoder_vocab_size")
	if c.Flag(false, "scale_embedding") {
		b.scale = math.Sqrt(float64(b.width))
	}
	return b
}

// parseBART: BART normalizes after each layer and the embedding, and its learned
// positions begin in row 2: fairseq, where it was trained, keeps the rows up to
// padding's free.
func parseBART(c *checkpoint.Config) blueprint {
	b := newBART(c)
	b.embedNorm, b.offset = true, 2
	return b
}

// parseMBART: mBART is BART with norms before each layer, and one more behind the
// last.
func parseMBART(c *checkpoint.Config) blueprint {
	b := newBART(c)
	b.embedNorm, b.offset, b.before = true, 2, true
	return b
}

// parseMarian: Marian's positions are sines that no tensor holds, and languages may
// have a vocabulary each.
func parseMarian(c *checkpoint.Config) blueprint {
	b := newBART(c)
	b.sinusoid = marianSinusoid
	b.apart = !c.Flag(true, "share_encoder_decoder_embeddings")
	return b
}

// parsePegasus: Pegasus has Marian's positions and mBART's norms.
func parsePegasus(c *checkpoint.Config) blueprint {
	b := newBART(c)
	b.sinusoid, b.before = marianSinusoid, true
	return b
}

// parseM2M100: M2M100 counts positions from the one after padding's, whose row is
// zero, and padding is not counted.
func parseM2M100(c *checkpoint.Config) blueprint {
	b := newBART(c)
	b.before, b.offset, b.skips = true, b.pad+1, true
	b.sinusoid = func(row []float32, position int) {
		if position != b.pad { // which has zeros
			m2mSinusoid(row, position)
		}
	}
	return b
}

// marianSinusoid writes a fixed position: sines, then cosines (Vaswani et al.
// 2017, section 3.5, in another order), in double precision.
func marianSinusoid(row []float32, position int) {
	// all sines stand first, all cosines behind them
	half := (len(row) + 1) / 2
	for j := range row {
		angle := float64(position) / math.Pow(10000, float64(2*(j/2))/float64(len(row)))
		if j%2 == 0 {
			row[j/2] = float32(math.Sin(angle))
		} else {
			row[half+j/2] = float32(math.Cos(angle))
		}
	}
}

// m2mSinusoid writes one of M2M100, in single precision as the reference.
func m2mSinusoid(row []float32, position int) {
	half := len(row) / 2
	step := float32(-math.Log(10000) / float64(half-1))
	for j := range half {
		frequency := float32(math.Exp(float64(float32(j) * step)))
		sin, cos := math.Sincos(float64(float32(position) * frequency))
		row[j], row[half+j] = float32(sin), float32(cos)
	}
}

// build reads encoder and decoder. The table of tokens is stored once under one of
// several names, where the two share it, and its rows score the words as well.
func (b *bart) build(w weights, h head) Engine {
	body := w.within("model")
	e := b.engine(&transformer.Model{Heads: b.decoderHeads, Causal: true})
	e.Encoder = &transformer.Model{Heads: b.heads}
	e.Skips = b.skips
	e.Offset, e.Start, e.End = b.offset, int32(b.start), int32(b.end)
	encoder, decoder := body.in("encoder"), body.in("decoder")
	shared := body.first("shared", "encoder.embed_tokens", "decoder.embed_tokens")
	from, to := shared, shared
	if b.apart {
		from, to = encoder.prefix+"embed_tokens", decoder.prefix+"embed_tokens"
	}
	e.Encoder.Embedding = b.embed(w, encoder, from, b.vocabulary)
	e.Embedding = b.embed(w, decoder, to, b.decoderVocabulary)
	for i := range b.layers {
		e.Encoder.Blocks = append(e.Encoder.Blocks, b.block(encoder.in("layers", i), b.inner))
	}
	for i := range b.decoderLayers {
		w := decoder.in("layers", i)
		block := b.block(w, b.decoderInner)
		block.Cross = b.cross(w)
		e.Blocks = append(e.Blocks, block)
	}
	if b.before {
		e.Encoder.Norm, e.Norm = encoder.norm("layer_norm", b.width, b.epsilon), decoder.norm("layer_norm", b.width, b.epsilon)
	}
	e.Head = b.head(w, to, h)
	e.ignored = []string{"*embed_positions.weight*", "*embed_tokens.weight", "*shared.weight", "lm_head.weight", "final_logits_bias", "classification_head.*", "qa_outputs.*"}
	return e
}

// embed reads the rows of tokens, times √width where scale_embedding says so, and
// those of positions, which are added to them.
func (b *bart) embed(root, w weights, tokens string, vocabulary int) transformer.Embedding {
	e := transformer.Embedding{Tokens: root.words(tokens+".weight", vocabulary, b.width, "lm_head"), Scale: float32(b.scale)}
	// some checkpoints have saved the computed table as well
	if b.sinusoid != nil && !w.has("embed_positions.weight") {
		e.Positions = w.computed(b.positions+b.offset, b.width, b.sinusoid)
	} else {
		e.Positions = w.table("embed_positions.weight", b.positions+b.offset, b.width)
	}
	if b.embedNorm {
		e.Norm = w.norm("layernorm_embedding", b.width, b.epsilon)
	}
	return e
}

// block reads self-attention and the feed-forward layer; a decoder's attention to
// the encoder, which stands between them, is read by cross.
func (b *bart) block(w weights, inner int) transformer.Block {
	d := b.width
	block := transformer.Block{
		Attention: transformer.Attention{
			Project: w.in("self_attn").fused(d, d, "q_proj", "k_proj", "v_proj"),
			Output:  w.dense("self_attn.out_proj", d, d),
		},
		FeedForward: transformer.FeedForward{
			Up:   w.activated("fc1", d, inner, b.act),
			Down: w.dense("fc2", inner, d),
		},
	}
	b.place(&block.Attention.Before, &block.Attention.After, w, "self_attn_layer_norm")
	b.place(&block.FeedForward.Before, &block.FeedForward.After, w, "final_layer_norm")
	return block
}

// cross reads a decoder's attention to the encoder: queries are the decoder's, keys
// and values are of the encoder's last rows and computed once a text.
func (b *bart) cross(w weights) *transformer.Cross {
	d, attention := b.width, w.in("encoder_attn")
	cross := &transformer.Cross{
		Query:  attention.dense("q_proj", d, d),
		Keys:   attention.fused(d, d, "k_proj", "v_proj"),
		Output: attention.dense("out_proj", d, d),
	}
	b.place(&cross.Before, &cross.After, w, "encoder_attn_layer_norm")
	return cross
}

// place reads a norm to where it stands.
func (b *bart) place(before, after *transformer.Norm, w weights, name string) {
	if b.before {
		after = before
	}
	*after = w.norm(name, b.width, b.epsilon)
}

// head reads a classifier, which takes the decoder's row of the last token of the
// end, or the scores of words. Marian adds a bias of its own to these,
// final_logits_bias.
func (b *bart) head(w weights, embedding string, h head) []transformer.Layer {
	if h.Purpose == SequenceClasses {
		return pooler(w, b.width, h.labels, "classification_head.dense", f32.Tanh, "classification_head.out_proj")
	}
	words := w.scores(b.decoderVocabulary, b.width, embedding, "lm_head")
	if w.has("final_logits_bias") {
		words.Bias = w.floats("final_logits_bias", 1, b.decoderVocabulary)
	}
	return []transformer.Layer{words}
}
