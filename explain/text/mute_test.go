package text_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
)

// TestMuted: muted words are masked whoever is present, and nobody's, by every masker.
func TestMuted(t *testing.T) {
	r := newReader(t)
	for masker, want := range map[text.Masker]string{
		text.Replace{}:          "[CLS] a [MASK] man and [MASK] men [SEP]",
		text.Collapse{}:         "[CLS] a [MASK] man and [MASK] men [SEP]",
		text.Drop{}:             "[CLS] a man and men [SEP]",
		text.Hide{}:             "[CLS] a <gay> man and <gay> men [SEP]",
		text.Rewrite{}:          "[CLS] a man and men [SEP]",
		text.Rewrite{With: "x"}: "[CLS] a x man and x men [SEP]",
	} {
		target := &sum{read: r.spell}
		o := text.Options{Masker: masker, Muted: []string{"gay", "an"}}
		g := must(t)(o.NewGame(r, "A gay man and Gay men", target))
		if got, want := names(g), []string{"A", "man", "and", "men"}; !slices.Equal(got, want) {
			t.Fatalf("%s: players %q, want %q", masker, got, want)
		}
		if values(t, g, everyone(g)); target.asked[0] != want {
			t.Errorf("%s: asked %q, want %q", masker, target.asked[0], want)
		}
		if x := explain.NewExplanation(g, explain.SV); !slices.Equal(x.Warnings, []string{"always masked: gay"}) {
			t.Errorf("%s: warnings %q", masker, x.Warnings)
		}
	}
}

// TestMutedInLargerUnits: a sentence is a player without its muted word, words of
// a bag stay one, and of words that begin alike the longest is muted.
func TestMutedInLargerUnits(t *testing.T) {
	r := newReader(t)
	target := &sum{read: r.spell}
	g := must(t)(text.Options{Unit: unit.Sentences, Muted: []string{"old", "old man"}}.NewGame(r, "The old man sat. He was older.", target))
	if n := g.Players(); n != 2 {
		t.Fatalf("%d players", n)
	}
	values(t, g, []int{0})
	if want := "[CLS] the [MASK] [MASK] sat . [MASK] [MASK] [MASK] [MASK] [SEP]"; target.asked[0] != want {
		t.Errorf("asked %q, want %q", target.asked[0], want)
	}
	bag := must(t)(text.Options{Bag: true, Muted: []string{"bad"}}.NewGame(r, "good bad good", target))
	if got := names(bag); !slices.Equal(got, []string{"good"}) {
		t.Errorf("players %q", got)
	}
}

// TestMutedModelAnswers: the answer that an explanation tells is that to what the
// model reads.
func TestMutedModelAnswers(t *testing.T) {
	m := sentiment(t)
	const s = "not good"
	plain, err := text.Options{}.Classify(t.Context(), m, s)
	if err != nil {
		t.Fatal(err)
	}
	o := text.Options{Muted: []string{"not"}}
	muted, err := o.Classify(t.Context(), m, s)
	if err != nil {
		t.Fatal(err)
	}
	if plain[1].Probability > 0.5 || muted[1].Probability < 0.5 {
		t.Errorf("%v, and without %q %v", plain, "not", muted)
	}
	g := must(t)(o.NewGame(m, s, m.LogOdds("POSITIVE")))
	values(t, g, everyone(g))
	if x := explain.NewExplanation(g, explain.SV); !slices.Equal(x.Subject.Scores, muted) || !strings.Contains(x.Warnings[0], "not") {
		t.Errorf("the explanation tells %v, want %v; warnings %q", x.Subject.Scores, muted, x.Warnings)
	}
}
