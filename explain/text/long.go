package text

import (
	"fmt"
	"slices"
	"strings"
)

// Long says what happens to a text of more tokens than the model takes.
type Long uint8

// The ways with long texts.
const (
	// Refuse is to return a [LimitError].
	Refuse Long = iota
	// Truncate is to cut the text where the model would stop reading, or where its
	// tokenizer would cut texts if it could read on. The rest has no players, and
	// Subject.Unseen tells of it.
	Truncate
	// Window is to read the text through several windows of as many tokens as
	// the model takes, or its tokenizer allows, as few of them as overlap by a quarter, spread evenly. A
	// coalition is worth the mean of the windows' scores. Where the windows
	// lie does not depend on the coalition.
	Window
)

var longNames = [...]string{"error", "truncate", "window"}

// String returns the name of the way: "error", "truncate" or "window".
func (l Long) String() string {
	if int(l) < len(longNames) {
		return longNames[l]
	}
	return fmt.Sprintf("Long(%d)", uint8(l))
}

// ParseLong finds a way by its name.
func ParseLong(name string) (Long, error) {
	if i := slices.Index(longNames[:], name); i >= 0 {
		return Long(i), nil
	}
	return 0, fmt.Errorf("text: unknown way with long texts %q (known: %s)", name, strings.Join(longNames[:], ", "))
}

// A LimitError tells that a text has more tokens than the model takes.
type LimitError struct {
	Tokens, Limit int // special tokens included
}

// Error tells both numbers and what can be done.
func (e *LimitError) Error() string {
	return fmt.Sprintf("text: %d tokens, but the model takes at most %d: truncate the text or read it through windows", e.Tokens, e.Limit)
}

// limit returns how many tokens m reads at a time. One that takes more than is
// usual for it does so only where nobody asked for less at a time.
func (l Long) limit(m Model) int {
	if u, ok := m.(interface{ UsualTokens() int }); ok && l != Refuse {
		return min(u.UsualTokens(), m.MaxTokens())
	}
	return m.MaxTokens()
}

// A page is the tokens that the model reads at a time, without the special
// tokens around them: lo to hi, hi excluded, of all tokens of the text.
type page struct{ lo, hi int }

// pages returns what the model reads of a text whose tokens are special or not.
func (l Long) pages(special []bool, limit int) ([]page, error) {
	head, tail := frame(special)
	all := page{head, len(special) - tail}
	room := limit - head - tail
	switch {
	case limit <= 0 || len(special) <= limit:
		return []page{all}, nil
	case l == Refuse || room <= 0:
		return nil, &LimitError{Tokens: len(special), Limit: limit}
	case l == Truncate:
		return []page{{head, head + room}}, nil
	case l != Window:
		return nil, fmt.Errorf("text: unknown way with long texts: %s", l)
	}
	// The furthest from one window to the next, and from the first to the last.
	step, way := room-room/4, all.hi-room-all.lo
	steps := (way + step - 1) / step
	pages := make([]page, steps+1)
	for i := range pages {
		// The first window begins with the text and the last ends with it.
		at := all.lo + i*way/steps
		pages[i] = page{at, at + room}
	}
	return pages, nil
}

// frame returns how many special tokens stand before and after the text's own.
func frame(special []bool) (head, tail int) {
	for head < len(special) && special[head] {
		head++
	}
	for tail < len(special)-head && special[len(special)-1-tail] {
		tail++
	}
	return head, tail
}

// framed returns the entries of p with those of the special tokens around them.
func framed[T any](entries []T, special []bool, p page) []T {
	head, tail := frame(special)
	return slices.Concat(entries[:head], entries[p.lo:p.hi], entries[len(entries)-tail:])
}
