package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model"
)

// explain is the root command: it explains what a model says of a text.
func (p *program) explain(c *cli.Context) error {
	if c.Bool("version") {
		_, err := fmt.Fprint(p.stdout, version())
		return err
	}
	if err := noArguments(c); err != nil {
		return err
	}
	out := newOutput(c)
	r, err := p.requestOf(c, request.Classify)
	if err == nil {
		err = out.canDraw(r.Text)
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
		return inFlags(err)
	}
	x, err := p.carryOut(c.Context, run)
	return p.finish(out, x, err)
}

// classification opens the classifier of a request.
func (p *program) classification(ctx context.Context, r request.Request, models *request.Models) (*request.Classification, error) {
	begin := time.Now()
	task, err := r.Classification(ctx, models)
	if err != nil {
		return nil, inFlags(err)
	}
	m := task.Model
	p.step(begin, "model %s with classes %s, SIMD %s", m.Name(), strings.Join(m.Labels(), ", "), model.SIMD())
	return task, nil
}

// step tells what was done since begin, where --verbose asks for it.
func (p *program) step(begin time.Time, format string, args ...any) {
	if p.terminal.verbose {
		p.terminal.printf("%s (%.3f s)", fmt.Sprintf(format, args...), time.Since(begin).Seconds())
	}
}
