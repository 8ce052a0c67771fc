package render

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/whence-xai/whence/explain"
)

// maxFaults is how many faults of an explanation are told before the rest is
// only counted.
const maxFaults = 10

// A fault list collects what is wrong with an explanation.
type faults struct {
	found []error
	more  int
}

// add takes in a fault if something is wrong. A file of a million terms may have a
// fault in each, so only the first few are written out.
func (f *faults) add(wrong bool, format string, args ...any) {
	switch {
	case !wrong:
	case len(f.found) == maxFaults:
		f.more++
	default:
		f.found = append(f.found, fmt.Errorf("render: "+format, args...))
	}
}

func (f *faults) err() error {
	if f.more > 0 {
		return errors.Join(append(f.found, fmt.Errorf("render: and %d more faults", f.more))...)
	}
	return errors.Join(f.found...)
}

// check returns what makes x impossible to show: slices of unequal lengths, and
// players or spans that do not exist.
func check(x *explain.Explanation) error {
	var f faults
	k := len(x.Baseline)
	f.add(k == 0, "no baseline")
	f.add(len(x.Full) != k, "%d values of v(N) for %d outputs", len(x.Full), k)
	f.add(len(x.Outputs) != 0 && len(x.Outputs) != k, "%d names for %d outputs", len(x.Outputs), k)
	for i, p := range x.Players {
		// Renderers slice texts by these spans: one out of range would panic, and
		// one within a character would write half of it.
		f.add(!within(explain.Span{Start: p.Start, End: p.End}, x.Subject.Text), "player %d: bytes %d to %d do not bound characters of the text", i, p.Start, p.End)
	}
	for _, s := range x.Subject.Unseen {
		f.add(!within(s, x.Subject.Text), "unseen: bytes %d to %d do not bound characters of the text", s.Start, s.End)
	}
	f.add(len(x.Subject.Pieces) != 0 && len(x.Subject.Pieces) != k, "%d pieces of the answer for %d outputs", len(x.Subject.Pieces), k)
	for i, p := range x.Subject.Pieces {
		f.add(!within(p, x.Subject.Answer), "piece %d: bytes %d to %d do not bound characters of the answer", i, p.Start, p.End)
	}
	for i, t := range x.Terms {
		f.add(!ascending(t.Players, len(x.Players)), "term %d: players %v are not ascending numbers below %d", i, t.Players, len(x.Players))
		f.add(len(t.Score) != k || len(t.Err) != k, "term %d: %d scores and %d errors for %d outputs", i, len(t.Score), len(t.Err), k)
		// NaN is not negative: it stands for an error that is not known.
		for _, e := range t.Err {
			f.add(e < 0, "term %d: negative error", i)
		}
	}
	for i, c := range x.Unresolved {
		f.add(!ascending(c.Players, len(x.Players)) || len(c.Score) != k, "unresolved %d: players %v, %d amounts", i, c.Players, len(c.Score))
	}
	if s := x.Surrogate; s != nil {
		f.add(len(s.Intercept) != k || len(s.Prediction) != k || len(s.R2) != k, "surrogate: not %d of each number", k)
	}
	if q := x.Quality; q != nil {
		f.add(len(q.R2) != k, "quality: %d numbers for %d outputs", len(q.R2), k)
	}
	return f.err()
}

// within reports whether s is a span of whole characters of text.
func within(s explain.Span, text string) bool {
	if s.Start < 0 || s.Start > s.End || s.End > len(text) {
		return false
	}
	return boundary(text, s.Start) && boundary(text, s.End)
}

func boundary(text string, at int) bool {
	return at == len(text) || utf8.RuneStart(text[at])
}

// ascending reports whether players are distinct, in order, and among n.
func ascending(players []int, n int) bool {
	last := -1
	for _, p := range players {
		if p <= last || p >= n {
			return false
		}
		last = p
	}
	return true
}

// checkFinite returns what JSON has no number for.
// Tables can show infinite scores, so this is no part of check.
func checkFinite(x *explain.Explanation) error {
	var f faults
	all := func(what string, v []float64) {
		for _, n := range v {
			f.add(math.IsNaN(n) || math.IsInf(n, 0), "%s is %v", what, n)
		}
	}
	all("v(∅)", x.Baseline)
	all("v(N)", x.Full)
	for i, t := range x.Terms {
		all(fmt.Sprintf("score of term %d", i), t.Score)
	}
	for i, c := range x.Unresolved {
		all(fmt.Sprintf("amount of unresolved credit %d", i), c.Score)
	}
	f.add(!utf8.ValidString(x.Subject.Text), "the text is not valid UTF-8")
	f.add(!utf8.ValidString(x.Subject.Answer), "the answer is not valid UTF-8")
	return f.err()
}
