package render

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render/picture"
)

func svg(t *testing.T, p *picture.Picture, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := p.SVG(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestStepsLead: the steps of a waterfall go from v(∅) to v(N), one from where
// the last ended, whatever is left out or missing.
func TestStepsLead(t *testing.T) {
	for name, x := range map[string]*explain.Explanation{"all": plot(), "scores that do not add up": noted(), "pairs": pairs()} {
		for top := 1; top < 12; top++ {
			at := x.Baseline[0]
			steps := picturedOutput(x, 0, Options{Top: top}).steps()
			for _, s := range steps {
				if s.from != at {
					t.Fatalf("%s: %q begins at %v, not %v", name, s.name, s.from, at)
				}
				at = s.to
			}
			if math.Abs(at-x.Full[0]) > 1e-3 {
				t.Errorf("%s, top %d: ends at %v, not %v", name, top, at, x.Full[0])
			}
		}
	}
}

func TestPicturesTell(t *testing.T) {
	for name, c := range map[string]struct {
		draw func(*explain.Explanation, int, Options) (*picture.Picture, error)
		want []string
	}{
		"bar":       {Bar, []string{"Scores: log-odds of POSITIVE", ">wonderful<", "+3.210 ± 0.020", "95 %: +3.171 to +3.250", "2 others"}},
		"waterfall": {Waterfall, []string{"v(∅) -0.213", "v(N) +2.178", "thin", "-1.812 ± 0.015", "2 others"}},
		"force":     {Force, []string{"Forces on log-odds of POSITIVE", "v(∅) -0.213", "v(N) +2.178", "wonderful"}},
	} {
		p, err := c.draw(plot(), 0, Options{Top: 7})
		got := svg(t, p, err)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q", name, want)
			}
		}
		if _, err := c.draw(plot(), 1, Options{}); err == nil {
			t.Errorf("%s: an output that is not there is drawn", name)
		}
	}
}

// TestBarsAreToScale: a bar is as long as its score says, and on its side.
func TestBarsAreToScale(t *testing.T) {
	a := newAxis(100, 500, -2, 0, 2)
	if a.at(0) != 300 || a.at(-1) != 200 || a.at(2) != 500 || a.at(9) != 500 || a.at(math.Inf(-1)) != 100 {
		t.Error(a.at(0), a.at(-1), a.at(2))
	}
	if got := newAxis(0, 1, -0.21, 3.4).ticks(6); !cmp.Equal(got, []float64{0, .5, 1, 1.5, 2, 2.5, 3}) {
		t.Error(got)
	}
	if got := newAxis(0, 1, math.NaN()).at(.5); got != .5 {
		t.Error("an axis of no numbers: ", got)
	}
	if got := newAxis(0, 1, -math.MaxFloat64, math.MaxFloat64).at(0); got != .5 {
		t.Error("an axis of the largest numbers: ", got)
	}
}

func TestBeeswarm(t *testing.T) {
	p, err := Beeswarm([]*explain.Explanation{plot(), plot(), pairs()}, 0, Options{Top: 3})
	got := svg(t, p, err)
	for _, want := range []string{"Scores in 3 texts", ">wonderful<", ">thin<", ">but<", "×2"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	if n := strings.Count(got, "<circle"); n != 6 {
		t.Errorf("%d dots, want 6", n)
	}
	if _, err := Beeswarm(nil, 0, Options{}); err == nil {
		t.Error("a picture of nothing")
	}
}

func TestChart(t *testing.T) {
	c := Chart{Title: "Curves", X: "share", Y: "value", LogY: true, Lines: []Line{
		{Name: "deletion", X: []float64{0, .5, 1}, Y: []float64{1, .1, 0}},
		{Name: "insertion", X: []float64{0, 1}, Y: []float64{1, 2}, Low: []float64{.5, 1}, High: []float64{2, 4}},
	}}
	p, err := c.Picture()
	got := svg(t, p, err)
	for _, want := range []string{">deletion<", ">insertion<", `stroke-dasharray="8"`, `fill-opacity="0.18"`, "0.1 at 0.5"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(got, "NaN") || strings.Contains(got, ">deletion: 0 at 1<") {
		t.Error("zero has a place on a logarithmic axis")
	}
	for _, bad := range []Chart{{}, {Lines: []Line{{}}}, {Lines: []Line{{X: []float64{1}, Y: []float64{1, 2}}}},
		{Lines: []Line{{X: []float64{1}, Y: []float64{1}, Low: []float64{1}}}}} {
		if _, err := bad.Picture(); err == nil {
			t.Errorf("%+v is drawn", bad)
		}
	}
}

func attention() Matrix {
	return Matrix{Title: "Attention", Rows: []string{"a", "b"}, Columns: []string{"x", "y", "z"}, RowsAre: "query", ColsAre: "key",
		Unit: "weight", Values: [][]float64{{.5, .5, math.NaN()}, {.25, .25, .5}}}
}

func TestMatrixJSON(t *testing.T) {
	var b bytes.Buffer
	if err := attention().JSON(&b); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Rows, Columns []string
		Values        [][]*float64
	}
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if back.Values[0][2] != nil || *back.Values[1][2] != .5 || len(back.Columns) != 3 {
		t.Errorf("%s", b.Bytes())
	}
}

func TestMatrixRefuses(t *testing.T) {
	for want, spoil := range map[string]func(*Matrix){
		"1 rows of values for 2 names": func(m *Matrix) { m.Values = m.Values[:1] },
		"2 values in row 1":            func(m *Matrix) { m.Values[1] = m.Values[1][:2] },
		"empty":                        func(m *Matrix) { m.Rows, m.Values = nil, nil },
	} {
		m := attention()
		spoil(&m)
		_, err := m.Picture()
		for _, err := range []error{err, m.JSON(new(bytes.Buffer)), m.Terminal(new(bytes.Buffer), Options{}), m.html(new(bytes.Buffer))} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %q", err, want)
			}
		}
	}
}

