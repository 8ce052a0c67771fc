package model

import (
	"fmt"

	"github.com/whence-xai/whence/model/tokenizer"
)

// A window is the part of a text that a model reads at a time, with the tokens
// of its format and the other text of a pair around it.
type window struct {
	*tokenizer.Encoding
	// The tokens before lo and from hi on are there in every window.
	from, lo, hi int // token lo+i of the window is token from+i of the encoding
	tail         int // where the tokens behind the text begin in the encoding
}

// windows cuts e into windows of at most limit tokens, of which consecutive ones
// share stride tokens of the text with that number; all else is in all of them.
func windows(e *tokenizer.Encoding, text uint8, limit, stride int) ([]window, error) {
	lo, hi := extent(e, text)
	around := len(e.IDs) - (hi - lo)
	size := min(limit-around, hi-lo)
	if hi > lo && size < 1 {
		return nil, fmt.Errorf("%d tokens stand around the text, which leaves no room for it in %d", around, limit)
	}
	if size < hi-lo && stride >= size {
		return nil, fmt.Errorf("windows of %d tokens cannot share %d", size, stride)
	}
	var all []window
	for at := lo; ; at += size - stride {
		end := min(at+size, hi)
		all = append(all, window{Encoding: e, from: at, lo: lo, hi: lo + end - at, tail: hi})
		if end == hi {
			return all, nil
		}
	}
}

// extent returns where the tokens of a text begin and end in e.
func extent(e *tokenizer.Encoding, text uint8) (lo, hi int) {
	for i := range e.IDs {
		if e.Special[i] || e.Texts[i] != text {
			continue
		}
		if hi == 0 {
			lo = i
		}
		hi = i + 1
	}
	return lo, hi
}

// len returns the number of tokens.
func (w *window) len() int { return w.hi + len(w.IDs) - w.tail }

// at returns the token of the encoding that token i of the window is.
func (w *window) at(i int) int {
	switch {
	case i < w.lo:
		return i
	case i < w.hi:
		return w.from + i - w.lo
	}
	return w.tail + i - w.hi
}

// sequence returns the window as an input.
func (w *window) sequence() Sequence {
	var s Sequence
	for i := range w.len() {
		at := w.at(i)
		s.IDs = append(s.IDs, w.IDs[at])
		s.Types = append(s.Types, uint8(w.Types[at]))
	}
	return s
}

// span returns the bytes of the text that tokens first to last of the window
// stand for, widened to whole words of the tokenizer if that is asked for.
func (w *window) span(first, last int, whole bool) tokenizer.Span {
	if whole {
		for first > w.lo && first < w.hi && w.Words[w.at(first-1)] == w.Words[w.at(first)] {
			first--
		}
		for last >= w.lo && last+1 < w.hi && w.Words[w.at(last+1)] == w.Words[w.at(last)] {
			last++
		}
	}
	return tokenizer.Span{Start: w.Spans[w.at(first)].Start, End: w.Spans[w.at(last)].End}
}
