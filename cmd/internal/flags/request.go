package flags

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// Task returns the flags that make the request of a task, models being what help says
// of --model. More are the command's own flags that stand behind those of the input.
func Task(task request.Task, models string, more ...cli.Flag) []cli.Flag {
	switch task {
	case request.Classify:
		return slices.Concat(input(task, models), more, Classifier())
	case request.Ask:
		return slices.Concat(input(task, models), more, writing(task), target(task), parts(), Method())
	}
	return slices.Concat(input(task, models), more, writing(task), why(task), target(task))
}

// Classifier returns the flags of task Classify but for the text.
func Classifier() []cli.Flag { return slices.Concat(Model(), Method(), game()) }

// RequestOf returns the request of a task that the flags make. The texts of files
// that they name are in it, and nothing that says how the program runs.
func RequestOf(c *cli.Context, task request.Task, stdin io.Reader) (request.Request, error) {
	r := request.Request{Task: task}
	if err := setInput(c, &r, stdin); err != nil {
		return r, err
	}
	return r, Overlay(c, &r)
}

// Overlay puts the choices that the flags make into a request, in the place of those
// that it has, and checks it. Texts are left as they are.
func Overlay(c *cli.Context, r *request.Request) error {
	if err := setGame(c, &r.Game); err != nil {
		return err
	}
	setTarget(c, &r.Target)
	setWriting(c, &r.Writing)
	setMethod(c, &r.Method)
	setModel(c, &r.Model)
	return Faults(r.Validate())
}

// Faults returns the faults of a request in the words of the command line, all
// together; any other error as it is.
func Faults(err error) error {
	var f *request.Fault
	if !errors.As(err, &f) {
		return err
	}
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		var told []error
		for _, one := range all.Unwrap() {
			told = append(told, Faults(one))
		}
		return together(told)
	}
	// An error around the fault may say more, such as the row that it is of; then
	// its text stays, with fields called as in JSON.
	if err.Error() == f.Error() {
		err = errors.New(f.Text(NameOf))
	}
	return &terminal.UsageError{Err: err, Hint: f.Hint(NameOf)}
}

// together returns errors of the command line as one, a line each.
func together(all []error) error {
	if len(all) < 2 {
		return errors.Join(all...)
	}
	var hints []string
	for _, err := range all {
		var wrong *terminal.UsageError
		if errors.As(err, &wrong) && wrong.Hint != "" && !slices.Contains(hints, wrong.Hint) {
			hints = append(hints, wrong.Hint)
		}
	}
	return &terminal.UsageError{Err: errors.Join(all...), Hint: strings.Join(hints, "\nhint: ")}
}

// NameOf returns the flag that a field of a request is given by, as "--max-error".
func NameOf(field string) string {
	switch field {
	case "text":
		return "--prompt"
	case "fields":
		return "--set"
	}
	return "--" + strings.ReplaceAll(field, "_", "-")
}
