package bias

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/whence-xai/whence/explain"
)

// A Lexicon is the words of groups that stand for one another, for texts that
// were not made from templates. It swaps words and knows no grammar: verbs and
// articles stay as they are, and names are not touched unless it has them.
type Lexicon struct {
	Axis   string   `json:"axis"`
	Groups []string `json:"groups"`
	Rows   []Row    `json:"rows"`
}

// A Row is words that mean the same of different groups.
type Row struct {
	Words []string `json:"words"` // one a group, in lower case; "" where a group has none
	// Before says that the row holds only where a noun may follow: of "her", "his"
	// in "her car" and "him" in "we saw her".
	Before bool `json:"before,omitempty"`
}

//go:embed lexicons.json
var lexicons string

// Lexicons returns the package's own: "gender" and "religion", in English.
func Lexicons() []*Lexicon {
	var all []*Lexicon
	if err := json.Unmarshal([]byte(lexicons), &all); err != nil {
		panic(err) // a test reads them
	}
	return all
}

// Lexicon returns the axis as a lexicon of its words: each becomes the first word
// of the other group.
func (a *Axis) Lexicon() *Lexicon {
	l := &Lexicon{Axis: a.Name}
	for _, g := range a.Groups {
		l.Groups = append(l.Groups, g.Name)
	}
	for g, group := range a.Groups {
		for _, term := range group.Terms {
			row := Row{Words: make([]string, len(a.Groups))}
			for h := range row.Words {
				row.Words[h] = strings.ToLower(a.Groups[h].Terms[0])
			}
			row.Words[g] = strings.ToLower(term)
			l.Rows = append(l.Rows, row)
		}
	}
	return l
}

// ReadLexicon reads a lexicon from lines of words with tabs or commas between
// them, a column a group; the first line names the groups.
func ReadLexicon(r io.Reader, name string) (*Lexicon, error) {
	b, err := readAll(r)
	if err != nil {
		return nil, fmt.Errorf("bias: %s: %w", name, err)
	}
	l := &Lexicon{Axis: name}
	number := 0
	for line := range strings.Lines(string(b)) {
		number++
		cells := strings.FieldsFunc(strings.TrimSpace(line), func(r rune) bool { return r == '\t' || r == ',' })
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case len(cells) == 0:
		case l.Groups == nil:
			l.Groups = cells
		case len(cells) != len(l.Groups):
			return nil, fmt.Errorf("bias: %s: line %d: %d words for %d groups", name, number, len(cells), len(l.Groups))
		default:
			for i := range cells {
				cells[i] = strings.ToLower(cells[i])
			}
			l.Rows = append(l.Rows, Row{Words: cells})
		}
	}
	if len(l.Groups) < 2 || len(l.Rows) == 0 {
		return nil, errors.New("bias: " + name + ": a lexicon has a line that names two groups at least, and lines of words")
	}
	return l, nil
}

// A hit is a word of a lexicon in a text.
type hit struct {
	explain.Span
	row, group int
}

// hits finds the words of the lexicon in a text, from left to right; of words
// that begin alike the longest.
func (l *Lexicon) hits(text string) []hit {
	lower := strings.ToLower(text)
	// Spans found in one must hold in the other.
	if len(lower) != len(text) { // letters whose cases have different lengths
		lower = text
	}
	var out []hit
	for at := 0; at < len(text); {
		end := wordEnd(text, at)
		if end == at {
			at++
			continue
		}
		if h, ok := l.longest(lower, at); ok {
			out = append(out, h)
			end = h.End
		}
		at = end
	}
	return out
}

// longest returns the longest word of the lexicon that stands at a place.
func (l *Lexicon) longest(lower string, at int) (best hit, ok bool) {
	for r, row := range l.Rows {
		for g, w := range row.Words {
			end := at + len(w)
			if w == "" || len(w) <= best.End-best.Start && ok || !strings.HasPrefix(lower[at:], w) || !ends(lower, end) {
				continue
			}
			if row.Before && !possessive(lower, at, end) {
				continue
			}
			best, ok = hit{explain.Span{Start: at, End: end}, r, g}, true
		}
	}
	return best, ok
}

// wordEnd returns where the run of letters and digits at a place ends.
func wordEnd(s string, at int) int {
	for i, r := range s[at:] {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return at + i
		}
	}
	return len(s)
}

// ends reports whether no word goes on at a place.
func ends(s string, at int) bool { return wordEnd(s, at) == at }

// Swap returns a text and its counterparts, in which all words of the lexicon are
// those of another group. It is nil where the text has no such word, or has words
// of several groups.
// A text with words of several groups has no counterpart that differs in one thing
// alone.
func (l *Lexicon) Swap(text, source string) *Set {
	hits := l.hits(text)
	if len(hits) == 0 {
		return nil
	}
	group := hits[0].group
	for _, h := range hits {
		if h.group != group {
			return nil
		}
	}
	s := &Set{Axis: l.Axis, Source: source}
	for g, name := range l.Groups {
		swapped, spans, ok := l.write(text, hits, func(hit) int { return g })
		if !ok {
			continue
		}
		term := strings.ToLower(word(swapped, spans[0]))
		s.Variants = append(s.Variants, Variant{Group: name, Term: term, Text: swapped, Spans: spans})
	}
	if len(s.Variants) < 2 {
		return nil
	}
	return s
}

// Mirror returns a text in which each word of the lexicon is that of the next
// group, of two groups the other; with that, a training set speaks of all alike
// (counterfactual data augmentation, Lu et al. 2018). ok is false where nothing
// changes.
func (l *Lexicon) Mirror(text string) (mirrored string, ok bool) {
	hits := l.hits(text)
	mirrored, _, _ = l.write(text, hits, func(h hit) int { return (h.group + 1) % len(l.Groups) })
	return mirrored, mirrored != text
}

// write returns a text with its hits in the words of other groups, and where these
// are. A word that its group does not have stays, and then ok is false.
func (l *Lexicon) write(text string, hits []hit, group func(hit) int) (out string, spans []explain.Span, ok bool) {
	var b strings.Builder
	at := 0
	ok = true
	for _, h := range hits {
		b.WriteString(text[at:h.Start])
		old, with := text[h.Start:h.End], l.Rows[h.row].Words[group(h)]
		switch {
		case with == "":
			with, ok = old, false
		case group(h) == h.group:
			with = old
		default:
			with = cased(with, old)
		}
		spans = append(spans, explain.Span{Start: b.Len(), End: b.Len() + len(with)})
		b.WriteString(with)
		at = h.End
	}
	b.WriteString(text[at:])
	return b.String(), spans, ok
}

// cased returns a word in the case of another: all capitals, a capital first, or
// as it is.
func cased(w, like string) string {
	switch {
	case len(like) > 1 && like == strings.ToUpper(like) && like != strings.ToLower(like):
		return strings.ToUpper(w)
	case like == capital(like) && like != strings.ToLower(like):
		return capital(w)
	}
	return w
}

// Mentions yields, for each word of the lexicon in a text, a set of that text
// alone: enough to tell how much a model leans on the word.
func (l *Lexicon) Mentions(text, source string) []*Set {
	byWord := map[string]*Set{}
	var sets []*Set
	for _, h := range l.hits(text) {
		term := strings.ToLower(text[h.Start:h.End])
		s := byWord[term]
		if s == nil {
			s = &Set{Axis: l.Axis, Source: source, Variants: []Variant{{Group: l.Groups[h.group], Term: term, Text: text}}}
			byWord[term], sets = s, append(sets, s)
		}
		s.Variants[0].Spans = append(s.Variants[0].Spans, h.Span)
	}
	return sets
}
