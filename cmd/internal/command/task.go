package command

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model"
)

// modelOfHub describes --model where no model is built in.
const modelOfHub = "a folder, or org/name on the Hugging Face hub"

// A task is a request to which a model answers, and what is printed of it: the
// answer, an explanation of it, or both.
type task struct {
	*program
	request request.Request
	models  *request.Models
	out     output.Output
	why     bool // the answer is explained
	begun   time.Time
}

// newTask reads the flags of a command whose model answers.
func (p *program) newTask(c *cli.Context, of request.Task) (*task, error) {
	if err := flags.NoArguments(c); err != nil {
		return nil, err
	}
	t := &task{program: p, models: p.models(c), out: flags.OutputOf(c, p.stdout), why: c.Bool("why")}
	if !t.why && !t.readable() && t.out.Format != "json" {
		return nil, terminal.Usage("--format %s is of an explanation", t.out.Format).Or("--why explains the answer")
	}
	var err error
	t.request, err = flags.RequestOf(c, of, p.stdin)
	t.begun = time.Now()
	return t, err
}

// readable reports whether what is printed is a text that people read.
func (t *task) readable() bool { return slices.Contains([]string{"text", "table"}, t.out.Format) }

// shown reports whether the answer is printed: before its explanation only where
// both are texts on standard output.
func (t *task) shown() bool { return !t.why || t.readable() && t.out.File == "" }

// opened tells of the task's model, with --verbose.
func (t *task) opened(m interface {
	Name() string
	Labels() []string
}) {
	labels := ""
	if of := m.Labels(); len(of) > 0 {
		labels = " with labels " + strings.Join(of, ", ")
	}
	t.terminal.Step(t.begun, "model %s%s, SIMD %s", m.Name(), labels, model.SIMD())
}

// explained explains the answer, where that is wanted, and prints the explanation;
// open returns the run of the answer.
func (t *task) explained(ctx context.Context, open func(context.Context) (*request.Run, error)) error {
	if !t.why {
		return nil
	}
	run, err := open(ctx)
	if err != nil {
		return flags.Faults(err)
	}
	x, err := t.carryOut(ctx, run)
	out := t.out
	if t.readable() {
		// "text" is a format of answers; what is explained of one is a table. An
		// empty line parts it from the answer above.
		if out.Format = "table"; out.File == "" {
			fmt.Fprintln(t.stdout)
		}
	}
	return out.Finish(x, err)
}

// printSheet prints a table, or where JSON is wanted what it is made of.
func (t *task) printSheet(s render.Sheet, x any) error {
	var o render.Options
	if t.out.File == "" {
		o.Width = terminal.Options(t.stdout).Width
	}
	var b bytes.Buffer
	if err := s.Terminal(&b, o); err != nil {
		return err
	}
	return t.printText(b.String(), x)
}

// printText prints a text, or where JSON is wanted what it is made of.
func (t *task) printText(text string, x any) error {
	if !t.shown() {
		return nil
	}
	if t.out.Format == "json" {
		var b bytes.Buffer
		if err := output.JSON(&b, x); err != nil {
			return err
		}
		text = b.String()
	}
	return t.out.Deliver([]byte(strings.TrimSuffix(text, "\n") + "\n"))
}
