package model

import "github.com/whence-xai/whence/model/tokenizer"

// An Interpreter is a translator between two languages, as package text reads
// it: a text is a source, and the second text of a pair is the beginning of what
// is written for it.
type Interpreter struct {
	*Translator
	Options TranslateOptions
	Written *Continuation // what was written, if known: its text is read as its tokens, not split anew
}

// Encode returns the tokens of a source.
func (i Interpreter) Encode(source string) (*tokenizer.Encoding, error) {
	_, e, err := i.Source(source, i.Options)
	return e, err
}

// EncodePair returns the tokens of a source, of type 0, and those written
// already, of type 1.
func (i Interpreter) EncodePair(source, written string) (*tokenizer.Encoding, error) {
	e, err := i.Encode(source)
	if err != nil {
		return nil, err
	}
	clear(e.Types)
	add := func(id int32, begin, end int) {
		e.IDs, e.Spans = append(e.IDs, id), append(e.Spans, tokenizer.Span{Start: begin, End: end})
		e.Types, e.Texts, e.Special = append(e.Types, 1), append(e.Texts, 1), append(e.Special, false)
	}
	if c := i.Written; c != nil && c.text() == written {
		at := 0
		for k, piece := range c.Pieces() {
			add(c.ids[c.lo+k], at, at+len(piece))
			at += len(piece)
		}
		return e, nil
	}
	w, err := i.m.target.Encode(written)
	if err != nil {
		return nil, err
	}
	for k, id := range w.IDs {
		if !w.Special[k] {
			add(id, w.Spans[k].Start, w.Spans[k].End)
		}
	}
	return e, nil
}
