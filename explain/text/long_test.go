package text_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
)

func TestLongTextIsRefused(t *testing.T) {
	r := newReader(t)
	r.limit = 6
	_, err := text.NewGame(r, "a gripping, funny film", unit.Words, &sum{})
	var limit *text.LimitError
	if !errors.As(err, &limit) || limit.Tokens != 7 || limit.Limit != 6 || !strings.Contains(err.Error(), "7 tokens, but the model takes at most 6") {
		t.Errorf("err = %v", err)
	}
	r.limit = 7
	if _, err := text.NewGame(r, "a gripping, funny film", unit.Words, &sum{}); err != nil {
		t.Errorf("a text of just the limit: %v", err)
	}
	for _, long := range []text.Long{text.Refuse, text.Truncate, text.Window} {
		r.limit = 2
		if _, err := (text.Options{Long: long}).NewGame(r, "film", &sum{}); !errors.As(err, &limit) {
			t.Errorf("%s: no room for a single token: %v", long, err)
		}
	}
}

// farsighted is a model that reads more than is usual for it.
type farsighted struct{ reader }

func (farsighted) UsualTokens() int { return 6 }

// TestUsualLimit: windows and cuts that were asked for go by what is usual for a
// model that could read all.
func TestUsualLimit(t *testing.T) {
	r := farsighted{newReader(t)}
	r.limit = 1 << 20
	for long, want := range map[text.Long]string{
		text.Refuse:   "hardly trained on so many",
		text.Truncate: "the model reads 6 tokens: the last 7 of the text",
		text.Window:   "reads 6 tokens at a time: values are means over 4 windows",
	} {
		g := must(t)(text.Options{Long: long}.NewGame(r, "a b c d e f g h i j k", &sum{read: r.spell}))
		if w := explain.NewExplanation(g, explain.SV).Warnings; len(w) != 1 || !strings.Contains(w[0], want) {
			t.Errorf("%s: warnings %q, want %q", long, w, want)
		}
	}
}

func TestTruncate(t *testing.T) {
	r := newReader(t)
	r.limit = 6
	for masker, want := range map[text.Masker]string{
		text.Replace{}:            "[CLS] funny , un [MASK] [SEP]",
		text.Rewrite{}:            "[CLS] funny , un [SEP]",
		text.Rewrite{With: "xxy"}: "[CLS] funny , un ##xx [SEP]",
	} {
		target := &sum{read: r.spell}
		const s = "funny, unwatchable film"
		g := must(t)(text.Options{Unit: unit.Subwords, Masker: masker, Long: text.Truncate}.NewGame(r, s, target))
		if got, want := names(g), []string{"funny", ",", "un", "watch"}; !slices.Equal(got, want) {
			t.Errorf("%s: players %q, want %q", masker, got, want)
		}
		if values(t, g, []int{0, 1, 2}); target.asked[0] != want {
			t.Errorf("%s: asked %q, want %q", masker, target.asked[0], want)
		}
		x := explain.NewExplanation(g, explain.SV)
		if want := []explain.Span{{Start: 14, End: 23}}; !slices.Equal(x.Subject.Unseen, want) {
			t.Errorf("%s: unseen %v, want %v", masker, x.Subject.Unseen, want)
		}
		if len(x.Warnings) != 1 || !strings.Contains(x.Warnings[0], "2 of the text") {
			t.Errorf("%s: warnings %q", masker, x.Warnings)
		}
	}
	// A word of which only a part is seen stands for that part.
	g := must(t)(text.Options{Long: text.Truncate}.NewGame(r, "funny, unwatchable film", &sum{}))
	if got, want := names(g), []string{"funny", ",", "unwatch"}; !slices.Equal(got, want) {
		t.Errorf("players %q, want %q", got, want)
	}
}

// Windows lie where they lie whatever is masked; a coalition is worth their mean.
func TestWindow(t *testing.T) {
	r := newReader(t)
	r.limit = 6 // room for four tokens, so a step is at most three
	target := &sum{read: r.spell}
	g := must(t)(text.Options{Long: text.Window, Masker: text.Drop{}}.NewGame(r, "a b c d e f g h i j k", target))
	if g.Players() != 11 {
		t.Fatalf("%d players", g.Players())
	}
	v := values(t, g, everyone(g), []int{0, 10})
	want := []string{
		"[CLS] a b c d [SEP]", "[CLS] c d e f [SEP]", "[CLS] e f g h [SEP]", "[CLS] h i j k [SEP]",
		"[CLS] a [SEP]", "[CLS] [SEP]", "[CLS] k [SEP]",
	}
	if !slices.Equal(target.asked, want) {
		t.Errorf("asked %q\nwant %q", target.asked, want)
	}
	id := func(token string) float64 {
		id, _ := r.tokens.ID(token)
		return weight(id)
	}
	if want := id("[CLS]") + id("[SEP]") + (id("a")+id("k"))/4; math.Abs(v[1]-want) > 1e-9 {
		t.Errorf("v({a, k}) = %v, want %v", v[1], want)
	}
	x := explain.NewExplanation(g, explain.SV)
	if len(x.Subject.Unseen) != 0 || len(x.Warnings) != 1 || !strings.Contains(x.Warnings[0], "4 windows") {
		t.Errorf("unseen %v, warnings %q", x.Subject.Unseen, x.Warnings)
	}
	if x.Duplicates != 0 {
		t.Errorf("%d duplicates, though every coalition needed a pass", x.Duplicates)
	}
}

// Windows are full, cover every token, overlap by a quarter at least, and none
// could be spared.
func TestWindowsCoverTheText(t *testing.T) {
	r := newReader(t)
	rapid.Check(t, func(t *rapid.T) {
		r.limit = rapid.IntRange(3, 40).Draw(t, "limit")
		n := rapid.IntRange(0, 300).Draw(t, "tokens")
		shown := &spy{Masker: text.Replace{}}
		if _, err := (text.Options{Long: text.Window, Masker: shown}).NewGame(r, strings.Repeat("a ", n), &sum{}); err != nil {
			t.Fatal(err)
		}
		room := r.limit - 2
		if n <= room {
			if len(shown.seen) != 1 {
				t.Fatalf("%d windows for a text that is not too long", len(shown.seen))
			}
			return
		}
		covered := 0
		for _, f := range shown.seen {
			owners := f.Owner[1 : len(f.Owner)-1]
			if len(owners) != room {
				t.Fatalf("a window of %d tokens, there is room for %d", len(owners), room)
			}
			if first := owners[0]; covered > 0 && first > covered-room/4 || first > covered {
				t.Fatalf("a window begins at %d, the one before ends at %d", first, covered)
			}
			covered = owners[room-1] + 1
		}
		if covered != n {
			t.Fatalf("%d of %d tokens are seen", covered, n)
		}
		if fewer := len(shown.seen) - 2; room+fewer*(room-room/4) >= n {
			t.Fatalf("%d windows, one more than needed", len(shown.seen))
		}
	})
}
