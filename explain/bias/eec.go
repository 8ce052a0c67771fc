package bias

import (
	"errors"
	"io"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// EEC reads the Equity Evaluation Corpus (Kiritchenko & Mohammad 2018): a CSV
// file with Sentence, Template, Person, Gender, Race, Emotion word. A template
// with an emotion word makes a set on the axis "EEC gender", and another on "EEC
// race" of the sentences that have one.
func EEC(r io.Reader, name string) ([]*Set, error) {
	t, err := newTable(r, name, "Sentence", "Template", "Person", "Gender", "Race", "Emotion word")
	if err != nil {
		return nil, err
	}
	bySource := map[[2]string]*Set{}
	var sets []*Set
	for {
		c, err := t.next()
		if errors.Is(err, io.EOF) {
			return comparableSets(sets), nil
		}
		if err != nil {
			return nil, err
		}
		source := strings.TrimSpace(c[1] + " " + c[5])
		for _, of := range [][2]string{{"EEC gender", c[3]}, {"EEC race", c[4]}} {
			axis, group := of[0], of[1]
			// Sentences with "my mother" and its like tell no race.
			if group == "" {
				continue
			}
			s := bySource[[2]string{axis, source}]
			if s == nil {
				s = &Set{Axis: axis, Source: source}
				bySource[[2]string{axis, source}], sets = s, append(sets, s)
			}
			s.Variants = append(s.Variants, Variant{Group: group, Term: c[2], Text: c[0], Spans: known(find(c[0], c[2]))})
		}
	}
}

// comparableSets returns the sets that have two groups at least.
func comparableSets(sets []*Set) []*Set {
	var out []*Set
	for _, s := range sets {
		for _, v := range s.Variants {
			if v.Group != s.Variants[0].Group {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

// find returns where words stand in a sentence, in any case; nowhere is an empty
// span at its end.
func find(sentence, words string) explain.Span {
	i := strings.Index(strings.ToLower(sentence), strings.ToLower(words))
	if i < 0 || words == "" || i+len(words) > len(sentence) {
		return explain.Span{Start: len(sentence), End: len(sentence)}
	}
	return explain.Span{Start: i, End: i + len(words)}
}
