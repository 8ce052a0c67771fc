package text

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

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
	chars := characters(s)
	if got, want := cut(s, whole(chars, sentenceSpans(s))), []string{"It's thin.", "Is it?", "Yes!", "A line", "and_one 4more"}; !slices.Equal(got, want) {
		t.Errorf("sentences %q, want %q", got, want)
	}
	if got, want := cut(s, runSpans(s)), strings.Fields("It s thin Is it Yes A line and_one 4more"); !slices.Equal(got, want) {
		t.Errorf("runs %q, want %q", got, want)
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

// AnyText draws texts full of what breaks segmentation.
var AnyText = rapid.Custom(func(t *rapid.T) string {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{" ", " ", "\n", "\r\n", "word", "don't", "U.S.", "-", "...", "#", "电影", "👩‍👩‍👧", "🇩🇪", "e\u0301", "\u0301", "\u200d", "ไทย", "한국어", "\u0000", "unwatchable", "[MASK]", "[SEP]", "ſ", "İ"}),
		rapid.StringN(0, 4, -1),
	)
	return strings.ToValidUTF8(strings.Join(rapid.SliceOfN(part, 0, 30).Draw(t, "parts"), ""), "?")
})

// Every unit's spans ascend, begin and end at characters and, but for runs,
// leave out nothing but white space.
func TestUnitsCoverTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := AnyText.Draw(t, "text")
		chars := characters(s)
		for _, unit := range []Unit{Words, Sentences, Characters, Runs, Paragraphs, Items} {
			raw, err := (&Options{Unit: unit}).units(s, nil)
			if err != nil {
				t.Fatal(err)
			}
			units := whole(chars, raw)
			if err := checkSpans(s, unit.String(), units); err != nil {
				t.Fatal(err)
			}
			for _, c := range chars {
				lo, hi := touched(units, c)
				if hi-lo > 1 || hi-lo != 1 && unit != Runs {
					t.Fatalf("%q is in %d units of %ss %q", s[c.Start:c.End], hi-lo, unit, cut(s, units))
				}
			}
		}
	})
}

func TestNamesParse(t *testing.T) {
	for u := Words; u <= Items; u++ {
		if got, err := ParseUnit(u.String()); err != nil || got != u {
			t.Errorf("ParseUnit(%q) = %v, %v", u, got, err)
		}
	}
	for l := Refuse; l <= Window; l++ {
		if got, err := ParseLong(l.String()); err != nil || got != l {
			t.Errorf("ParseLong(%q) = %v, %v", l, got, err)
		}
	}
	for _, m := range []Masker{Replace{}, Replace{"<unk>"}, Collapse{}, Collapse{"a:b"}, Drop{}, Hide{}, Rewrite{}, Rewrite{"UNKWORDZ"}} {
		if got, err := ParseMasker(m.String()); err != nil || got != m {
			t.Errorf("ParseMasker(%q) = %v, %v", m, got, err)
		}
	}
	for _, name := range []string{"", "words", "replace:", "rewrite", "rewrite:", "drop:x"} {
		if m, err := ParseMasker(name); err == nil {
			t.Errorf("ParseMasker(%q) = %#v", name, m)
		}
		if u, err := ParseUnit(name); err == nil {
			t.Errorf("ParseUnit(%q) = %v", name, u)
		}
	}
}
