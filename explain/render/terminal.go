package render

import (
	"io"
	"os"
	"strconv"

	"github.com/muesli/termenv"
	"golang.org/x/term"
)

// Terminal returns the options that suit w, as in
//
//	render.Table(os.Stdout, x, render.Terminal(os.Stdout))
//
// They are the width and the colors of the
// terminal where w is one, else no color and the width of COLUMNS or 80. The
// variables NO_COLOR and CLICOLOR_FORCE have the last word on color.
func Terminal(w io.Writer) Options {
	o := Options{Width: defaultWidth}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		o.Width = n
	}
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			o.Width = n
		}
	}
	out := termenv.NewOutput(w)
	if _, err := termenv.EnableVirtualTerminalProcessing(out); err != nil { // Windows asks for it
		return o
	}
	switch out.Profile {
	case termenv.TrueColor:
		o.Colors = 1 << 24
	case termenv.ANSI256:
		o.Colors = 256
	case termenv.ANSI:
		o.Colors = 16
	}
	return o
}
