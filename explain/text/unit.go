package text

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/clipperhouse/uax29/v2/sentences"

	"github.com/whence-xai/whence/explain"
)

// A Unit says into what parts a text falls, each of them a player.
type Unit uint8

// The units. A unit that is bordered by the middle of a token grows to the
// token's end; so characters are players of their own only where the masker is
// a [Rewrite] or the tokenizer knows characters.
const (
	// Words by Unicode's rules (UAX #29), in any script: "don't", "well-made",
	// "U.S.", "3.50", "#winning" are one, a Chinese character or an emoji is
	// one. Marks such as commas and brackets are words too, a run of one mark
	// ("...", "!!"), of sentence ends ("?!"), or an emoticon (":-)") being one.
	// Scripts without spaces between words, such as Thai, fall into characters,
	// which the tokenizer's pieces then join.
	Words Unit = iota
	// Subwords are the tokens of the model, save that those which share a
	// character are one.
	Subwords
	// Sentences by Unicode's rules (UAX #29), which neither titles ("Dr. Smith") and
	// initials nor addresses end; a line's end ends a sentence.
	Sentences
	// Characters are what a reader calls so: grapheme clusters (UAX #29).
	Characters
	// Runs are the words of LIME's Python package: unbroken runs of letters,
	// digits and underscores. What stands between them is never masked.
	Runs
	// Custom are the caller's own, from Options.Spans. What lies between them is
	// never masked.
	Custom
	// Paragraphs are what blank lines part.
	Paragraphs
	// Items are the items of lists and the lines between them: a line, with
	// those that follow it further indented, or up to one that is blank where the
	// line begins an item ("- ", "* ", "1. ", "a) ").
	Items
)

var unitNames = [...]string{"word", "subword", "sentence", "character", "run", "span", "paragraph", "item"}

// String returns the unit's name, such as "word".
func (u Unit) String() string {
	if int(u) < len(unitNames) {
		return unitNames[u]
	}
	return fmt.Sprintf("Unit(%d)", uint8(u))
}

// ParseUnit finds a unit by its name.
func ParseUnit(name string) (Unit, error) {
	if i := slices.Index(unitNames[:], name); i >= 0 {
		return Unit(i), nil
	}
	return 0, fmt.Errorf("text: unknown unit %q (known: %s)", name, strings.Join(unitNames[:], ", "))
}

// unitsOfPair returns the units of text, which r has read; none is part of two texts.
func (o *Options) unitsOfPair(text string, r *reading) ([]explain.Span, error) {
	switch {
	case o.Unit != Custom && (o.Spans != nil || o.Names != nil):
		return nil, fmt.Errorf("text: spans are given, but the unit is %s", o.Unit)
	case o.Names != nil && len(o.Names) != len(o.Spans):
		return nil, fmt.Errorf("text: %d names for %d spans", len(o.Names), len(o.Spans))
	case o.Second == 0 || o.Unit == Custom || o.Unit == Subwords:
		return o.units(text, r)
	}
	units, err := o.units(text[:o.Second], r)
	more, err2 := o.units(text[o.Second:], r)
	for _, s := range more {
		units = append(units, explain.Span{Start: o.Second + s.Start, End: o.Second + s.End})
	}
	return units, errors.Join(err, err2)
}

// units returns the units of text, which r has read.
func (o *Options) units(text string, r *reading) ([]explain.Span, error) {
	switch o.Unit {
	case Words:
		return wordSpans(text), nil
	case Subwords:
		return tokenSpans(r), nil
	case Sentences:
		return sentenceSpans(text), nil
	case Characters:
		return characters(text), nil
	case Runs:
		return runSpans(text), nil
	case Custom:
		return o.Spans, checkSpans(text, "span", o.Spans)
	case Paragraphs:
		return paragraphSpans(text), nil
	case Items:
		return itemSpans(text), nil
	}
	return nil, fmt.Errorf("text: unknown unit %s", o.Unit)
}

// tokenSpans returns where the text's tokens are, in its order.
func tokenSpans(r *reading) []explain.Span {
	var spans []explain.Span
	for i, s := range r.Spans {
		if !r.Special[i] {
			spans = append(spans, explain.Span(s))
		}
	}
	slices.SortStableFunc(spans, func(a, b explain.Span) int { return a.Start - b.Start })
	return spans
}

// characters returns the grapheme clusters of text that are not white space.
func characters(text string) []explain.Span {
	var chars []explain.Span
	for g := graphemes.FromString(text); g.Next(); {
		if !isSpace(g.Value()) {
			chars = append(chars, explain.Span{Start: g.Start(), End: g.End()})
		}
	}
	return chars
}

func isSpace(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) }) < 0
}

func sentenceSpans(text string) []explain.Span {
	var spans []explain.Span
	for s := sentences.FromString(text); s.Next(); {
		spans = append(spans, explain.Span{Start: s.Start(), End: s.End()})
	}
	return rejoined(text, spans)
}

func runSpans(text string) []explain.Span {
	var spans []explain.Span
	inside := false
	for i, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' {
			inside = false
			continue
		}
		if !inside {
			spans = append(spans, explain.Span{Start: i})
		}
		inside = true
		spans[len(spans)-1].End = i + utf8.RuneLen(r)
	}
	return spans
}

// whole widens spans, which ascend, to the characters they touch and joins those
// that touch the same one. Spans that touch no character are left out.
func whole(chars, spans []explain.Span) []explain.Span {
	var out []explain.Span
	for _, s := range spans {
		lo, hi := touched(chars, s)
		if lo == hi {
			continue
		}
		s = explain.Span{Start: chars[lo].Start, End: chars[hi-1].End}
		if last := len(out) - 1; last >= 0 && s.Start < out[last].End {
			out[last].End = max(out[last].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// touched returns which of the parts, lo to hi, hi excluded, have a byte in s.
// The parts ascend and do not overlap.
func touched(parts []explain.Span, s explain.Span) (lo, hi int) {
	lo, _ = slices.BinarySearchFunc(parts, s.Start, func(p explain.Span, at int) int {
		if p.End <= at {
			return -1
		}
		return 1
	})
	for hi = lo; hi < len(parts) && parts[hi].Start < s.End; hi++ {
	}
	return lo, hi
}

// checkSpans returns an error unless spans ascend without overlap, lie in text,
// begin and end between characters, and hold more than white space.
func checkSpans(text, what string, spans []explain.Span) error {
	border := make([]bool, len(text)+1)
	border[0] = true
	for g := graphemes.FromString(text); g.Next(); {
		border[g.End()] = true
	}
	end := 0
	for i, s := range spans {
		switch {
		case s.Start < 0 || s.End > len(text) || s.Start >= s.End:
			return fmt.Errorf("text: %s %d: bytes %d to %d of %d", what, i, s.Start, s.End, len(text))
		case s.Start < end:
			return fmt.Errorf("text: %s %d begins at byte %d, before the end of the one before it at %d", what, i, s.Start, end)
		case !border[s.Start] || !border[s.End]:
			return fmt.Errorf("text: %s %d: bytes %d to %d break a character", what, i, s.Start, s.End)
		case isSpace(text[s.Start:s.End]):
			return fmt.Errorf("text: %s %d: bytes %d to %d are white space", what, i, s.Start, s.End)
		}
		end = s.End
	}
	return nil
}
