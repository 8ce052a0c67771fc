package text

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
)

// Gone is the owner of tokens that are always masked.
const Gone = -2

// hides reports whether token t is masked when those players are present.
func (f *Features) hides(t int, present explain.Coalition) bool {
	o := f.Owner[t]
	return o == Gone || o != Fixed && !present.Has(o)
}

// appendHidden appends for each token whether it is masked.
func (f *Features) appendHidden(dst []bool, present explain.Coalition) []bool {
	for t := range f.Owner {
		dst = append(dst, f.hides(t, present))
	}
	return dst
}

// mutedSpans returns where words stand in a text, in any case and whole: not
// within other words. Of words that begin at one place the longest counts.
func mutedSpans(text string, list []string) []explain.Span {
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // letters whose cases have different lengths
		lower = text
	}
	var spans []explain.Span
	inside, end := false, 0
	for at, r := range lower {
		if begins := !inside && at >= end; begins {
			longest := 0
			for _, w := range list {
				if w = strings.ToLower(w); len(w) > longest && strings.HasPrefix(lower[at:], w) && endsWord(lower[at+len(w):]) {
					longest = len(w)
				}
			}
			if end = max(end, at+longest); longest > 0 {
				spans = append(spans, explain.Span{Start: at, End: end})
			}
		}
		inside = isLetter(r)
	}
	return spans
}

// Mentions reports whether one of the words stands in a text, as Options.Muted
// finds them.
func Mentions(text string, words []string) bool { return len(mutedSpans(text, words)) > 0 }

// endsWord reports whether no word goes on with rest.
func endsWord(rest string) bool {
	r, size := utf8.DecodeRuneInString(rest)
	return size == 0 || !isLetter(r)
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// Classify returns what m, if it is a classifier, answers to text when the words
// that the options mute are masked. See [Classify].
func (o Options) Classify(ctx context.Context, m Model, text string) ([]explain.ClassScore, error) {
	if len(o.Muted) == 0 {
		return Classify(ctx, m, text, o.Long)
	}
	g, err := o.NewGame(m, text, nobody{})
	if err != nil {
		return nil, err
	}
	err = g.classify(ctx)
	return g.classes, err
}

// nobody is a target that is not asked.
type nobody struct{}

func (nobody) Outputs() int { return 1 }

func (nobody) Score(context.Context, []float64, []model.Sequence) error { return nil }

// whole returns f as the model reads it when all players are present.
func (g *Game) whole(f *Features) (model.Sequence, error) {
	if len(g.options.Muted) == 0 {
		return f.Input, nil
	}
	return g.masked(model.Sequence{}, f, explain.Grand(len(g.players)))
}

// tellMuted notes which words of the text are always masked.
func (g *Game) tellMuted(muted []explain.Span) {
	var words []string
	for _, s := range muted {
		if w := strings.ToLower(g.text[s.Start:s.End]); !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if len(words) > 0 {
		g.warnings = append(g.warnings, fmt.Sprintf("always masked: %s", strings.Join(words, ", ")))
	}
}
