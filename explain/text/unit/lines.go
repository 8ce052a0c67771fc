package unit

import (
	"regexp"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// paragraphSpans returns the runs of lines that are not blank.
func paragraphSpans(text string) []explain.Span {
	return blocks(text, func(_, line string) bool { return isSpace(line) })
}

// bullet begins an item of a list.
var bullet = regexp.MustCompile(`^\s*(?:[-*+•‣–]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s+\S`)

// itemSpans returns the items of lists and, outside of lists, the lines.
func itemSpans(text string) []explain.Span {
	return blocks(text, func(first, line string) bool {
		switch {
		// An item further indented belongs to the one above it.
		case isSpace(line), bullet.MatchString(line) && indentation(line) <= indentation(first):
			return true
		case bullet.MatchString(first):
			return false
		}
		return indentation(line) <= indentation(first)
	})
}

// blocks returns runs of lines of text, without the ends of their last lines. A
// line is not part of the run that begins with first where ends says so, and of
// no run where it is blank.
func blocks(text string, ends func(first, line string) bool) []explain.Span {
	var spans []explain.Span
	first, open := "", false
	at := 0
	for line := range strings.Lines(text) {
		body := strings.TrimRight(line, "\r\n")
		if open && !ends(first, body) {
			spans[len(spans)-1].End = at + len(body)
		} else if open = !isSpace(body); open {
			first = body
			spans = append(spans, explain.Span{Start: at, End: at + len(body)})
		}
		at += len(line)
	}
	return spans
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }
