package stability_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric/stability"
)

func TestEdits(t *testing.T) {
	got := map[string]string{}
	for _, e := range stability.Edits("Films: a movie!", 9, 1) {
		got[e.Text] = e.Kind + ": " + e.Detail
	}
	want := map[string]string{
		"films: a movie!": "case: Films → films",
		"Films: A movie!": "case: a → A",
		"Films: a Movie!": "case: movie → Movie",
		"Films: a movie":  "punctuation: no ! at the end",
		"Flims: a movie!": "typo: Films → Flims",
		"Films: a mvoie!": "typo: movie → mvoie",
		"Films: a film!":  "synonym: movie → film",
	}
	for text, what := range want {
		if got[text] != what {
			t.Errorf("%q: %q, want %q", text, got[text], what)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d edits, want %d: %v", len(got), len(want), got)
	}
}

// TestEditsAreFew: whatever the text, edits are valid, changed, and no two alike.
func TestEditsAreFew(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text, n := rapid.String().Draw(r, "text"), rapid.IntRange(0, 12).Draw(r, "n")
		edits := stability.Edits(text, n, 1)
		if len(edits) > n {
			r.Fatalf("%d edits, %d were asked for", len(edits), n)
		}
		for _, e := range edits {
			if e.Text == text || !utf8.ValidString(e.Text) {
				r.Errorf("%s: %q became %q", e.Kind, text, e.Text)
			}
		}
	})
}

func players(text string) []explain.Player {
	var out []explain.Player
	for _, w := range strings.Fields(text) {
		out = append(out, explain.Player{Text: w})
	}
	return out
}

func TestAlign(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want []stability.Pair
	}{
		{"a good film", "a good film", []stability.Pair{{0, 0}, {1, 1}, {2, 2}}},
		{"a good film", "a good movie .", []stability.Pair{{0, 0}, {1, 1}, {2, 2}, {-1, 3}}},
		{"not a good film", "a bad film", []stability.Pair{{0, -1}, {1, 0}, {2, 1}, {3, 2}}},
		{"", "x", []stability.Pair{{-1, 0}}},
		{"x y z", "z", []stability.Pair{{0, -1}, {1, -1}, {2, 0}}},
	} {
		if got := stability.Align(players(c.a), players(c.b)); !slices.Equal(got, c.want) {
			t.Errorf("%q and %q: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// TestAlignIsWhole: every player of both sides is in one pair, in order.
func TestAlignIsWhole(t *testing.T) {
	word := rapid.StringMatching(`[abc]( [abc]){0,9}`)
	rapid.Check(t, func(r *rapid.T) {
		a, b := players(word.Draw(r, "a")), players(word.Draw(r, "b"))
		i, j := 0, 0
		for _, p := range stability.Align(a, b) {
			if p.A >= 0 && p.A != i || p.B >= 0 && p.B != j || p.A < 0 && p.B < 0 {
				r.Fatalf("pair %v, at %d and %d", p, i, j)
			}
			if p.A >= 0 {
				i++
			}
			if p.B >= 0 {
				j++
			}
		}
		if i != len(a) || j != len(b) {
			r.Errorf("%d of %d and %d of %d players paired", i, len(a), j, len(b))
		}
	})
}
