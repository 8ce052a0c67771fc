package command

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/render"
)

// printSheet prints a table, or where JSON is wanted what it is made of.
func (p *program) printSheet(c *cli.Context, s render.Sheet, x any) error {
	var o render.Options
	if c.String("output") == "" {
		o.Width = optionsOf(p.stdout).Width
	}
	var b bytes.Buffer
	if err := s.Terminal(&b, o); err != nil {
		return err
	}
	return p.printText(c, b.String(), x)
}

// printText prints a text, or where JSON is wanted what it is made of.
func (p *program) printText(c *cli.Context, text string, x any) error {
	if !answersShown(c) {
		return nil
	}
	file := c.String("output")
	if newOutput(c).format == "json" {
		var b bytes.Buffer
		if err := encodeJSON(&b, x); err != nil {
			return err
		}
		text = b.String()
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return p.deliver(file, []byte(text))
}

// extensionOf returns the extension of a file's name in lower case, ".json".
func extensionOf(file string) string { return strings.ToLower(filepath.Ext(file)) }

// list joins names for help.
func list(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// unlessEnded makes an error one of the command line, unless the user ended the
// program or closed its output.
func unlessEnded(err error) error {
	var wrong *usageError
	var output *outputError
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &wrong) || errors.As(err, &output) {
		return err
	}
	return &usageError{err: err}
}
