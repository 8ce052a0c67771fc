package request

import (
	"context"

	"github.com/whence-xai/whence/model"
)

// Inspector opens a model whose inside is to be seen, the built-in classifier where
// none is named.
func (m *Models) Inspector(ctx context.Context, named Model) (*model.Inspector, error) {
	if named.Name == "" {
		named.Name = builtin[Classify]
	}
	return open(ctx, m, "attend", named, 0, model.NewInspector)
}
