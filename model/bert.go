package model

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// A bertConfig is the part of config.json that shapes BERT (Devlin et al.
// 2019). Names left out have the values of the original model.
type bertConfig struct {
	Vocabulary   int     `json:"vocab_size"`
	Width        int     `json:"hidden_size"`
	Layers       int     `json:"num_hidden_layers"`
	Heads        int     `json:"num_attention_heads"`
	Inner        int     `json:"intermediate_size"`
	Activation   string  `json:"hidden_act"`
	Positions    int     `json:"max_position_embeddings"`
	Types        int     `json:"type_vocab_size"`
	Epsilon      float64 `json:"layer_norm_eps"`
	PositionKind string  `json:"position_embedding_type"`
	Decoder      bool    `json:"is_decoder"`
}

func parseBERT(text []byte) (*bertConfig, error) {
	c := &bertConfig{
		Vocabulary: 30522, Width: 768, Layers: 12, Heads: 12, Inner: 3072, Activation: "gelu",
		Positions: 512, Types: 2, Epsilon: 1e-12, PositionKind: "absolute",
	}
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	return c, c.check()
}

func (c *bertConfig) check() error {
	var s sizes
	s.check("vocab_size", c.Vocabulary, maxSize)
	s.check("hidden_size", c.Width, maxSize)
	s.check("num_hidden_layers", c.Layers, maxLayers)
	s.check("num_attention_heads", c.Heads, maxSize)
	s.check("intermediate_size", c.Inner, maxSize)
	s.check("max_position_embeddings", c.Positions, maxSize)
	s.check("type_vocab_size", c.Types, 256)
	s.epsilon("layer_norm_eps", c.Epsilon)
	s.divides("num_attention_heads", c.Heads, "hidden_size", c.Width)
	err := s.err()
	if c.PositionKind != "absolute" {
		err = errors.Join(err, fmt.Errorf("config.json: position_embedding_type %q is not supported, only absolute", c.PositionKind))
	}
	if c.Decoder {
		err = errors.Join(err, errors.New("config.json: a decoder is not supported"))
	}
	return err
}

// bertClassifier maps BertForSequenceClassification.
func bertClassifier(c *bertConfig, w weights, labels int) (*transformer.Model, error) {
	act, err := activation(c.Activation)
	if err != nil {
		return nil, err
	}
	m := &transformer.Model{Heads: c.Heads}
	d, bert := c.Width, w.within("bert")
	m.Embedding = c.embedding(bert.in("embeddings"))
	for i := range c.Layers {
		m.Blocks = append(m.Blocks, c.block(bert.in("encoder").in("layer", i), act))
	}
	pool := bert.exact().activated("pooler.dense", d, d, f32.Tanh)
	m.Head = []transformer.Layer{{Dense: pool}, {Dense: w.exact().dense("classifier", d, labels)}}
	return m, w.finish("embeddings.position_ids")
}

func (c *bertConfig) embedding(w weights) transformer.Embedding {
	return transformer.Embedding{
		Tokens:    w.table("word_embeddings.weight", c.Vocabulary, c.Width),
		Positions: w.table("position_embeddings.weight", c.Positions, c.Width),
		Types:     w.table("token_type_embeddings.weight", c.Types, c.Width),
		Norm:      w.norm("LayerNorm", c.Width, c.Epsilon),
	}
}

func (c *bertConfig) block(w weights, act f32.Activation) transformer.Block {
	d, attention := c.Width, w.in("attention")
	return transformer.Block{
		Attention: transformer.Attention{
			Project: attention.in("self").fused(d, d, "query", "key", "value"),
			Output:  attention.dense("output.dense", d, d),
			After:   attention.norm("output.LayerNorm", d, c.Epsilon),
		},
		FeedForward: transformer.FeedForward{
			Up:    w.activated("intermediate.dense", d, c.Inner, act),
			Down:  w.dense("output.dense", c.Inner, d),
			After: w.norm("output.LayerNorm", d, c.Epsilon),
		},
	}
}
