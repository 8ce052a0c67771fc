// Package output writes results: in a format, to standard output or a file, each in
// one piece when all is done, so that a file is whole or not there. It knows no flags.
package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model/atomicfile"
)

// An Output is where a result goes, and how.
type Output struct {
	Stdout  io.Writer // where it goes unless a file is named; see terminal.Results
	File    string    // "" for standard output
	Format  string    // one of Formats
	Picture string    // kind of the picture, where the format is one
	Font    string    // file of the font that a png is written in; "" for the built-in one
	ByScore bool      // the largest scores first
	Top     int       // terms to show; 0 for all
	Free    bool      // neither an order nor Top was asked for
}

// Options returns the options of rendering that suit where the result goes.
func (o Output) Options() render.Options {
	if o.File != "" {
		return render.Options{}
	}
	return terminal.Options(o.Stdout)
}

// Behind is what can stand behind an explanation: it writes itself in a format.
type Behind interface {
	Append(b *bytes.Buffer, format string) error // format is one of Formats
}

// Explanation writes x, and behind it what else there is.
func (o Output) Explanation(x *explain.Explanation, more ...Behind) error {
	var b bytes.Buffer
	if err := o.render(&b, x); err != nil {
		return err
	}
	for _, m := range more {
		if err := m.Append(&b, o.Format); err != nil {
			return err
		}
	}
	return o.Deliver(b.Bytes())
}

// Finish writes x, where there is one, and returns the error that came with it.
func (o Output) Finish(x *explain.Explanation, err error) error {
	if x == nil {
		return err
	}
	// What is known is written first, and the exit status still tells that it is
	// not all.
	return errors.Join(err, o.Explanation(x))
}

// Deliver writes a result in one piece.
func (o Output) Deliver(result []byte) error {
	write := func(w io.Writer) error {
		_, err := w.Write(result)
		return err
	}
	if o.File != "" {
		return File(o.File, write)
	}
	if terminal.Interactive(o.Stdout) {
		result = o.uncoloured(result)
	}
	return write(o.Stdout)
}

// uncoloured makes a result fit for a terminal that is of a format without colours:
// what looks like one is of a text that comes from elsewhere.
func (o Output) uncoloured(result []byte) []byte {
	if slices.Contains([]string{"csv", "json", "markdown", "html", "svg"}, o.Format) {
		return []byte(render.Printable(string(result)))
	}
	return result
}

// File writes a file whole or not at all, by a function.
func File(name string, write func(io.Writer) error) error {
	if err := atomicfile.Write(name, write); err != nil {
		return &terminal.OutputError{Err: fmt.Errorf("output %s: %w", name, terminal.Reason(err))}
	}
	return nil
}

// JSON writes v as people can read it.
func JSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
