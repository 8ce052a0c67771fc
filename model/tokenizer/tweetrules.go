package tokenizer

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// tweetRules is BERTweet's normalization: users are @USER, links HTTPURL, emoji their names, and words are cut as NLTK
// cuts tweets, with white space between.
// The order is normalizeTweet's of BERTweet's tokenizer (Nguyen et al. 2020), with
// NLTK's TweetTokenizer for the words: each step sees what the one before has made.
type tweetRules struct{ words pattern }

func newTweetRules() (tweetRules, error) {
	words, err := newRegex(tweetWordPattern)
	return tweetRules{words}, err
}

// tweetReplacements are made one after the other when words are cut.
// A later one undoes what an earlier one has made of "can't" and "ain't".
var tweetReplacements = [][2]string{
	{"cannot ", "can not "}, {"n't ", " n't "}, {"n 't ", " n't "}, {"ca n't", "can't"}, {"ai n't", "ain't"},
	{"'m ", " 'm "}, {"'re ", " 're "}, {"'s ", " 's "}, {"'ll ", " 'll "}, {"'d ", " 'd "}, {"'ve ", " 've "},
	{" p . m .", "  p.m."}, {" p . m ", " p.m "}, {" a . m .", " a.m."}, {" a . m ", " a.m "},
}

// Runs of a character are cut to three before words are, as by TweetTokenizer's
// HANG_RE.
func (n tweetRules) normalize(t *text) {
	// as NLTK's pattern of words knows straight quotes only
	t.substitute("’", "'")
	t.substitute("…", "...")
	t.replaceEach(entities(t.bytes), entity)
	t.replaceEach(longRuns(t.bytes), func(run []byte) string {
		_, size := utf8.DecodeRune(run)
		return string(run[:3*size])
	})
	n.cut(t)
	for _, r := range tweetReplacements {
		t.substitute(r[0], r[1])
	}
	t.squeeze()
}

// cut puts the words that the pattern finds, each normalized, side by side with spaces between.
func (n tweetRules) cut(t *text) {
	matches := n.words.matches(nil, t.bytes, t.budget)
	old, from := t.restart()
	for i, m := range matches {
		if i > 0 {
			// the space is no part of the text: it has a place there, and no length
			at := from[m.lo].start
			t.put(' ', origin{at, at})
		}
		word := old[m.lo:m.hi]
		if s, changed := tweetWord(word); changed {
			t.putString(s, origin{from[m.lo].start, from[m.hi-1].end})
		} else {
			t.putText(word, from[m.lo:m.hi])
		}
	}
}

// tweetWord returns what a word becomes, and whether that is something else.
// Emoji are looked for in words of one character only, as in the reference.
func tweetWord(word []byte) (string, bool) {
	const link, web = "http", "www"
	switch r, size := utf8.DecodeRune(word); {
	case r == '@':
		return "@USER", true
	// links by their beginning, in any case of letters
	case len(word) >= len(link) && strings.EqualFold(string(word[:len(link)]), link),
		len(word) >= len(web) && strings.EqualFold(string(word[:len(web)]), web):
		return "HTTPURL", true
	case size == len(word) && r == '’': // of an entity
		return "'", true
	case size == len(word) && r == '…':
		return "...", true
	case size == len(word) && r == '\ufe0f': // says that what stands before is an emoji
		return "", true
	case size == len(word):
		name, ok := emojiNames()[r]
		return ":" + name + ":", ok
	}
	return "", false
}

// emojiNames returns the names of emoji of one character.
var emojiNames = sync.OnceValue(func() map[rune]string {
	names := map[rune]string{}
	for _, line := range strings.Fields(emojiList) {
		r, size := utf8.DecodeRuneInString(line)
		names[r] = line[size:]
	}
	return names
})

// substitute replaces each old by what it becomes. What both begin and end with keeps its origin.
// "n't " becomes " n't ": the letters stay letters of the text, and what is new has no
// length.
func (t *text) substitute(old, now string) {
	matches := literal(old).matches(nil, t.bytes, nil)
	if len(matches) == 0 {
		return
	}
	// what old and now have in common at the ends keeps its origin, byte for byte
	front := 0
	for front < min(len(old), len(now)) && old[front] == now[front] {
		front++
	}
	back := 0
	for back < min(len(old), len(now))-front && old[len(old)-1-back] == now[len(now)-1-back] {
		back++
	}
	for i := range matches {
		matches[i].lo += front
		matches[i].hi -= back
	}
	t.replaceEach(matches, func([]byte) string { return now[front : len(now)-back] })
}

