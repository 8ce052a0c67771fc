// Package terminal is where a person is talked to: messages and advice, how far
// something has come, and the exit status in the end. It knows no flags.
//
// What goes where:
//
//   - results go to standard output, or to --output, in one piece when all is done,
//     but for a text that a model writes, which can be read as it comes;
//   - everything else goes to standard error, through this package: errors and notes
//     as lines that begin with "explain: ", advice with "explain: hint: ", and the
//     progress bar, on a terminal only, which leaves nothing behind;
//   - a message is lower case, without a full stop, and names what it is about;
//   - the exit status is 0, or 2 for a mistake in the command or in an input that it
//     names, 130 when interrupted, 1 for everything else: a model that cannot be
//     loaded, a result that cannot be written, a server that does not answer.
package terminal

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/whence-xai/whence/explain/render"
)

// A Terminal is where the user is talked to: standard error.
type Terminal struct {
	W       io.Writer
	Name    string // of the program; "" for explain
	Quiet   bool   // no progress bar
	Verbose bool   // each step is told
}

// Printf writes a message, each of its lines with the program's name. Much of it may
// be what a file or a server says, so nothing in it can command the terminal.
func (t *Terminal) Printf(format string, args ...any) {
	message := render.Printable(strings.TrimSpace(fmt.Sprintf(format, args...))) // first: it makes line ends, too
	for line := range strings.Lines(message) {
		fmt.Fprintf(t.W, "%s: %s\n", cmp.Or(t.Name, "explain"), strings.TrimRight(line, "\n"))
	}
}

// Step tells what was done since begin, where each step is to be told.
func (t *Terminal) Step(begin time.Time, format string, args ...any) {
	if t.Verbose {
		t.Printf("%s (%.3f s)", fmt.Sprintf(format, args...), time.Since(begin).Seconds())
	}
}

// watched reports whether somebody wants to see what goes on, and can.
func (t *Terminal) watched() bool { return !t.Quiet && Interactive(t.W) }

// Interactive reports whether a stream, or what [Results] made of it, is a terminal.
func Interactive(stream any) bool {
	if w, ok := stream.(io.Writer); ok {
		stream = underlying(w)
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
