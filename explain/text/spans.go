package text

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text/unit"
)

// unitsOfPair returns the units of text, which r has read; none is part of two texts.
func (o *Options) unitsOfPair(text string, r *reading) ([]explain.Span, error) {
	switch {
	case o.Unit != unit.Custom && (o.Spans != nil || o.Names != nil):
		return nil, fmt.Errorf("text: spans are given, but the unit is %s", o.Unit)
	case o.Names != nil && len(o.Names) != len(o.Spans):
		return nil, fmt.Errorf("text: %d names for %d spans", len(o.Names), len(o.Spans))
	case o.Second == 0 || o.Unit == unit.Custom || o.Unit == unit.Subwords:
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
	case unit.Subwords:
		return tokenSpans(r), nil
	case unit.Custom:
		return o.Spans, checkSpans(text, "span", o.Spans)
	}
	return o.Unit.Spans(text)
}

// tokenSpans returns where the text's tokens are, in its order.
func tokenSpans(r *reading) []explain.Span {
	var spans []explain.Span
	for i, s := range r.Spans {
		if !r.Special[i] {
			spans = append(spans, explain.Span(s))
		}
	}
	// Tokens of a pair may come in another order than the texts.
	slices.SortStableFunc(spans, func(a, b explain.Span) int { return a.Start - b.Start })
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
		case strings.TrimSpace(text[s.Start:s.End]) == "":
			return fmt.Errorf("text: %s %d: bytes %d to %d are white space", what, i, s.Start, s.End)
		}
		end = s.End
	}
	return nil
}
