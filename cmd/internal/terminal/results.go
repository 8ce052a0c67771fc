package terminal

import (
	"errors"
	"io"
	"syscall"

	"github.com/whence-xai/whence/explain/render"
)

// results is standard output. Its errors are told from those of all other files and
// connections, and on a terminal nothing that it is given is obeyed, but for colours.
type results struct {
	io.Writer
	screen bool // a terminal
}

// Results returns standard output as results are written to it: whatever they hold,
// nothing commands the terminal but for colours, and an error is an [OutputError].
func Results(stdout io.Writer) io.Writer { return results{stdout, Interactive(stdout)} }

// An OutputError is a result that could not be written, to standard output or a file.
type OutputError struct {
	Err    error
	stdout bool
}

// Error tells why it could not be written.
func (e *OutputError) Error() string { return e.Err.Error() }

// Unwrap returns the same.
func (e *OutputError) Unwrap() error { return e.Err }

// Write takes b for a whole: an escape code that two calls share is not known for
// one.
func (r results) Write(b []byte) (int, error) {
	shown := b
	if r.screen {
		shown = render.Screen(b)
	}
	if _, err := r.Writer.Write(shown); err != nil {
		return 0, &OutputError{err, true}
	}
	// Of b, not of what is shown: io.Writer counts what it was given.
	return len(b), nil
}

// underlying returns the file, perhaps, that standard output is.
func underlying(stdout io.Writer) io.Writer {
	if r, ok := stdout.(results); ok {
		return r.Writer
	}
	return stdout
}

// Options returns the options of rendering that suit standard output.
func Options(stdout io.Writer) render.Options { return render.Terminal(underlying(stdout)) }

// seenEnough reports whether an error says that whoever read standard output has
// gone. That any other reader has, the other end of a connection for one, is an
// error as all are.
func seenEnough(err error) bool {
	var output *OutputError
	return errors.As(err, &output) && output.stdout && errors.Is(output.Err, syscall.EPIPE)
}
