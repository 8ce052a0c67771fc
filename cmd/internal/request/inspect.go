package request

import (
	"context"

	"github.com/whence-xai/whence/model"
)

// Generator opens a model that writes, for what no request asks.
func (m *Models) Generator(ctx context.Context, named Model) (*model.Generator, error) {
	return open(ctx, m, "generate", named, 0, model.NewGenerator)
}

// Filler opens a model that fills masks, likewise.
func (m *Models) Filler(ctx context.Context, named Model) (*model.Filler, error) {
	return open(ctx, m, "fill", named, 0, model.NewFiller)
}

// Inspector opens a model whose inside is to be seen, the built-in classifier where
// none is named.
func (m *Models) Inspector(ctx context.Context, named Model) (*model.Inspector, error) {
	if named.Name == "" {
		named.Name = builtin[Classify]
	}
	return open(ctx, m, "attend", named, 0, model.NewInspector)
}