// replaceEach replaces matches. What stands for nothing that was there has its place in the text alone.
func (t *text) replaceEach(matches []cut, replace func([]byte) string) {
	t.exchange(matches, func(old []byte, from []origin, m cut) {
		var at origin
		switch {
		// the match has text of its own; else its place is before what follows, or at the end
		case m.lo < m.hi:
			at = origin{from[m.lo].start, from[m.hi-1].end}
		case m.lo < len(from):
			at = origin{from[m.lo].start, from[m.lo].start}
		default:
			at = origin{from[m.lo-1].end, from[m.lo-1].end}
		}
		t.putString(replace(old[m.lo:m.hi]), at)
	})
}

// squeeze makes each stretch of white space one space, and none at the ends.
// Python's " ".join(text.split()).
func (t *text) squeeze() {
	old, from := t.restart()
	open := false
	for i := 0; i < len(old); {
		r, size := utf8.DecodeRune(old[i:])
		if !isPythonSpace(r) {
			if !open && len(t.bytes) > 0 {
				t.put(' ', origin{from[i].start, from[i].start})
			}
			t.putText(old[i:i+size], from[i:i+size])
		}
		open = !isPythonSpace(r)
		i += size
	}
}

// longRuns finds four and more of the same character that is neither an ASCII letter nor a digit.
func longRuns(b []byte) []cut {
	var runs []cut
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		end := i + size
		for bytes.HasPrefix(b[end:], b[i:i+size]) {
			end += size
		}
		if end-i > 3*size && !isASCIILetter(r) && (r < '0' || r > '9') {
			runs = append(runs, cut{i, end})
		}
		i = end
	}
	return runs
}

// entities finds what looks like entities of HTML.
// It is NLTK's pattern &(#?(x?))([^&;\s]+); (ENT_RE of its TweetTokenizer), by hand.
func entities(b []byte) []cut {
	var list []cut
	for i := bytes.IndexByte(b, '&'); i >= 0 && i < len(b); {
		end := i + 1
		for end < len(b) && b[end] != '&' && b[end] != ';' {
			r, size := utf8.DecodeRune(b[end:])
			if unicode.IsSpace(r) || isPythonSpace(r) {
				break
			}
			end += size
		}
		if end < len(b) && b[end] == ';' && end > i+1 {
			list = append(list, cut{i, end + 1})
		}
		next := bytes.IndexByte(b[end:], '&')
		if next < 0 {
			break
		}
		i = end + next
	}
	return list
}

// html4Entities returns the names in order.
var html4Entities = sync.OnceValue(func() []string { return strings.Fields(entityNames) })

// entity returns the character of an entity, "" for none. Names are those of HTML 4.
// Numbers from 0x80 to 0x9f are what Windows-1252 has there, as browsers take them.
func entity(b []byte) string {
	name := string(b[1 : len(b)-1])
	number, numbered := strings.CutPrefix(name, "#")
	if number == "" {
		return ""
	}
	base := 10
	if hex, ok := strings.CutPrefix(number, "x"); ok && hex != "" {
		number, base, numbered = hex, 16, true // with or without #
	}
	if !numbered {
		switch _, ok := slices.BinarySearch(html4Entities(), name); {
		// HTML 5 gives these two other characters than HTML 4
		case name == "lang":
			return "\u2329"
		case name == "rang":
			return "\u232a"
		case ok:
			return html.UnescapeString("&" + name + ";")
		}
		return ""
	}
	code, err := strconv.ParseInt(number, base, 32)
	switch {
	case err != nil, code < 0, !utf8.ValidRune(rune(code)):
		return ""
	case code >= 0x80 && code <= 0x9f:
		if r := charmap.Windows1252.DecodeByte(byte(code)); r != utf8.RuneError {
			return string(r)
		}
		return ""
	}
	return string(rune(code))
}
