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

	"golang.org/x/term"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/render"
)

// What goes where:
//
//   - results go to standard output, or to --output, in one piece when all is done,
//     but for a text that a model writes, which can be read as it comes;
//   - everything else goes to standard error, through this file: errors and notes
//     as lines that begin with "explain: ", advice with "explain: hint: ", and the
//     progress bar, on a terminal only, which leaves nothing behind;
//   - a message is lower case, without a full stop, and names what it is about;
//   - the exit status is 0, or 2 for a mistake in the command or in an input that it
//     names, 130 when interrupted, 1 for everything else: a model that cannot be
//     loaded, a result that cannot be written, a server that does not answer.

// The exit statuses.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// A terminal is where the user is talked to.
type terminal struct {
	w       io.Writer
	name    string // of the program
	quiet   bool
	verbose bool // each step is told
}

// printf writes a message, each of its lines with the program's name. Much of it may
// be what a file or a server says, so nothing in it can command the terminal.
func (t *terminal) printf(format string, args ...any) {
	message := render.Printable(strings.TrimSpace(fmt.Sprintf(format, args...))) // first: it makes line ends, too
	for line := range strings.Lines(message) {
		fmt.Fprintf(t.w, "%s: %s\n", cmp.Or(t.name, "explain"), strings.TrimRight(line, "\n"))
	}
}

// interactive reports whether somebody watches.
func (t *terminal) interactive() bool { return isTerminal(t.w) }

func isTerminal(stream any) bool {
	if w, ok := stream.(io.Writer); ok {
		stream = underlying(w)
	}
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

// A failure is nobody's mistake, and there is advice all the same.
type failure struct {
	err  error
	hint string
}

func (e *failure) Error() string { return e.err.Error() }
func (e *failure) Unwrap() error { return e.err }

// forged is a line within what a server or a file says that would look like one of
// the program's own.
var forged = regexp.MustCompile(`(?i)\n\s*(hint|note|explain[^:\s]*):`)

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
	case seenEnough(err):
		return 0
	case errors.Is(err, context.Canceled):
		t.printf("interrupted")
		return exitInterrupted
	}
	t.printf("%s", forged.ReplaceAllString(render.Printable(request.Plain(err)), "; $1:"))
	var failed *failure
	status, hint := exitFailed, ""
	switch {
	case errors.As(err, &wrong):
		status, hint = exitUsage, wrong.hint
	case errors.As(err, &failed):
		hint = failed.hint
	}
	if hint != "" {
		t.printf("hint: %s", hint)
	}
	return status
}
