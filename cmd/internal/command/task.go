package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// taskFlags say what a model is to work on; models describes --model.
func taskFlags(models string) []cli.Flag {
	return []cli.Flag{
		words(groupWhat, "prompt", "TEXT", "the text; without it --file or standard input is read"),
		words(groupWhat, "file", "FILE", "a file with the text"),
		words(groupWhat, "model", "MODEL", models),
	}
}

// machineFlags say how a model runs.
func machineFlags() []cli.Flag {
	return runFlags(
		newChoice(groupRun, "precision", "TYPE", "of the model's numbers: float32, int8 or bfloat16", "float32", "int8", "bfloat16"),
		number(groupRun, "threads", "threads of the model (default: all processors)"),
	)
}

// openModel makes of the model that --model names, built in, in a folder or of
// the hub, what a task needs: load makes it of a folder, build of files. Without
// --model it is the built-in one called fallback, if there is one.
func openModel[M any](c *cli.Context, fallback string, load func(string, model.Options) (*M, error), build func(model.Checkpoint, model.Options) (*M, error)) (*M, error) {
	name := c.String("model")
	if name == "" {
		name = fallback
	}
	if name == "" {
		return nil, usage("%s: no model is given, and none of the built-in ones can do this", c.Command.Name).
			or("--model takes the folder of a Hugging Face model, or its name on the hub: --model org/name")
	}
	return openNamed(c, name, 0, load, build)
}

// openNamed is openModel of the model called name, with weights drawn anew by a
// seed that is not zero.
func openNamed[M any](c *cli.Context, name string, redraw uint64, load func(string, model.Options) (*M, error), build func(model.Checkpoint, model.Options) (*M, error)) (*M, error) {
	precision, err := model.ParsePrecision(c.String("precision"))
	if err != nil {
		return nil, &usageError{err: err}
	}
	o := model.Options{Threads: c.Int("threads"), Precision: precision, Redraw: redraw}
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && slices.Contains(pretrained.Names(), name) {
		files, err := pretrained.Checkpoint(name)
		if err != nil {
			return nil, err
		}
		return build(files, o)
	}
	dir, err := modelFolder(c, name)
	if err != nil {
		return nil, err
	}
	m, err := load(dir, o)
	if m, ok := any(m).(interface{ Warnings() []string }); ok && err == nil && !c.Bool("quiet") {
		for _, w := range m.Warnings() {
			_, _ = fmt.Fprintf(c.App.ErrWriter, "explain: %s: %s\n", name, w)
		}
	}
	return m, err
}
