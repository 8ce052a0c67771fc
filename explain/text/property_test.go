package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"pgregory.net/rapid"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
)

// borders returns where characters of s begin and end.
func borders(s string) []int {
	at := []int{0}
	for g := graphemes.FromString(s); g.Next(); {
		at = append(at, g.End())
	}
	return at
}

// anySpans draws spans of s between characters.
func anySpans(t *rapid.T, s string) []explain.Span {
	at := borders(s)
	ends := rapid.SliceOfNDistinct(rapid.IntRange(0, len(at)-1), 0, 6, rapid.ID).Draw(t, "ends")
	slices.Sort(ends)
	var spans []explain.Span
	for i := 0; i+1 < len(ends); i += 2 {
		p := explain.Span{Start: at[ends[i]], End: at[ends[i+1]]}
		if strings.TrimSpace(s[p.Start:p.End]) != "" {
			spans = append(spans, p)
		}
	}
	return spans
}

// A spy is a masker that keeps what it is shown.
type spy struct {
	text.Masker
	seen []*text.Features
}

func (s *spy) Mask(dst model.Sequence, f *text.Features, present explain.Coalition) (model.Sequence, error) {
	s.seen = append(s.seen, f)
	return s.Masker.Mask(dst, f, present)
}

// Every token of the text belongs to the one player whose piece of text it
// stands for, or is fixed for a reason; every player has a token.
func TestTokensHaveOwners(t *testing.T) {
	readers := []reader{newReader(t), newByteReader(t, true)}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(readers).Draw(t, "reader")
		s := text.AnyText.Draw(t, "text")
		o := text.Options{Unit: unit.Unit(rapid.IntRange(0, int(unit.Custom)).Draw(t, "unit")), Keep: anySpans(t, s)}
		if o.Unit == unit.Custom {
			o.Spans = anySpans(t, s)
		}
		shown := &spy{Masker: text.Replace{}}
		o.Masker = shown
		g, err := o.NewGame(r, s, &sum{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := r.tokens.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		f := shown.seen[0]
		checkPieces(t, s, f.Pieces, g.Players())
		owned := make([]bool, g.Players())
		for i, owner := range f.Owner {
			covers := ""
			for _, c := range solid(s, e.Spans[i].Start, e.Spans[i].End) {
				if p := pieceAt(f.Pieces, c); p != owner && owner != text.Fixed {
					t.Fatalf("token %d belongs to %d, its byte %d to %d", i, owner, c, p)
				} else if owner == text.Fixed && p >= 0 && !e.Special[i] && len(o.Keep) == 0 {
					t.Fatalf("token %d is fixed, its byte %d belongs to %d", i, c, p)
				}
				covers += s[c : c+1]
			}
			switch {
			case owner >= 0:
				owned[owner] = true
			case owner != text.Fixed:
				t.Fatalf("token %d belongs to %d", i, owner)
			case !e.Special[i] && covers != "" && len(o.Keep) == 0 && o.Unit != unit.Custom && o.Unit != unit.Runs:
				t.Fatalf("token %d, %q, is fixed", i, covers)
			}
			if e.Special[i] && owner != text.Fixed {
				t.Fatalf("special token %d belongs to %d", i, owner)
			}
		}
		if slices.Contains(owned, false) {
			t.Fatalf("a player without tokens: %v", owned)
		}
		if err := g.Tree().Check(g.Players()); err != nil {
			t.Fatal(err)
		}
	})
}

// solid returns which of the bytes from start to end are not of white space.
func solid(s string, start, end int) []int {
	var out []int
	for i, r := range s[start:end] {
		if !unicode.IsSpace(r) {
			out = append(out, start+i)
		}
	}
	return out
}

func pieceAt(pieces []text.Piece, at int) int {
	for _, p := range pieces {
		if p.Start <= at && at < p.End {
			return p.Player
		}
	}
	return -1
}

// checkPieces wants pieces in order, at characters' borders, for all players.
func checkPieces(t *rapid.T, s string, pieces []text.Piece, players int) {
	at, end, seen := borders(s), 0, 0
	for _, p := range pieces {
		if _, ok := slices.BinarySearch(at, p.Start); !ok || p.Start < end || p.Start >= p.End {
			t.Fatalf("pieces %v", pieces)
		}
		if _, ok := slices.BinarySearch(at, p.End); !ok {
			t.Fatalf("pieces %v end within a character", pieces)
		}
		if p.Player > seen || p.Player < 0 {
			t.Fatalf("players are out of order: %v", pieces)
		}
		seen = max(seen, p.Player+1)
		end = p.End
	}
	if seen != players {
		t.Fatalf("pieces of %d players for %d", seen, players)
	}
}

// With all players present the model reads the text as it is.
func TestNothingMasked(t *testing.T) {
	readers := []reader{newReader(t), newByteReader(t, true)}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(readers).Draw(t, "reader")
		s := text.AnyText.Draw(t, "text")
		e, err := r.tokens.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		masker := rapid.SampledFrom([]text.Masker{text.Replace{}, text.Collapse{}, text.Drop{}, text.Hide{}, text.Rewrite{With: "x"}}).Draw(t, "masker")
		shown := &spy{Masker: masker}
		g, err := text.Options{Masker: shown, Bag: rapid.Bool().Draw(t, "bag"), Keep: anySpans(t, s)}.NewGame(r, s, &sum{})
		if err != nil {
			t.Fatal(err)
		}
		q, err := masker.Mask(model.Sequence{}, shown.seen[0], explain.Grand(g.Players()))
		if err != nil || !slices.Equal(q.IDs, e.IDs) || slices.Contains(q.Hidden, true) {
			t.Fatalf("%s: %v (%v), want %v", masker, q.IDs, err, e.IDs)
		}
		for i, kind := range e.Types {
			if q.Types == nil && kind != 0 || q.Types != nil && int32(q.Types[i]) != kind {
				t.Fatalf("%s: types %v, want %v", masker, q.Types, e.Types)
			}
		}
	})
}

// What a word is worth is what its sub-words are worth, where values add up.
func TestSumsArePreserved(t *testing.T) {
	readers := []reader{newReader(t), newByteReader(t, true)}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(readers).Draw(t, "reader")
		s := text.AnyText.Draw(t, "text")
		fine, coarse := alone(t, r, s, unit.Subwords), alone(t, r, s, unit.Words)
		for i, word := range coarse {
			got := 0.0
			for _, part := range fine {
				if word.Start <= part.Start && part.End <= word.End {
					got += part.worth
				} else if part.Start < word.End && word.Start < part.End {
					t.Fatalf("sub-word %v lies partly in word %v", part, word)
				}
			}
			if got != word.worth {
				t.Fatalf("word %d is worth %v, its sub-words %v", i, word.worth, got)
			}
		}
	})
}

// A worth is a player and what it adds to nothing.
type worth struct {
	explain.Player
	worth float64
}

func alone(t *rapid.T, r reader, s string, u unit.Unit) []worth {
	g, err := text.NewGame(r, s, u, &sum{})
	if err != nil {
		t.Fatal(err)
	}
	batch := explain.NewCoalitions(g.Players(), 0)
	for p := range g.Players() {
		batch.Append(explain.NewCoalition(g.Players(), p))
	}
	batch.Append(explain.NewCoalition(g.Players()))
	dst := make([]float64, 2*batch.Len())
	if err := g.Value(t.Context(), dst, batch); err != nil {
		t.Fatal(err)
	}
	var out []worth
	for p, player := range explain.NewExplanation(g, explain.SV).Players {
		out = append(out, worth{player, dst[2*p] - dst[2*g.Players()]})
	}
	return out
}
