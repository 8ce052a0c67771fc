package tensor

import (
	"errors"
	"runtime"
	"runtime/debug"
)

// errGone is that the data of a file is not there any more.
var errGone = errors.New("the file was cut short or changed while it was read; put it back whole")

// Guarded runs what reads the data of tensors, in one goroutine, and returns an
// error where the file has lost that since it was opened: mapped memory of which
// there is no file any more cannot be read, which would end the process.
func Guarded(read func()) (err error) {
	// It holds for this goroutine alone, and is put back. Without it a fault in mapped memory
	// ends the process, as any other bad address would.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			err = errGone
		default:
			panic(fault)
		}
	}()
	read()
	return nil
}
