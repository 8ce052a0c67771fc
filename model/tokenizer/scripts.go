package tokenizer

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// scriptSplitter cuts where the script changes. Spaces, and what has no script, go with what stands before them; at the
// start of a text they are dropped.
// It is the pre-tokenizer UnicodeScripts, which mirrors the way in which SentencePiece
// cuts text before it trains: no piece has letters of two scripts.
type scriptSplitter struct{}

func (scriptSplitter) split(p *pieces) {
	p.divide(func(dst []cut, c cut) []cut {
		last, start := noScript, -1
		for i := c.lo; i < c.hi; {
			r, size := utf8.DecodeRune(p.bytes[i:c.hi])
			if s := scriptOf(r); s != noScript {
				if s != last {
					if start >= 0 {
						dst = append(dst, cut{start, i})
					}
					start = i
				}
				last = s
			}
			i += size
		}
		if start < 0 {
			return dst
		}
		return append(dst, cut{start, c.hi})
	})
}

const noScript = uint8(0)

// A scriptRun is where a run of characters of a script begins; it ends where the next one begins.
type scriptRun struct {
	start  rune
	script uint8
}

// scriptOf returns the number of the script of r. All of Japan's and China's are one.
// The table covers all code points, so that there is always a run that begins before r.
func scriptOf(r rune) uint8 {
	i, found := slices.BinarySearchFunc(scriptRuns, r, func(s scriptRun, r rune) int { return cmp.Compare(s.start, r) })
	if !found {
		i--
	}
	return scriptRuns[i].script
}

// fixedLength cuts text every so many characters.
type fixedLength int

// newFixedLength has the reference's default of five characters.
func newFixedLength(length *int) (fixedLength, error) {
	const byDefault = 5
	switch {
	case length == nil:
		return byDefault, nil
	case *length < 1:
		return 0, fmt.Errorf("FixedLength: length is %d, not above 0", *length)
	}
	return fixedLength(*length), nil
}

func (n fixedLength) split(p *pieces) {
	p.divide(func(dst []cut, c cut) []cut {
		for lo := c.lo; lo < c.hi; {
			hi := lo
			for k := 0; k < int(n) && hi < c.hi; k++ {
				_, size := utf8.DecodeRune(p.bytes[hi:c.hi])
				hi += size
			}
			dst = append(dst, cut{lo, hi})
			lo = hi
		}
		return dst
	})
}
