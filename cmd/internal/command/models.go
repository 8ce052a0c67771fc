package command

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// models returns the models that the person at the command line can name, run as the
// flags say.
func (p *program) models(c *cli.Context) *request.Models {
	return &request.Models{
		Find:    p.findModel,
		Threads: c.Int("threads"),
		Batch:   c.Int("batch"),
		Note: func(message string) {
			if !p.terminal.Quiet {
				p.terminal.Printf("%s", message)
			}
		},
	}
}

// findModel returns the model of a name: a built-in one, one in a folder, or one of
// the hub, which is downloaded unless it is here.
func (p *program) findModel(ctx context.Context, name string) (model.Checkpoint, error) {
	// A folder called like a built-in model is the folder: the person has put it
	// there.
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && slices.Contains(pretrained.Names(), name) {
		return pretrained.Checkpoint(name)
	}
	dir, err := p.terminal.Model(ctx, name)
	if err != nil {
		return model.Checkpoint{}, err
	}
	return model.Open(dir)
}
