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
