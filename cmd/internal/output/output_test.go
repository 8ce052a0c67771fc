package output

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/shap"
)

// explanation returns one of a game of three players in which two act together.
func explanation(t *testing.T, index explain.Index) *explain.Explanation {
	t.Helper()
	g := explain.Func(3, func(c explain.Coalition) float64 {
		v := float64(c[0] & 1)
		if c[0]&6 == 6 {
			v -= 2
		}
		return v
	})
	x, err := shap.Exact{Index: index}.Estimate(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	x.Subject.Text = "not bad film"
	for i, start := range []int{0, 4, 8} {
		end := []int{3, 7, 12}[i]
		x.Players[i] = explain.Player{Text: x.Subject.Text[start:end], Start: start, End: end}
	}
	return x
}

// TestEveryFormatWrites: each format that is listed writes something of its own, to
// standard output as to a file whose extension tells it.
func TestEveryFormatWrites(t *testing.T) {
	x := explanation(t, explain.KSII)
	seen := map[string]string{}
	for _, format := range Formats() {
		var stdout bytes.Buffer
		if err := (Output{Stdout: &stdout, Format: format, Free: true}).Explanation(x); err != nil || stdout.Len() == 0 {
			t.Errorf("%s: %d bytes, %v", format, stdout.Len(), err)
		}
		if same, ok := seen[stdout.String()]; ok {
			t.Errorf("%s and %s are the same", same, format)
		}
		seen[stdout.String()] = format
	}
	for _, f := range formats() {
		for _, extension := range f.extensions {
			file := filepath.Join(t.TempDir(), "why"+strings.ToUpper(extension))
			format := FormatOf(file)
			if format != f.name {
				t.Errorf("%s is %q, want %q", extension, format, f.name)
			}
			if err := (Output{File: file, Format: format, Free: true}).Explanation(x); err != nil {
				t.Errorf("%s: %v", extension, err)
			}
			if b, err := os.ReadFile(file); err != nil || seen[string(b)] != format {
				t.Errorf("%s holds what is written as %q (%v)", extension, seen[string(b)], err)
			}
		}
	}
	if format := FormatOf("why.pdf"); format != "" {
		t.Errorf(".pdf is %q", format)
	}
	if names := Formats("text", "png"); len(names) != len(Formats())-2 || names[0] != "table" {
		t.Errorf("without two of them: %q", names)
	}
}

// TestFileWhole: a file is written whole, or is what it was before.
func TestFileWhole(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "why.json")
	if err := os.WriteFile(file, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := File(file, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	var failed *terminal.OutputError
	if !errors.Is(err, broken) || !errors.As(err, &failed) || !strings.HasPrefix(err.Error(), "output "+file+": ") {
		t.Errorf("error %v", err)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "before" {
		t.Errorf("the file holds %q (%v)", b, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := (Output{File: file}).Deliver([]byte("after")); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(file); string(b) != "after" {
		t.Errorf("the file holds %q", b)
	}
	missing := filepath.Join(dir, "no", "such.json")
	if err := (Output{File: missing}).Deliver(nil); !errors.As(err, &failed) || strings.Count(err.Error(), missing) != 1 {
		t.Errorf("error %v", err)
	}
}

// TestFinish: what is known of an explanation that failed is printed, and the error
// comes with it.
func TestFinish(t *testing.T) {
	broken := errors.New("broken")
	var stdout bytes.Buffer
	o := Output{Stdout: &stdout, Format: "csv"}
	if err := o.Finish(nil, broken); !errors.Is(err, broken) || stdout.Len() > 0 {
		t.Errorf("printed %q, %v", stdout.String(), err)
	}
	if err := o.Finish(explanation(t, explain.SV), broken); !errors.Is(err, broken) || !strings.HasPrefix(stdout.String(), "players,") {
		t.Errorf("printed %q, %v", stdout.String(), err)
	}
}

// TestFonts: a font that cannot be used is a mistake that is told before anything is
// computed, and so are characters that it does not have.
func TestFonts(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "no.ttf")
	if err := os.WriteFile(none, []byte("no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ format, font, text, said, hint string }{
		{"png", filepath.Join(dir, "missing.ttf"), "good", "no such file", ""},
		{"png", none, "good", "font " + none + ": ", ""},
		{"png", "", "好", "好", "--font FILE names one"},
		{"png", "", "جيد", "", "--format svg and --format html have every script"},
		{"svg", none, "好", "", ""},
		{"png", "", "good", "", ""},
	} {
		err := Output{Format: c.format, Font: c.font}.CanDraw(c.text)
		var wrong *terminal.UsageError
		switch {
		case c.said == "" && c.hint == "":
			if err != nil {
				t.Errorf("%+v: %v", c, err)
			}
		case !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.said) || !strings.Contains(wrong.Hint, c.hint):
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestNoPicture: what has no pairs and one output is no heat map, and a finding
// without a chart no picture.
func TestNoPicture(t *testing.T) {
	var stdout bytes.Buffer
	var wrong *terminal.UsageError
	err := Output{Stdout: &stdout, Format: "heatmap"}.Explanation(explanation(t, explain.SV))
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Hint, "--index k-SII") {
		t.Errorf("error %v", err)
	}
	if err := (Output{Stdout: &stdout, Format: "svg"}).Finding(&Finding{Title: "nothing"}); !errors.As(err, &wrong) {
		t.Errorf("error %v", err)
	}
	if stdout.Len() > 0 {
		t.Errorf("printed %q", stdout.String())
	}
}

// TestFinding: each format has the title, the paragraphs and the tables, CSV the table
// with all digits, and JSON the data; what only a page can show is on a page only.
func TestFinding(t *testing.T) {
	f := &Finding{Title: "A title", Data: map[string]int{"schema": 1}, Long: render.Sheet{Heads: []string{"x"}, Rows: [][]string{{Exactly(1.0 / 3)}}}}
	f.Say("A paragraph of %d words.", 4)
	f.Table("A table", render.Sheet{Heads: []string{"word", "score"}, Words: 1, Rows: [][]string{{"good", Signed(1.0 / 3)}}})
	f.Table("An empty table", render.Sheet{Heads: []string{"word"}})
	f.Show("For a page", render.Prose("only here"))
	for format, want := range map[string][]string{
		"table":    {"A title", "A paragraph of 4 words.", "A table", "+0.333"},
		"markdown": {"## A title", "A paragraph of 4 words", "### A table", "+0.333"},
		"html":     {"A title", "A paragraph of 4 words", "A table", "0.333", "only here"},
		"csv":      {"x\n0.3333333333333333\n"},
		"json":     {"{\n  \"schema\": 1\n}\n"},
	} {
		var stdout bytes.Buffer
		if err := (Output{Stdout: &stdout, Format: format}).Finding(f); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		for _, part := range want {
			if !strings.Contains(stdout.String(), part) {
				t.Errorf("%s has no %q:\n%s", format, part, stdout.String())
			}
		}
		if strings.Contains(stdout.String(), "An empty table") || format != "html" && strings.Contains(stdout.String(), "only here") {
			t.Errorf("%s has too much:\n%s", format, stdout.String())
		}
	}
}

// TestUncoloured: what a text has of codes that are the program's own in other formats
// does not reach a terminal in those without, and its colours stay in those with.
func TestUncoloured(t *testing.T) {
	x := explanation(t, explain.KSII)
	x.Players[0].Text, x.Players[1].Text = "a\x1b[1Gb", "\x1b[38;5;208mc" // to a column, and a colour
	for _, format := range []string{"csv", "json", "markdown", "html", "svg"} {
		o := Output{Format: format, Picture: "bar"}
		var b bytes.Buffer
		if err := o.render(&b, x); err != nil {
			t.Fatal(err)
		}
		if shown := render.Screen(o.uncoloured(b.Bytes())); bytes.ContainsRune(shown, '\x1b') {
			t.Errorf("%s: %q", format, shown)
		}
	}
	if coloured := []byte("\x1b[38;5;208mc\x1b[0m"); !bytes.Equal(Output{Format: "text"}.uncoloured(coloured), coloured) {
		t.Error("the program's own colours are lost")
	}
}
