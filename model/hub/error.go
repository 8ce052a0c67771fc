package hub

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// An Error tells what went wrong with a model of the hub, and what can be done.
type Error struct {
	Name   Name
	File   string // of the model; may be empty
	Status int    // that the hub answered; 0 where it is not about an answer
	Err    error
	Hint   string // what to do; may be empty
	// Temporary says that it may go better another time: the hub is busy, or
	// cannot be reached.
	Temporary bool
}

// Error names the model, the file and the fault.
func (e *Error) Error() string {
	if e.File != "" {
		return fmt.Sprintf("hub: %s: %s: %v", e.Name, e.File, e.Err)
	}
	return fmt.Sprintf("hub: %s: %v", e.Name, e.Err)
}

// Unwrap returns the fault alone.
func (e *Error) Unwrap() error { return e.Err }

// diskHint says what to do where the cache cannot be written.
func diskHint(err error) string {
	const elsewhere = "HF_HOME or HF_HUB_CACHE names another folder for models"
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return elsewhere + "; explain model rm makes room"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return elsewhere
	}
	return ""
}
