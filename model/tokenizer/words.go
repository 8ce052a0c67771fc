package tokenizer

import "unicode/utf8"

// A wordPattern is a pattern that matches every text from end to end: it returns where the match at the start of b
// ends. These are the patterns that most byte-level models cut text with, by hand for speed. Their \s+(?!\S) means
// that of white space before a word, the last character goes to the word.
// They must find what the regular expression finds, character for character.
type wordPattern func(b []byte) int

func (w wordPattern) matches(dst []cut, b []byte, _ *int) []cut {
	for i := 0; i < len(b); {
		end := i + max(1, w(b[i:]))
		dst = append(dst, cut{i, end})
		i = end
	}
	return dst
}

// knownWords are the patterns by their text, as files have it: GPT-2, GPT-4 and Llama 3, Qwen 2 and 3.
// A pattern that differs by one character is matched by package oniguruma.
var knownWords = map[string]wordPattern{
	`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`: gpt2Words,
	gpt4Pattern(`\p{N}{1,3}`): gpt4Words(3),
	gpt4Pattern(`\p{N}`):      gpt4Words(1),
}

// gpt4Pattern returns the pattern with that alternative for digits, the one place in which
// GPT-4's and Qwen's differ.
func gpt4Pattern(digits string) string {
	return `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|` + digits +
		`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
}

// A kind is what the patterns tell characters apart by.
// The order counts: kinds below spaceKind begin a word of their own kind.
type kind uint8

const (
	symbolKind kind = iota
	letterKind
	numberKind
	spaceKind
	lineKind // \r or \n
)

// kindOf goes by Unicode's classes L and N and by white space, of which line ends are apart.
func kindOf(r rune) kind {
	switch {
	case r < utf8.RuneSelf:
		return asciiKinds[r]
	case letterRunes.has(r):
		return letterKind
	case numberRunes.has(r):
		return numberKind
	case patternSpaceRunes.has(r):
		return spaceKind
	}
	return symbolKind
}

var asciiKinds = func() (kinds [utf8.RuneSelf]kind) {
	for i := range kinds {
		switch r := rune(i); {
		case r == '\r' || r == '\n':
			kinds[i] = lineKind
		case patternSpaceRunes.has(r):
			kinds[i] = spaceKind
		case isASCIILetter(r):
			kinds[i] = letterKind
		case r >= '0' && r <= '9':
			kinds[i] = numberKind
		}
	}
	return kinds
}()

// first returns the kind of the first character of b and its length, 0 for none.
func first(b []byte) (kind, int) {
	if len(b) == 0 {
		return symbolKind, 0
	}
	r, size := utf8.DecodeRune(b)
	return kindOf(r), size
}

// run returns the length of the run of at most limit characters of a kind that b starts with.
func run(b []byte, want kind, limit int) int {
	n := 0
	for ; limit > 0; limit-- {
		k, size := first(b[n:])
		if size == 0 || k != want {
			break
		}
		n += size
	}
	return n
}

const noLimit = int(^uint(0) >> 1)

// gpt2Words is GPT-2's pattern: contractions; letters, numbers or symbols with a space before them; white space.
func gpt2Words(b []byte) int {
	if n := contraction(b, false); n > 0 {
		return n
	}
	// the one space that may stand before a word
	space := 0
	if b[0] == ' ' {
		space = 1
	}
	if k, size := first(b[space:]); size > 0 && k < spaceKind {
		return space + run(b[space:], k, noLimit)
	}
	return blank(b, spaces(b))
}

// gpt4Words is the pattern of GPT-4 and Llama 3, with numbers cut into groups of up to digits: contractions in any
// case; letters with any one character before them but a line end; numbers; symbols with a space before and line
// ends behind; white space up to its last line end.
func gpt4Words(digits int) wordPattern {
	return func(b []byte) int {
		if n := contraction(b, true); n > 0 {
			return n
		}
		k, size := first(b)
		// the order of the cases is that of the alternatives in the pattern
		switch next, _ := first(b[size:]); {
		case k == letterKind:
			return run(b, k, noLimit)
		case k == numberKind:
			return run(b, k, digits)
		// [^\r\n\p{L}\p{N}]?\p{L}+: one character before the letters
		case k != lineKind && next == letterKind && len(b) > size:
			return size + run(b[size:], next, noLimit)
		// a symbol with a space before it:  ?[^\s\p{L}\p{N}]+[\r\n]*
		case k == symbolKind || b[0] == ' ' && next == symbolKind && len(b) > size:
			n := size + run(b[size:], symbolKind, noLimit)
			return n + run(b[n:], lineKind, noLimit)
		}
		end := spaces(b)
		// \s*[\r\n]+ comes before the other white space
		for n := end; n > 0; n-- {
			if b[n-1] == '\n' || b[n-1] == '\r' {
				return n
			}
		}
		return blank(b, end)
	}
}

// spaces returns the length of the white space that b starts with.
func spaces(b []byte) int {
	n := 0
	for {
		k, size := first(b[n:])
		if size == 0 || k < spaceKind {
			return n
		}
		n += size
	}
}

// blank returns how much of the white space b[:n] is a piece of its own: all but the last character when more
// text follows, but never nothing.
func blank(b []byte, n int) int {
	if n == len(b) {
		return n
	}
	_, last := utf8.DecodeLastRune(b[:n])
	if n > last {
		return n - last
	}
	return n
}

// contraction returns the length of the 's, 't, 're, 've, 'm, 'll or 'd that b starts with, 0 for none. In any
// case, s has a third form, the long ſ.
// Only a straight apostrophe counts, as in the patterns.
func contraction(b []byte, anyCase bool) int {
	if len(b) < 2 || b[0] != '\'' {
		return 0
	}
	if anyCase && len(b) > 2 && string(b[1:3]) == "ſ" {
		return 3
	}
	lower := func(c byte) byte {
		if anyCase && c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		return c
	}
	switch lower(b[1]) {
	case 's', 't', 'm', 'd':
		return 2
	}
	if len(b) > 2 {
		switch string([]byte{lower(b[1]), lower(b[2])}) {
		case "re", "ve", "ll":
			return 3
		}
	}
	return 0
}
