package render_test

import (
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain/render"
)

func sheet() render.Sheet {
	return render.Sheet{
		Heads: []string{"metric", "what", "value"},
		Words: 2,
		Rows: [][]string{
			{"a\x1b[31m", strings.Repeat("long ", 20), "-1.50"},
			{"=b|c", "短い", "12.25"},
		},
	}
}

func TestSheetOnTerminal(t *testing.T) {
	var b strings.Builder
	if err := sheet().Terminal(&b, render.Options{Width: 40}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	for _, line := range lines {
		if strings.ContainsRune(line, '\x1b') || len([]rune(line)) > 40 {
			t.Errorf("%q: a command to the terminal, or too wide", line)
		}
	}
	if !strings.HasSuffix(lines[2], " -1.50") || !strings.HasSuffix(lines[3], " 12.25") {
		t.Errorf("numbers are not aligned:\n%s", b.String())
	}
}

func TestSheetAsText(t *testing.T) {
	var markdown, csv strings.Builder
	if err := sheet().Markdown(&markdown); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(markdown.String(), `=b\|c`) {
		t.Errorf("a column's border is not escaped:\n%s", markdown.String())
	}
	if err := sheet().CSV(&csv); err != nil {
		t.Fatal(err)
	}
	if got := csv.String(); !strings.Contains(got, "'=b|c,短い,12.25\n") || !strings.Contains(got, ",-1.50\n") {
		t.Errorf("csv:\n%s", got)
	}
}

// TestSheetInPage: numbers can be sorted, those of a last column called a bar are
// drawn, and what is no number is said to be none.
func TestSheetInPage(t *testing.T) {
	s := render.Sheet{Caption: "Words", Heads: []string{"word", "half", "mean"}, Words: 1, Bar: true, Rows: [][]string{{"<b>", "–", "-2"}, {"x", "0.5 of 1", "1"}}}
	var b strings.Builder
	if err := (render.Page{Sections: []render.Section{{Blocks: []render.Block{s}}}}).HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"<caption>Words</caption>", "&lt;b&gt;", `data-key="NaN"`, `data-key="0.5"`, `data-key="-2"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	s.Rows = append(s.Rows, []string{"too few"})
	if err := (render.Page{Sections: []render.Section{{Blocks: []render.Block{s}}}}).HTML(&b); err == nil {
		t.Error("a row of one cell stands in three columns")
	}
}
