package flags

import (
	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model"
)

// Model returns the flag that says which classifier is explained, and those of what of it.
func Model() []cli.Flag {
	return append([]cli.Flag{What.Text("model", "NAME", "a folder, or org/name on the Hugging Face hub (default: the built-in sentiment model)")}, target(request.Classify)...)
}

// Machine returns the flags that say how a model runs that answers, and the common ones.
func Machine() []cli.Flag {
	return Common(precision(), Threads())
}

// Batches returns the flags of Machine, and of how many evaluations are made at a time.
func Batches() []cli.Flag {
	return Common(precision(), Threads(), Run.Count("batch", "maximum number of model evaluations in a batch (default: by the model)"))
}

// Threads returns the flag that says how many processors a model uses.
func Threads() cli.Flag {
	return Run.Count("threads", "number of threads of the model (default: all processors)")
}

func precision() cli.Flag {
	names := []string{model.Float32.String(), model.Int8.String(), model.BFloat16.String()}
	return Run.Choice("precision", "TYPE", "number type that the model computes with", names...)
}

func setModel(c *cli.Context, m *request.Model) {
	set(c, "model", c.String, &m.Name)
	set(c, "precision", c.String, &m.Precision)
}
