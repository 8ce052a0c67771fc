package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model"
)

// explain is the root command: it explains what a model says of a text.
func (p *program) explain(c *cli.Context) error {
	if c.Bool("version") {
		_, err := fmt.Fprint(p.stdout, version())
		return err
	}
	if err := flags.NoArguments(c); err != nil {
		return err
	}
	out := flags.OutputOf(c, p.stdout)
	r, err := flags.RequestOf(c, request.Classify, p.stdin)
	if err == nil {
		// Asked before the model is loaded: a picture's font may lack the script of
		// the text.
		err = out.CanDraw(r.Text)
	}
	if err != nil {
		return err
	}
	task, err := p.classification(c.Context, r, p.models(c))
	if err != nil {
		return err
	}
	run, err := task.Run(c.Context, r.Text)
	if err != nil {
		return flags.Faults(err)
	}
	x, err := p.carryOut(c.Context, run)
	return out.Finish(x, err)
}

// classification opens the classifier of a request.
func (p *program) classification(ctx context.Context, r request.Request, models *request.Models) (*request.Classification, error) {
	begin := time.Now()
	task, err := r.Classification(ctx, models)
	if err != nil {
		return nil, flags.Faults(err)
	}
	m := task.Model
	p.terminal.Step(begin, "model %s with classes %s, SIMD %s", m.Name(), strings.Join(m.Labels(), ", "), model.SIMD())
	return task, nil
}
