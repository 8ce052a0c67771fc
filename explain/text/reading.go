package text

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A reader turns text into what a model reads.
type reader struct {
	tokens encoder
	limit  int // the most tokens of a sequence; 0 for none
	long   Long
	bare   bool // texts have the tokens of the model's format, none is added
}

// An encoder splits texts into tokens: a tokenizer, or a Model that has its own
// way, as a translator between several languages.
type encoder interface {
	Encode(text string) (*tokenizer.Encoding, error)
	EncodePair(first, second string) (*tokenizer.Encoding, error)
}

// newReader prefers a model's own way to encode: a translator puts the language
// before the text.
func newReader(m Model, long Long, bare bool) *reader {
	r := &reader{m.Tokenizer(), long.limit(m), long, bare}
	if own, ok := m.(encoder); ok {
		r.tokens = own
	}
	return r
}

// A reading is a text as tokens, without those that the model does not see.
type reading struct {
	*tokenizer.Encoding
	pages []page // what goes to the model at a time
	end   int    // bytes of the text that are seen
	cut   int    // tokens that are not
}

// single is where the second text begins when there is none.
const single = -1

// read reads a text, or two of which the second begins at the byte told.
func (r *reader) read(text string, second int) (*reading, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("text: not valid UTF-8")
	}
	e, err := r.encode(text, second)
	if err != nil {
		return nil, fmt.Errorf("text: %w", err)
	}
	if r.bare {
		e = spelled(e)
	}
	pages, err := r.long.pages(e.Special, r.limit)
	if err != nil {
		return nil, err
	}
	out := &reading{Encoding: e, pages: pages, end: len(text)}
	if r.long == Truncate {
		out.truncate()
	}
	return out, nil
}

// encode returns the tokens of text; their spans are of all of it.
func (r *reader) encode(text string, second int) (*tokenizer.Encoding, error) {
	if second == single {
		return r.tokens.Encode(text)
	}
	if !isBorder(text, second) {
		return nil, fmt.Errorf("the second text begins at byte %d, within a character", second)
	}
	e, err := r.tokens.EncodePair(text[:second], text[second:])
	if err != nil {
		return nil, err
	}
	for i := range e.Spans {
		if e.Texts[i] == 1 {
			e.Spans[i].Start += second
			e.Spans[i].End += second
		}
	}
	return e, nil
}

// spelled returns e without the tokens that the model's format has added.
func spelled(e *tokenizer.Encoding) *tokenizer.Encoding {
	out := &tokenizer.Encoding{}
	for i, special := range e.Special {
		if !special {
			out.IDs, out.Spans = append(out.IDs, e.IDs[i]), append(out.Spans, e.Spans[i])
			out.Types, out.Special = append(out.Types, e.Types[i]), append(out.Special, false)
		}
	}
	return out
}

// isBorder reports whether a character of text begins at byte at.
func isBorder(text string, at int) bool {
	for g := graphemes.FromString(text); g.Next() && g.Start() <= at; {
		if g.Start() == at {
			return true
		}
	}
	return at == len(text)
}

// truncate removes the tokens behind the one page.
func (r *reading) truncate() {
	p, special := r.pages[0], r.Special
	_, tail := frame(special)
	if r.cut = len(special) - tail - p.hi; r.cut == 0 {
		return
	}
	r.Encoding = &tokenizer.Encoding{
		IDs:     framed(r.IDs, special, p),
		Spans:   framed(r.Spans, special, p),
		Types:   framed(r.Types, special, p),
		Special: framed(special, special, p),
	}
	r.end = 0
	for _, s := range r.Spans[p.lo:p.hi] {
		r.end = max(r.end, s.End)
	}
}

// sequence returns page p as the model reads it.
func (r *reading) sequence(p page) model.Sequence {
	s := model.Sequence{IDs: framed(r.IDs, r.Special, p)}
	// Types that are all zero are the model's default, and left out: what is equal
	// has one key.
	if slices.ContainsFunc(r.Types, func(kind int32) bool { return kind != 0 }) {
		for _, kind := range framed(r.Types, r.Special, p) {
			s.Types = append(s.Types, uint8(kind))
		}
	}
	return s
}
