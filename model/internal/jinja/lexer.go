package jinja

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word of a template.
// The text of a number is without the underscores that it may be written with, and
// that of a sign or a name is as it stands.
type token struct {
	sort tokenSort
	text string // of a string its value
	line int
}

type tokenSort int

const (
	endOfSource tokenSort = iota
	dataToken             // what stands outside of all braces
	beginPrint            // {{
	endPrint
	beginBlock // {%
	endBlock
	nameToken
	stringToken
	integerToken
	floatToken
	signToken // operators and punctuation
)

// A lexer cuts a template into tokens, by the rules that jinja2 has for the
// white space around braces, with trim_blocks and lstrip_blocks.
// The rules are those of jinja2 3.1.6, lexer.py. A regular expression of
// alternatives does it there; here every kind of brace has a function, since Go's
// regular expressions have no look-behind.
type lexer struct {
	src string
	// at is the offset of the first byte that is in no token yet.
	at int
	// line is that byte's, counted from 1.
	line   int
	tokens []token
}

// lex cuts a whole source. All ends of lines count as one newline, and the last one
// of the source is no part of the template (jinja2's keep_trailing_newline is off).
func lex(source string) []token {
	source = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source)
	l := &lexer{src: strings.TrimSuffix(source, "\n"), line: 1}
	for l.data() {
	}
	l.emit(endOfSource, "")
	return l.tokens
}

func (l *lexer) emit(sort tokenSort, text string) {
	l.tokens = append(l.tokens, token{sort, text, l.line})
}

// skip goes on by n bytes.
// Lines are counted in what is skipped, so that each byte is looked at once.
func (l *lexer) skip(n int) {
	l.line += strings.Count(l.src[l.at:l.at+n], "\n")
	l.at += n
}

func (l *lexer) rest() string { return l.src[l.at:] }

var (
	// {% raw %} is looked for before anything else: between it and {% endraw %}, braces
	// are text. A minus takes all white space on its side along, as with other blocks.
	rawBegin = regexp.MustCompile(`^\{%[-+]?` + space + `*raw` + space + `*(-%\}` + space + `*|%\})`)
	rawEnd   = regexp.MustCompile(`\{%[-+]?` + space + `*endraw` + space + `*(\+%\}|-%\}` + space + `*|%\}\n?)`)
)

// space is Python's white space, as a class.
// Go's \s has neither \v nor anything beyond ASCII, and Python's takes the
// separators 0x1c to 0x1f for white space too.
const space = `[\s\v\x{1c}-\x{1f}\x{85}\p{Z}]`

// data reads what stands before the next braces, and them. At the end of the
// source it returns false.
func (l *lexer) data() bool {
	n := l.next()
	if n < 0 {
		if l.rest() != "" {
			l.emit(dataToken, l.rest())
		}
		return false
	}
	opens := l.rest()[n : n+2]
	// lstrip_blocks is for blocks and comments: what {{ prints is part of its line
	l.before(n, opens != "{{")
	switch begin := rawBegin.FindString(l.rest()); {
	case begin != "":
		l.skip(len(begin))
		end := rawEnd.FindStringIndex(l.rest())
		if end == nil {
			panic(at(l.line, "{%% raw %%} without {%% endraw %%}"))
		}
		l.before(end[0], true)
		l.skip(end[1] - end[0])
	case opens == "{#":
		l.comment()
	case opens == "{{":
		l.skip(2 + sign(l.rest()[2:]))
		l.inside(beginPrint, endPrint, "}}")
	default:
		l.skip(2 + sign(l.rest()[2:]))
		l.inside(beginBlock, endBlock, "%}")
	}
	return true
}

// next returns how far it is to the next opening braces, -1 for none.
// A brace alone is text.
func (l *lexer) next() int {
	rest := l.rest()
	for n := 0; ; n++ {
		i := strings.IndexByte(rest[n:], '{')
		if i < 0 || n+i+1 == len(rest) {
			return -1
		}
		if n += i; strings.IndexByte("{%#", rest[n+1]) >= 0 {
			return n
		}
	}
}

// sign returns 1 where the text begins with a sign that rules white space.
func sign(rest string) int {
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		return 1
	}
	return 0
}

// before emits the n bytes before braces, without the white space that these
// take: all behind a minus, and the indent of a block or comment that begins
// its line, unless there is a plus.
// In jinja2's words: a minus strips, a plus turns lstrip_blocks off, and
// lstrip_blocks takes the indent.
func (l *lexer) before(n int, block bool) {
	text, rules := l.rest()[:n], byte(0)
	if braces := l.rest()[n+2:]; sign(braces) == 1 {
		rules = braces[0]
	}
	switch start := strings.LastIndexByte(text, '\n') + 1; {
	case rules == '-':
		text = strings.TrimRightFunc(text, isSpace)
	case rules == '+' || !block:
	// the line began before the last braces, so that this is no indent
	case start == 0 && l.at > 0 && l.src[l.at-1] != '\n':
	case strings.TrimLeftFunc(text[start:], isSpace) == "":
		text = text[:start]
	}
	if text != "" {
		l.emit(dataToken, text)
	}
	l.skip(n)
}

