package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/render"
)

// The exit statuses of a program that fails.
const (
	ExitFailed      = 1
	ExitUsage       = 2
	ExitInterrupted = 130
)

// A UsageError is the fault of the command line or of what it names.
type UsageError struct {
	Err  error
	Hint string // what to do instead; may be empty
}

// Error tells the fault, without the hint.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the fault.
func (e *UsageError) Unwrap() error { return e.Err }

// Usage returns an error of the command line.
func Usage(format string, args ...any) *UsageError {
	return &UsageError{Err: fmt.Errorf(format, args...)}
}

// Or adds advice to an error of the command line.
func (e *UsageError) Or(hint string, args ...any) *UsageError {
	e.Hint = fmt.Sprintf(hint, args...)
	return e
}

// Blame makes an error one of the command line, unless the user ended the program or
// closed its output.
func Blame(err error) error {
	var wrong *UsageError
	var output *OutputError
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &wrong) || errors.As(err, &output) {
		return err
	}
	return &UsageError{Err: err}
}

// A failure is nobody's mistake, and there is advice all the same.
type failure struct {
	err  error
	hint string
}

func (e *failure) Error() string { return e.err.Error() }
func (e *failure) Unwrap() error { return e.err }

// Reason drops from an error of the file system the name that a message has already.
func Reason(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// forged is a line within what a server or a file says that would look like one of
// the program's own.
// A server's answer could else advise, in the program's own voice, to paste a
// command.
var forged = regexp.MustCompile(`(?i)\n\s*(hint|note|explain[^:\s]*):`)

// Report tells the user of a program of an error, with advice if there is some, and
// returns the exit status.
func Report(w io.Writer, program string, err error) int {
	t := &Terminal{W: w, Name: program}
	switch {
	case err == nil, seenEnough(err):
		return 0
	case errors.Is(err, context.Canceled):
		t.Printf("interrupted")
		return ExitInterrupted
	}
	t.Printf("%s", forged.ReplaceAllString(render.Printable(request.Plain(err)), "; $1:"))
	var wrong *UsageError
	var failed *failure
	status, hint := ExitFailed, ""
	switch {
	case errors.As(err, &wrong):
		status, hint = ExitUsage, wrong.Hint
	case errors.As(err, &failed):
		hint = failed.hint
	}
	if hint != "" {
		t.Printf("hint: %s", hint)
	}
	return status
}
