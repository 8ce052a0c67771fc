package render

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares what a renderer wrote with testdata/name. Escape codes stand
// there as ␛.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	got = bytes.ReplaceAll(got, []byte("\x1b"), []byte("␛"))
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s\nwant:\n%s", path, got, want)
	}
}

func TestGolden(t *testing.T) {
	table := func(o Options) func(io.Writer, *explain.Explanation) error {
		return func(w io.Writer, x *explain.Explanation) error { return Table(w, x, o) }
	}
	text := func(o Options) func(io.Writer, *explain.Explanation) error {
		return func(w io.Writer, x *explain.Explanation) error { return Text(w, x, o) }
	}
	markdown := func(w io.Writer, x *explain.Explanation) error { return Markdown(w, x, Options{}) }
	csv := func(w io.Writer, x *explain.Explanation) error { return CSV(w, x, Options{}) }
	waterfall := func(o Options) func(io.Writer, *explain.Explanation) error {
		return func(w io.Writer, x *explain.Explanation) error { return TerminalWaterfall(w, x, o) }
	}
	answer := func(o Options) func(io.Writer, *explain.Explanation) error {
		return func(w io.Writer, x *explain.Explanation) error { return Answer(w, x, o) }
	}
	heat := func(o Options) func(io.Writer, *explain.Explanation) error {
		return func(w io.Writer, x *explain.Explanation) error {
			if x.Order > 1 {
				return pairsOf(x, 0).Terminal(w, o)
			}
			return byOutput(x).Terminal(w, o)
		}
	}
	for _, c := range []struct {
		name   string
		x      *explain.Explanation
		render func(io.Writer, *explain.Explanation) error
	}{
		{"plain.txt", plot(), table(Options{})},
		{"score_top.txt", plot(), table(Options{ByScore: true, Top: 3})},
		{"narrow.txt", plot(), table(Options{Width: 40})},
		{"wide.txt", plot(), table(Options{Width: 200})},
		{"color16.txt", plot(), table(Options{Colors: 16})},
		{"color256.txt", plot(), table(Options{Colors: 256})},
		{"truecolor.txt", plot(), table(Options{Colors: 1 << 24})},
		{"exact.txt", exactly(plot()), table(Options{})},
		{"unknown_error.txt", withoutErrors(plot()), table(Options{})},
		{"classes.txt", bothClasses(), table(Options{Width: 100})},
		{"many_classes.txt", manyClasses(), table(Options{Width: 60})},
		{"scripts.txt", scripts(), table(Options{})},
		{"scripts_color.txt", scripts(), table(Options{Colors: 16})},
		{"hostile.txt", hostile(), table(Options{})},
		{"pairs.txt", pairs(), table(Options{ByScore: true})},
		{"text_pairs.txt", pairs(), text(Options{})},
		{"bare.txt", bare(), table(Options{})},
		{"nobody.txt", nobody(), table(Options{})},
		{"notes.txt", noted(), table(Options{})},
		{"text_plain.txt", plot(), text(Options{})},
		{"text_color.txt", plot(), text(Options{Colors: 256})},
		{"text_classes.txt", bothClasses(), text(Options{})},
		{"text_hostile.txt", hostile(), text(Options{})},
		{"text_notes.txt", noted(), text(Options{})},
		{"plot.md", plot(), markdown},
		{"hostile.md", hostile(), markdown},
		{"classes.md", bothClasses(), markdown},
		{"nobody.md", nobody(), markdown},
		{"plot.csv", plot(), csv},
		{"hostile.csv", hostile(), csv},
		{"classes.csv", bothClasses(), csv},
		{"pairs.csv", pairs(), csv},
		{"plot.json", plot(), JSON},
		{"classes.json", bothClasses(), JSON},
		{"hostile.json", hostile(), JSON},
		{"notes.json", noted(), JSON},
		{"nobody.json", nobody(), JSON},
		{"answer.json", answered(), JSON},
		{"answer.txt", answered(), answer(Options{})},
		{"waterfall.txt", plot(), waterfall(Options{})},
		{"waterfall_rest.txt", noted(), waterfall(Options{Top: 2, ByScore: true})},
		{"waterfall_scripts.txt", scripts(), waterfall(Options{Colors: 256})},
		{"heat.txt", pairs(), heat(Options{})},
		{"heat_narrow.txt", answered(), heat(Options{Width: 30})},
		{"heat_color16.txt", answered(), heat(Options{Width: 30, Colors: 16})},
		{"heat_color256.txt", answered(), heat(Options{Width: 30, Colors: 256})},
		{"heat_truecolor.txt", answered(), heat(Options{Colors: 1 << 24})},
		{"heat_hostile.txt", hostile(), heat(Options{})},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := c.render(&b, c.x); err != nil {
				t.Fatal(err)
			}
			golden(t, c.name, b.Bytes())
		})
	}
}

// TestLinesFit holds the promise of Width, for every script.
func TestLinesFit(t *testing.T) {
	for _, x := range []*explain.Explanation{plot(), scripts(), hostile(), bothClasses(), manyClasses(), noted(), pairs()} {
		for columns := 40; columns <= 160; columns += 7 {
			var b bytes.Buffer
			o := Options{Width: columns}
			if err := errors.Join(Table(&b, x, o), TerminalWaterfall(&b, x, o), byOutput(x).Terminal(&b, o)); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if w := width(strings.TrimSuffix(line, "\n")); w > columns {
					t.Errorf("%d columns in a width of %d: %s", w, columns, line)
				}
			}
		}
	}
}

// TestNothingCommandsTheTerminal: of the text's control characters none comes through.
func TestNothingCommandsTheTerminal(t *testing.T) {
	x := hostile()
	for name, render := range map[string]func(io.Writer) error{
		"table":     func(w io.Writer) error { return Table(w, x, Options{}) },
		"text":      func(w io.Writer) error { return Text(w, x, Options{}) },
		"waterfall": func(w io.Writer) error { return TerminalWaterfall(w, x, Options{}) },
		"heat map":  func(w io.Writer) error { return byOutput(x).Terminal(w, Options{}) },
		"markdown":  func(w io.Writer) error { return Markdown(w, x, Options{}) },
	} {
		var b bytes.Buffer
		if err := render(&b); err != nil {
			t.Fatal(err)
		}
		for _, r := range b.String() {
			if r != '\n' && r != '\t' && (r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
				t.Errorf("%s lets %U through", name, r)
			}
		}
	}
}
