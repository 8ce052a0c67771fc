package unit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"

	"github.com/whence-xai/whence/explain"
)

// A segment is what stands between two word borders of UAX #29.
type segment struct {
	explain.Span
	text string
	kind kind
}

type kind uint8

const (
	word   kind = iota // has a letter or a digit
	mark               // punctuation, and the symbols of ASCII
	symbol             // emoji and other symbols
)

// wordSpans returns the words of text: the segments of UAX #29 that are not
// white space, joined where a reader sees one word.
func wordSpans(text string) []explain.Span {
	segments := segmentsOf(text)
	spans := make([]explain.Span, 0, len(segments))
	for len(segments) > 0 {
		n := wordLen(segments)
		if joinsNext(segments, spans) {
			n = 1 + wordLen(segments[1:])
		}
		spans = append(spans, explain.Span{Start: segments[0].Start, End: segments[n-1].End})
		segments = segments[n:]
	}
	return spans
}

// segmentsOf tells words by a letter or digit anywhere in them, and marks by their
// first character.
func segmentsOf(text string) []segment {
	var out []segment
	for w := words.FromString(text); w.Next(); {
		s := segment{explain.Span{Start: w.Start(), End: w.End()}, w.Value(), symbol}
		r, _ := utf8.DecodeRuneInString(s.text)
		switch {
		case isSpace(s.text):
			continue
		case strings.IndexFunc(s.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) >= 0:
			s.kind = word
		case unicode.IsPunct(r) || r < utf8.RuneSelf:
			s.kind = mark
		}
		out = append(out, s)
	}
	return out
}

// touching reports whether segment i exists and begins where the one before it ends.
func touching(s []segment, i int) bool { return i < len(s) && s[i-1].End == s[i].Start }

// joinsNext reports whether s begins with the sign of a hashtag or of a name, as
// "#" in "#winning", that nothing stands before.
func joinsNext(s []segment, before []explain.Span) bool {
	if s[0].text != "#" && s[0].text != "@" || !touching(s, 1) || s[1].kind != word {
		return false
	}
	return len(before) == 0 || before[len(before)-1].End < s[0].Start
}

// wordLen returns how many segments make the word with which s begins.
func wordLen(s []segment) int {
	switch s[0].kind {
	case word:
		n := 1
		for touching(s, n) && isHyphen(s[n].text) && touching(s, n+1) && s[n+1].kind == word {
			n += 2
		}
		if touching(s, n) && s[n].text == "." && isInitials(s[n-1].text) {
			n++
		}
		return n
	case mark:
		return markLen(s)
	}
	return 1
}

// markLen is wordLen for marks: a run of one mark is one, as are sentence ends
// in a row and an emoticon.
func markLen(s []segment) int {
	same, marks := 1, 1
	for ; touching(s, marks) && s[marks].kind == mark; marks++ {
		if same == marks && alike(s[0].text, s[marks].text) {
			same++
		}
	}
	// Eyes of an emoticon, of which all marks that follow are the rest.
	if same == 1 && (s[0].text == ":" || s[0].text == ";" || s[0].text == "=") {
		return marks
	}
	return same
}

func alike(a, b string) bool { return a == b || isEnd(a) && isEnd(b) }

// isEnd reports whether s is a mark that ends a sentence.
func isEnd(s string) bool { return s == "." || s == "!" || s == "?" || s == "…" }

func isHyphen(s string) bool { return s == "-" || s == "\u2010" || s == "\u2011" }

// isInitials reports whether s is like the "U.S" of "U.S.": single letters with
// stops between them.
func isInitials(s string) bool {
	letter := true
	for _, r := range s {
		if letter != unicode.IsLetter(r) || !letter && r != '.' {
			return false
		}
		letter = !letter
	}
	return !letter && strings.Contains(s, ".")
}
