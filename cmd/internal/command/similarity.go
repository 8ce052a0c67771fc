package command

import (
	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/similarity"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// similarityOf returns the measure of that name of how similar two answers are.
func similarityOf(c *cli.Context, name string) (func(answer, original string) (float64, error), error) {
	switch name {
	case "exact":
		return sure(similarity.Exact), nil
	case "chrf++":
		return sure(similarity.ChrFPlusPlus), nil
	case "bleu":
		return sure(similarity.BLEU), nil
	case "cosine":
		return cosine(c)
	}
	return sure(similarity.ChrF), nil
}

// sure makes a measure of one that never fails.
func sure(of func(answer, original string) float64) func(answer, original string) (float64, error) {
	return func(answer, original string) (float64, error) { return of(answer, original), nil }
}

// cosine returns the cosine of what an encoder makes of two texts.
func cosine(c *cli.Context) (func(answer, original string) (float64, error), error) {
	e, err := openEncoder(c)
	if err != nil {
		return nil, err
	}
	return func(answer, original string) (float64, error) {
		v, err := e.Embed(c.Context, answer, original)
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