func TestPairsAreSymmetric(t *testing.T) {
	m := pairsOf(pairs(), 0)
	if m.Values[0][1] != 2.25 || m.Values[1][0] != 2.25 || m.Values[1][1] != -1.2 || !math.IsNaN(m.Values[0][3]) {
		t.Error(m.Values)
	}
}

// TestLargeMatrices: of many players the strongest are shown, in their order.
func TestLargeMatrices(t *testing.T) {
	words := strings.Fields(strings.Repeat("a b c d e f g h i j ", 20))
	scores := make([]float64, len(words))
	for i := range scores {
		scores[i] = float64(i%67) / 67
	}
	x := sample(strings.Join(words, " "), words, scores...)
	x.Order = 2
	m := pairsOf(x, 0)
	if len(m.Rows) != 64 || m.Values[63][63] < .6 || !strings.HasSuffix(m.Title, "(64 of 200 players)") {
		t.Errorf("%d rows, %q", len(m.Rows), m.Title)
	}
	part := byOutput(x).top(3)
	if !cmp.Equal(part.Values, [][]float64{{65. / 67}, {66. / 67}, {66. / 67}}) {
		t.Error(part.Values)
	}
}

func TestCitations(t *testing.T) {
	got := citations(answered(), 3, 2)
	want := []citation{{Player: 1, Share: 6.8 / 6.85, Score: 6.8, Err: .3}, {Player: 2, Share: .05 / 6.85, Score: .05, Err: .3}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-12 })); diff != "" {
		t.Error(diff)
	}
}

func TestDataTableRefuses(t *testing.T) {
	bad := dataTable{Columns: []tableColumn{{Name: "a"}}, Rows: [][]tableCell{{{Text: "1"}, {Text: "2"}}}}
	if err := (Page{Sections: []Section{{Blocks: []Block{bad}}}}).HTML(new(bytes.Buffer)); err == nil {
		t.Error("a row of two cells stands in one column")
	}
}

// TestPageStandsAlone: a page loads nothing, lets nothing in, and can be read by
// ear: heads of columns and rows, captions, descriptions of pictures.
func TestPageStandsAlone(t *testing.T) {
	for _, x := range []*explain.Explanation{plot(), pairs(), answered(), bothClasses(), hostile(), bare(), nobody()} {
		var b bytes.Buffer
		if err := HTML(&b, x, Options{}); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		for _, never := range []string{" src=", " href=", "url(", "@import", "<link", "<iframe", " onclick", "javascript:"} {
			if strings.Contains(page, never) {
				t.Errorf("%s in the page of %q", never, x.Subject.Text)
			}
		}
		want := []string{"<!DOCTYPE html>", `<html lang="en">`, "Content-Security-Policy", "<h1>", "<main"}
		if len(x.Terms) > 0 {
			want = append(want, `role="img"`, "<desc>", "<caption>", `scope="col"`, `scope="row"`, `aria-label="All terms"`)
		}
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("no %s in the page of %q", w, x.Subject.Text)
			}
		}
		if n := strings.Count(page, "<section"); n != strings.Count(page, "</section>") || strings.Count(page, "<mark") != strings.Count(page, "</mark>") {
			t.Errorf("%d sections are not all closed in the page of %q", n, x.Subject.Text)
		}
	}
}

// TestRunsKeepTheText: runs lose nothing that can be seen.
func TestRunsKeepTheText(t *testing.T) {
	got := runs("a\u202eb\xffc\x00\n\u200dé")
	want := []run{{"a", false}, {"U+202E", true}, {"b\xffc", false}, {"U+0000", true}, {"\n\u200dé", false}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