// comment skips {# … #}, with the white space around it by the rules of a block.
func (l *lexer) comment() {
	l.skip(2 + sign(l.rest()[2:]))
	n := strings.Index(l.rest(), "#}")
	if n < 0 {
		panic(at(l.line, "{# without #}"))
	}
	// the byte before the closing braces, if it belongs to them
	rules := "#"
	if n > 0 {
		rules = l.rest()[n-1:]
	}
	l.skip(n)
	l.closed(rules, true)
}

// closed skips closing braces, of which the sign before them is the first byte
// of text, and the white space that they take.
func (l *lexer) closed(text string, block bool) {
	l.skip(2)
	switch rest := l.rest(); {
	case text[0] == '-':
		l.skip(len(rest) - len(strings.TrimLeftFunc(rest, isSpace)))
	// trim_blocks: the first newline behind a block or a comment goes
	case text[0] != '+' && block && strings.HasPrefix(rest, "\n"):
		l.skip(1)
	}
}

// signs are the operators, longer ones before those that they begin with.
var signs = []string{"//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"}

var closing = map[string]string{"(": ")", "[": "]", "{": "}"}

// inside reads the tokens between braces.
func (l *lexer) inside(begin, end tokenSort, braces string) {
	l.emit(begin, "")
	first := l.line
	var open []string // brackets that are still to be closed
	for {
		l.skip(len(l.rest()) - len(strings.TrimLeftFunc(l.rest(), isSpace)))
		rest := l.rest()
		if rest == "" {
			panic(at(first, "unexpected end of template: %s is missing", braces))
		}
		// inside brackets, }} closes two dicts and does not end the expression
		if n := closes(rest, braces); n > 0 && len(open) == 0 {
			l.emit(end, "")
			l.skip(n - 2)
			l.closed(rest, end == endBlock)
			return
		}
		if l.word(rest) {
			continue
		}
		s := l.sign(rest)
		switch {
		case closing[s] != "":
			open = append(open, closing[s])
		case s == ")" || s == "]" || s == "}":
			if len(open) == 0 || open[len(open)-1] != s {
				panic(at(l.line, "unexpected %q", s))
			}
			open = open[:len(open)-1]
		}
	}
}

// closes returns the length of the closing braces that text begins with.
func closes(text, braces string) int {
	switch {
	case strings.HasPrefix(text, braces):
		return 2
	case text[0] == '-' && strings.HasPrefix(text[1:], braces), text[0] == '+' && braces == "%}" && strings.HasPrefix(text[1:], braces):
		return 3
	}
	return 0
}

// sign reads an operator; any other character here is a fault.
func (l *lexer) sign(rest string) string {
	for _, s := range signs {
		if strings.HasPrefix(rest, s) {
			l.emit(signToken, s)
			l.skip(len(s))
			return s
		}
	}
	c, _ := utf8.DecodeRuneInString(rest)
	panic(at(l.line, "unexpected %q", c))
}

var (
	// jinja2's float_re and integer_re, which are Python's grammar of numbers without
	// the forms that begin or end with a point
	floatWord   = regexp.MustCompile(`^(\d+_)*\d+((\.(\d+_)*\d+)?[eE][+-]?(\d+_)*\d+|\.(\d+_)*\d+)`)
	integerWord = regexp.MustCompile(`^(0[bB](_?[01])+|0[oO](_?[0-7])+|0[xX](_?[\da-fA-F])+|[1-9](_?\d)*|0(_?0)*)`)
	stringWord  = regexp.MustCompile(`(?s)^('([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)")`)
)

// word reads a number, a string or a name.
func (l *lexer) word(rest string) bool {
	c := rest[0]
	sort, s, text := nameToken, "", ""
	switch {
	case c == '\'' || c == '"':
		if s = stringWord.FindString(rest); s != "" {
			// without its quotes, and by its escapes
			sort, text = stringToken, unescape(s[1:len(s)-1], l.line)
		}
	case c >= '0' && c <= '9':
		// behind a point, 1.2 is two subscripts: a.1.2 is item 2 of item 1
		if sort, s = floatToken, floatWord.FindString(rest); s == "" || l.src[l.at-1] == '.' {
			sort, s = integerToken, integerWord.FindString(rest)
		}
		text = strings.ReplaceAll(s, "_", "")
	default:
		s = name(rest)
		text = s
	}
	if s == "" {
		return false
	}
	l.emit(sort, text)
	l.skip(len(s))
	return true
}

// name returns the name that a text begins with, "" for none.
// Python's identifiers are wider in theory (XID_Start, XID_Continue); letters,
// marks and digits are those that anybody has used.
func name(text string) string {
	for i, c := range text {
		if c != '_' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c) && !unicode.IsMark(c)) {
			return text[:i]
		}
	}
	return text
}

// isSpace reports what Python takes for white space.
func isSpace(c rune) bool { return unicode.IsSpace(c) || c >= 0x1c && c <= 0x1f }
