package command

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
)

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
