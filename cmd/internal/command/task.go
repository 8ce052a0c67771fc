package command

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model"
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

// A task is a request to which a model answers, and what is printed of it: the
// answer, an explanation of it, or both.
type task struct {
	*program
	request request.Request
	models  *request.Models
	out     output
	why     bool // the answer is explained
	begun   time.Time
}

// newTask reads the flags of a command whose model answers.
func (p *program) newTask(c *cli.Context, of request.Task) (*task, error) {
	t := &task{program: p, models: p.models(c), out: newOutput(c), why: c.Bool("why")}
	if !t.why && !t.readable() && t.out.format != "json" {
		return nil, usage("--format %s is of an explanation", t.out.format).or("--why explains the answer")
	}
	var err error
	t.request, err = p.requestOf(c, of)
	t.begun = time.Now()
	return t, err
}

// readable reports whether what is printed is a text that people read.
func (t *task) readable() bool { return slices.Contains([]string{"text", "table"}, t.out.format) }

// shown reports whether the answer is printed: before its explanation only where
// both are texts on standard output.
func (t *task) shown() bool { return !t.why || t.readable() && t.out.file == "" }

// opened tells of the task's model, with --verbose.
func (t *task) opened(m interface {
	Name() string
	Labels() []string
}) {
	labels := ""
	if of := m.Labels(); len(of) > 0 {
		labels = " with labels " + strings.Join(of, ", ")
	}
	t.step(t.begun, "model %s%s, SIMD %s", m.Name(), labels, model.SIMD())
}

// explained explains the answer, where that is wanted, and prints the explanation;
// open returns the run of the answer.
func (t *task) explained(ctx context.Context, open func(context.Context) (*request.Run, error)) error {
	if !t.why {
		return nil
	}
	run, err := open(ctx)
	if err != nil {
		return inFlags(err)
	}
	x, err := t.carryOut(ctx, run)
	out := t.out
	if t.readable() {
		if out.format = "table"; out.file == "" {
			fmt.Fprintln(t.stdout)
		}
	}
	return t.finish(out, x, err)
}

// printSheet prints a table, or where JSON is wanted what it is made of.
func (t *task) printSheet(s render.Sheet, x any) error {
	var o render.Options
	if t.out.file == "" {
		o.Width = optionsOf(t.stdout).Width
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
	if t.out.format == "json" {
		var b bytes.Buffer
		if err := encodeJSON(&b, x); err != nil {
			return err
		}
		text = b.String()
	}
	return t.deliver(t.out.file, []byte(strings.TrimSuffix(text, "\n")+"\n"))
}
