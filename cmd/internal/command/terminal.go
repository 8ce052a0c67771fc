package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"syscall"

	"golang.org/x/term"
)

// What goes where:
//
//   - results go to standard output, or to --output, in one piece when all is done,
//     but for a text that a model writes, which can be read as it comes;
//   - everything else goes to standard error, through this file: errors and notes
//     as lines that begin with "explain: ", advice with "explain: hint: ", and the
//     progress bar, on a terminal only, which leaves nothing behind;
//   - a message is lower case, without a full stop, and names what it is about;
//   - the exit status is 0, or 2 for input that cannot be used, 130 when
//     interrupted, 1 for everything else.

// The exit statuses.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// A terminal is where the user is talked to.
type terminal struct {
	w     io.Writer
	name  string // of the program
	quiet bool
}

// printf writes a message, each of its lines with the program's name.
func (t *terminal) printf(format string, args ...any) {
	message := strings.TrimSpace(fmt.Sprintf(format, args...))
	for line := range strings.Lines(message) {
		fmt.Fprintf(t.w, "%s: %s\n", cmp.Or(t.name, "explain"), strings.TrimRight(line, "\n"))
	}
}

// interactive reports whether somebody watches.
func (t *terminal) interactive() bool { return isTerminal(t.w) }

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// A usageError is the fault of the command line or of what it names.
type usageError struct {
	err  error
	hint string // what to do instead; may be empty
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usage returns an error of the command line.
func usage(format string, args ...any) *usageError {
	return &usageError{err: fmt.Errorf(format, args...)}
}

// or adds advice to an error of the command line.
func (e *usageError) or(hint string, args ...any) *usageError {
	e.hint = fmt.Sprintf(hint, args...)
	return e
}

// packages are the names at the head of errors that tell a programmer where one
// comes from, and a user nothing.
var packages = regexp.MustCompile(`(?m)^(?:(?:explain|text|model|tokenizer|chat|pretrained|shap|lime|metric|bias|corpus|report|hub|summary|remote|render|picture|stored|safetensors): )+`)

// Report tells the user of a program of an error, with advice if there is some, and
// returns the exit status.
func Report(w io.Writer, program string, err error) int {
	return (&terminal{w: w, name: program}).report(err)
}

// report tells the user of an error and returns the exit status.
func (t *terminal) report(err error) int {
	var wrong *usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, syscall.EPIPE): // whoever read the output has seen enough
		return 0
	case errors.Is(err, context.Canceled):
		t.printf("interrupted")
		return exitInterrupted
	}
	t.printf("%s", packages.ReplaceAllString(err.Error(), ""))
	if !errors.As(err, &wrong) {
		return exitFailed
	}
	if wrong.hint != "" {
		t.printf("hint: %s", wrong.hint)
	}
	return exitUsage
}
