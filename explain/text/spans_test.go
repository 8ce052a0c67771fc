package text

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text/unit"
)

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
		chars, _ := unit.Characters.Spans(s)
		for _, u := range []unit.Unit{unit.Words, unit.Sentences, unit.Characters, unit.Runs, unit.Paragraphs, unit.Items} {
			raw, err := (&Options{Unit: u}).units(s, nil)
			if err != nil {
				t.Fatal(err)
			}
			units := whole(chars, raw)
			if err := checkSpans(s, u.String(), units); err != nil {
				t.Fatal(err)
			}
			for _, c := range chars {
				lo, hi := touched(units, c)
				if hi-lo > 1 || hi-lo != 1 && u != unit.Runs {
					t.Fatalf("%q is in %d units of %ss %q", s[c.Start:c.End], hi-lo, u, cut(s, units))
				}
			}
		}
	})
}

func TestNamesParse(t *testing.T) {
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
	}
}
