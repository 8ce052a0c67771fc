package command

import (
	"errors"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model/chat"
)

// requestOf returns the request of a task that the flags make. The texts of files
// that they name are in it, and nothing that says how the program runs.
func (p *program) requestOf(c *cli.Context, task request.Task) (request.Request, error) {
	r := request.Request{Task: task}
	if err := p.readInput(c, &r); err != nil {
		return r, err
	}
	return r, overlay(c, &r)
}

// overlay puts the choices that the flags make into a request, in the place of those
// that it has, and checks it. Texts are left as they are.
func overlay(c *cli.Context, r *request.Request) error {
	if words, err := mutedWords(c); err != nil {
		return err
	} else if words != nil {
		r.Neutralize = words
	}
	overlayTarget(c, &r.Target)
	overlayWriting(c, &r.Writing)
	set(c, "unit", c.String, &r.Unit)
	set(c, "mask", c.String, &r.Mask)
	set(c, "infill-model", c.String, &r.InfillModel)
	set(c, "infill-draws", c.Int, &r.InfillDraws)
	set(c, "long", c.String, &r.Long)
	set(c, "keep", c.StringSlice, &r.Keep)
	set(c, "method", c.String, &r.Method.Name)
	set(c, "index", c.String, &r.Index)
	set(c, "order", c.Int, &r.Order)
	set(c, "budget", c.Int, &r.Budget)
	set(c, "max-error", c.Float64, &r.MaxError)
	set(c, "stable-top", c.Int, &r.StableTop)
	setPointer(c, "seed", c.Uint64, &r.Seed)
	set(c, "model", c.String, &r.Model.Name)
	set(c, "precision", c.String, &r.Precision)
	return inFlags(r.Validate())
}

func overlayTarget(c *cli.Context, t *request.Target) {
	set(c, "class", c.String, &t.Class)
	set(c, "scale", c.String, &t.Scale)
	set(c, "explain", c.String, &t.Explain)
	set(c, "answer", c.String, &t.Answer)
	set(c, "against", c.String, &t.Against)
	set(c, "part", c.String, &t.Part)
	set(c, "written", c.Int, &t.Written)
	set(c, "score", c.String, &t.Score)
	set(c, "encoder", c.String, &t.Encoder)
}

func overlayWriting(c *cli.Context, w *request.Writing) {
	set(c, "max-tokens", c.Int, &w.MaxTokens)
	set(c, "max-length", c.Int, &w.MaxLength)
	set(c, "min-tokens", c.Int, &w.MinTokens)
	set(c, "stop", c.StringSlice, &w.Stop)
	set(c, "samples", c.Int, &w.Samples)
	setPointer(c, "temperature", c.Float64, &w.Temperature)
	setPointer(c, "top-k", c.Int, &w.TopK)
	setPointer(c, "top-p", c.Float64, &w.TopP)
	setPointer(c, "min-p", c.Float64, &w.MinP)
	set(c, "repetition-penalty", c.Float64, &w.RepetitionPenalty)
	setPointer(c, "no-repeat", c.Int, &w.NoRepeat)
	set(c, "beams", c.Int, &w.Beams)
	setPointer(c, "length-penalty", c.Float64, &w.LengthPenalty)
	set(c, "early-stopping", c.String, &w.EarlyStopping)
	set(c, "answers", c.Int, &w.Answers)
	set(c, "no-answer", c.Bool, &w.NoAnswer)
	set(c, "window", c.Int, &w.Window)
	set(c, "stride", c.Int, &w.Stride)
	set(c, "aggregation", c.String, &w.Aggregation)
	set(c, "words", c.Int, &w.Words)
	set(c, "among", c.String, &w.Among)
}

// set puts the value of a flag that was given, on the command line or by its
// variable, where it belongs.
func set[T any](c *cli.Context, flag string, value func(string) T, to *T) {
	if c.IsSet(flag) {
		*to = value(flag)
	}
}

// setPointer is set where zero says something else than nothing.
func setPointer[T any](c *cli.Context, flag string, value func(string) T, to **T) {
	if c.IsSet(flag) {
		*to = new(value(flag))
	}
}

// readInput reads what the model is to read: texts, or the files that have them.
func (p *program) readInput(c *cli.Context, r *request.Request) (err error) {
	set(c, "question", c.String, &r.Question)
	set(c, "chat", c.Bool, &r.Chat)
	set(c, "system", c.String, &r.System)
	set(c, "from", c.String, &r.From)
	set(c, "to", c.String, &r.To)
	switch {
	case r.Task == request.Play:
		return nil
	case r.Task == request.Answer:
		r.Text, err = p.textOf(c, "context")
		return err
	case c.IsSet("template") || c.IsSet("set"):
		return readTemplate(c, &r.Input)
	}
	if r.Text, err = p.text(c); err != nil || !r.Chat || extensionOf(c.String("file")) != ".json" {
		return err
	}
	said, err := chat.Read([]byte(r.Text))
	if err != nil {
		return usage("%s: %w", c.String("file"), err).or(`a conversation is [{"role": "user", "content": "…"}, …]`)
	}
	r.Text, r.Messages, r.Tools, r.TemplateNames = "", said.Messages, said.Tools, said.Names
	return nil
}

// readTemplate reads a template and the fields that --set gives: texts, those of
// files, or behind "@@" texts that begin with "@".
func readTemplate(c *cli.Context, in *request.Input) (err error) {
	in.Template = c.String("template")
	switch {
	case in.Template != "" && (c.IsSet("prompt") || c.String("file") != ""):
		return usage("--template makes the prompt: neither --prompt nor --file goes with it")
	case in.Template != "" && !strings.Contains(in.Template, "{"):
		if in.Template, err = fileText(c, in.Template); err != nil {
			return err
		}
	}
	for _, given := range c.StringSlice("set") {
		name, text, ok := strings.Cut(given, "=")
		if !ok {
			return usage("--set %q is not FIELD=TEXT", given)
		}
		if behind, ok := strings.CutPrefix(text, "@"); ok && strings.HasPrefix(behind, "@") {
			text = behind
		} else if ok {
			if text, err = fileText(c, behind); err != nil {
				return err
			}
		}
		in.Fields = append(in.Fields, request.Field{Name: name, Text: text})
	}
	return nil
}

// inFlags returns the faults of a request in the words of the command line, all
// together; any other error as it is.
func inFlags(err error) error {
	var f *request.Fault
	if !errors.As(err, &f) {
		return err
	}
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		var told []error
		for _, one := range all.Unwrap() {
			told = append(told, inFlags(one))
		}
		return together(told)
	}
	if err.Error() == f.Error() {
		err = errors.New(f.Text(flagOf))
	}
	return &usageError{err: err, hint: f.Hint(flagOf)}
}

// together returns errors of the command line as one, a line each.
func together(all []error) error {
	if len(all) < 2 {
		return errors.Join(all...)
	}
	var hints []string
	for _, err := range all {
		var wrong *usageError
		if errors.As(err, &wrong) && wrong.hint != "" && !slices.Contains(hints, wrong.hint) {
			hints = append(hints, wrong.hint)
		}
	}
	return &usageError{err: errors.Join(all...), hint: strings.Join(hints, "\nhint: ")}
}

// flagOf returns the flag that a field of a request is given by.
func flagOf(field string) string {
	switch field {
	case "text":
		return "--prompt"
	case "fields":
		return "--set"
	}
	return "--" + strings.ReplaceAll(field, "_", "-")
}
