// Package unit cuts texts into words, sentences, paragraphs and other parts, each
// of which becomes a player of a game.
package unit

import (
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
	// Custom are the caller's own, from the Spans of text.Options. What lies between them is
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

// Parse finds a unit by its name.
func Parse(name string) (Unit, error) {
	if i := slices.Index(unitNames[:], name); i >= 0 {
		return Unit(i), nil
	}
	return 0, fmt.Errorf("text: unknown unit %q (known: %s)", name, strings.Join(unitNames[:], ", "))
}

// Spans returns the parts of text, ascending, in bytes; what lies between them is
// white space, or of [Runs] anything. Subwords and Custom spans cannot be told from
// the text alone and are an error.
func (u Unit) Spans(text string) ([]explain.Span, error) {
	switch u {
	case Words:
		return wordSpans(text), nil
	case Sentences:
		return trimmed(text, sentenceSpans(text)), nil
	case Characters:
		return characterSpans(text), nil
	case Runs:
		return runSpans(text), nil
	case Paragraphs:
		return paragraphSpans(text), nil
	case Items:
		return itemSpans(text), nil
	case Subwords, Custom:
		return nil, fmt.Errorf("text: a text alone does not tell its %ss", u)
	}
	return nil, fmt.Errorf("text: unknown unit %s", u)
}

// characterSpans returns the grapheme clusters of text that are not white space.
func characterSpans(text string) []explain.Span {
	var chars []explain.Span
	for g := graphemes.FromString(text); g.Next(); {
		if !isSpace(g.Value()) {
			chars = append(chars, explain.Span{Start: g.Start(), End: g.End()})
		}
	}
	return chars
}

func isSpace(s string) bool { return strings.TrimSpace(s) == "" }

// sentenceSpans follows UAX #29 and mends what a rule without a dictionary gets
// wrong.
func sentenceSpans(text string) []explain.Span {
	var spans []explain.Span
	for s := sentences.FromString(text); s.Next(); {
		spans = append(spans, explain.Span{Start: s.Start(), End: s.End()})
	}
	return rejoined(text, spans)
}

// trimmed returns spans without the white space at their ends.
func trimmed(text string, spans []explain.Span) []explain.Span {
	var out []explain.Span
	for _, s := range spans {
		s.End = s.Start + len(strings.TrimRightFunc(text[s.Start:s.End], unicode.IsSpace))
		if s.Start < s.End {
			out = append(out, s)
		}
	}
	return out
}

func runSpans(text string) []explain.Span {
	var spans []explain.Span
	inside := false
	for i, r := range text {
		// Python's \w, by which LIME's IndexedString splits (\W+).
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
