package model

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
)

// An Embedder turns texts into points that lie near one another where the texts
// mean similar things, if the model was trained for that (Reimers & Gurevych
// 2019). It is safe for concurrent use.
type Embedder struct {
	facts
	pooling checkpoint.Pooling
}

// NewEmbedder builds an embedder from the files of its checkpoint. It keeps
// what files refers to, which must not change.
func NewEmbedder(files Checkpoint, o Options) (*Embedder, error) {
	p, err := checkpoint.ParsePooling(files.Pooling, files.Modules)
	if err != nil {
		return nil, fmt.Errorf("model: load %s: %w", files.Name, err)
	}
	l, err := loadModel(files, architecture.HiddenStates, o)
	if err != nil {
		return nil, err
	}
	return &Embedder{facts{m: l}, p}, nil
}

// Embed returns a vector of length one for every text, of the rows of its tokens,
// special ones included: their mean, or what 1_Pooling/config.json says.
func (e *Embedder) Embed(ctx context.Context, texts ...string) ([][]float32, error) {
	seqs := make([]Sequence, len(texts))
	rows := make([][]float32, len(texts))
	width := e.m.Outputs()
	for i, text := range texts {
		encoding, err := e.m.tokenizer.Encode(text)
		if err != nil {
			return nil, err
		}
		seqs[i] = sequenceOf(encoding)
		rows[i] = make([]float32, width*len(encoding.IDs))
	}
	if err := e.m.each(ctx, seqs, everyToken, func(i, t int, row []float32) { copy(rows[i][t*width:], row) }); err != nil {
		return nil, err
	}
	vectors := make([][]float32, len(texts))
	for i := range rows {
		vectors[i] = e.pooling.Of(rows[i], width)
	}
	return vectors, nil
}
