package command

import (
	"context"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/similarity"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// A likeness says how similar two answers are.
type likeness func(ctx context.Context, answer, original string) (float64, error)

// similarityOf returns the measure of that name.
func similarityOf(c *cli.Context, name string) (likeness, error) {
	switch name {
	case "exact":
		return func(_ context.Context, answer, original string) (float64, error) {
			return similarity.Exact(answer, original), nil
		}, nil
	case "chrf++":
		return similarity.ChrFPlusPlus, nil
	case "bleu":
		return similarity.BLEU, nil
	case "cosine":
		return cosine(c)
	}
	return similarity.ChrF, nil
}

// cosine returns the cosine of what an encoder makes of two texts.
func cosine(c *cli.Context) (likeness, error) {
	e, err := openEncoder(c)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, answer, original string) (float64, error) {
		v, err := e.Embed(ctx, answer, original)
		if err != nil {
			return 0, err
		}
		return similarity.Cosine(v[0], v[1]), nil
	}, nil
}

// openEncoder returns the encoder of texts that the flags name.
func openEncoder(c *cli.Context) (*model.Embedder, error) {
	name := c.String("encoder")
	if name == "" {
		files, err := pretrained.Checkpoint("sentiment")
		if err != nil {
			return nil, err
		}
		return model.NewEmbedder(files, model.Options{})
	}
	dir, err := modelFolder(c, name)
	if err != nil {
		return nil, err
	}
	e, err := model.LoadEmbedder(dir, model.Options{})
	if err != nil {
		return nil, &usageError{err: err}
	}
	return e, nil
}
