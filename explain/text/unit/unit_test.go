package unit

import (
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{" \t\n\u00a0\u3000", ""},
		{"The plot is thin, but fine.", "The|plot|is|thin|,|but|fine|."},
		{"don't dogs' it’s", "don't|dogs|'|it’s"},
		{"well-made state-of-the-art - bad--good 3-4", "well-made|state-of-the-art|-|bad|--|good|3-4"},
		{"the U.S. is. i.e. Mr. 3.50.", "the|U.S.|is|.|i.e.|Mr|.|3.50|."},
		{"wait... what?! no!! a.", "wait|...|what|?!|no|!!|a|."},
		{"nice :-) not :( or =D", "nice|:-)|not|:(|or|=|D"},
		{`("quoted").`, `(|"|quoted|"|)|.`},
		{"#winning @you a#b # C#", "#winning|@you|a|#|b|#|C|#"},
		{"$5 50% 1,000", "$|5|50|%|1,000"},
		{"👍👍 👩‍👩‍👧 🇩🇪🇫🇷", "👍|👍|👩‍👩‍👧|🇩🇪|🇫🇷"},
		{"电影很好看。", "电|影|很|好|看|。"},
		{"カタカナ", "カタカナ"},
		{"नमस्ते दुनिया", "नमस्ते|दुनिया"},
		{"слово Ünïcode cafe\u0301", "слово|Ünïcode|cafe\u0301"},
		{"snake_case __init__", "snake_case|__init__"},
	} {
		if got := strings.Join(cut(c.text, wordSpans(c.text)), "|"); got != c.want {
			t.Errorf("%q\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestSentencesAndRuns(t *testing.T) {
	const s = "It's thin.  Is it? Yes!\nA line\nand_one 4more"
	if got, want := cut(s, trimmed(s, sentenceSpans(s))), []string{"It's thin.", "Is it?", "Yes!", "A line", "and_one 4more"}; !slices.Equal(got, want) {
		t.Errorf("sentences %q, want %q", got, want)
	}
	if got, want := cut(s, runSpans(s)), strings.Fields("It s thin Is it Yes A line and_one 4more"); !slices.Equal(got, want) {
		t.Errorf("runs %q, want %q", got, want)
	}
}

func TestParagraphsAndItems(t *testing.T) {
	const s = "Intro line\ntwo\n\n- first\n  more\n  - nested\n- second\n\n\n1. one\nlazy\n\ttail"
	if got, want := strings.Join(cut(s, paragraphSpans(s)), "|"), "Intro line\ntwo|- first\n  more\n  - nested\n- second|1. one\nlazy\n\ttail"; got != want {
		t.Errorf("paragraphs %q, want %q", got, want)
	}
	if got, want := strings.Join(cut(s, itemSpans(s)), "|"), "Intro line|two|- first\n  more\n  - nested|- second|1. one\nlazy\n\ttail"; got != want {
		t.Errorf("items %q, want %q", got, want)
	}
}

// cut returns the parts of s.
func cut(s string, spans []explain.Span) []string {
	var out []string
	for _, p := range spans {
		out = append(out, s[p.Start:p.End])
	}
	return out
}

func TestNamesParse(t *testing.T) {
	for u := Words; u <= Items; u++ {
		if got, err := Parse(u.String()); err != nil || got != u {
			t.Errorf("Parse(%q) = %v, %v", u, got, err)
		}
	}
	for _, name := range []string{"", "words", "drop:x"} {
		if u, err := Parse(name); err == nil {
			t.Errorf("Parse(%q) = %v", name, u)
		}
	}
}

// TestUnitsOfMore: what a text alone does not tell is said to be so.
func TestUnitsOfMore(t *testing.T) {
	for _, u := range []Unit{Subwords, Custom, Items + 1} {
		if spans, err := u.Spans("a text"); err == nil || spans != nil {
			t.Errorf("%s: %v, no error", u, spans)
		}
	}
}
