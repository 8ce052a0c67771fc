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

// openNamed makes of the model called name, built in, in a folder or of the hub, what
// a task needs, with weights drawn anew by a seed that is not zero.
func openNamed[M any](c *cli.Context, name string, redraw uint64, build func(model.Checkpoint, model.Options) (*M, error)) (*M, error) {
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
	files, err := model.Open(dir)
	if err != nil {
		return nil, err
	}
	m, err := build(files, o)
	if m, ok := any(m).(interface{ Warnings() []string }); ok && err == nil && !c.Bool("quiet") {
		for _, w := range m.Warnings() {
			_, _ = fmt.Fprintf(c.App.ErrWriter, "explain: %s: %s\n", name, w)
		}
	}
	return m, err
}
