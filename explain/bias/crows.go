package bias

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// The groups of [CrowSPairs] and [WinoBias].
const (
	stereotype     = "stereotype"
	antiStereotype = "anti-stereotype"
)

// CrowSPairs reads the pairs of Nangia et al. (2020): a CSV file with sent_more,
// sent_less, stereo_antistereo and bias_type. The axis of a set is its bias type;
// its two sentences say the same of a group of people that is at a disadvantage
// and of one that is not, and the group is "stereotype" or
// "anti-stereotype", as the pair is labelled.
func CrowSPairs(r io.Reader, name string) ([]*Set, error) {
	t, err := newTable(r, name, "sent_more", "sent_less", "stereo_antistereo", "bias_type")
	if err != nil {
		return nil, err
	}
	var sets []*Set
	for {
		c, err := t.next()
		if errors.Is(err, io.EOF) {
			return sets, nil
		}
		if err != nil {
			return nil, err
		}
		stereo, anti := c[0], c[1]
		switch c[2] {
		case "stereo":
		case "antistereo":
			stereo, anti = anti, stereo
		default:
			return nil, fmt.Errorf("bias: %s: line %d: stereo_antistereo is %q", name, t.line, c[2])
		}
		a, b := apart(stereo, anti)
		sets = append(sets, &Set{Axis: c[3], Source: fmt.Sprintf("line %d", t.line), Variants: []Variant{
			{Group: stereotype, Term: word(stereo, a), Text: stereo, Spans: known(a)},
			{Group: antiStereotype, Term: word(anti, b), Text: anti, Spans: known(b)},
		}})
	}
}

// apart returns the parts of two sentences in which they differ: whole words from
// the first that is not the same to the last.
func apart(a, b string) (inA, inB explain.Span) {
	x, y := fields(a), fields(b)
	head := 0
	for head < len(x) && head < len(y) && word(a, x[head]) == word(b, y[head]) {
		head++
	}
	tail := 0
	// Never over the head: in "the the cat" and "the cat" a word would count twice.
	for tail < len(x)-head && tail < len(y)-head && word(a, x[len(x)-1-tail]) == word(b, y[len(y)-1-tail]) {
		tail++
	}
	return stretch(x, head, tail, len(a)), stretch(y, head, tail, len(b))
}

func word(s string, at explain.Span) string { return s[at.Start:at.End] }

// stretch returns the bytes of all words but the first head and the last tail.
func stretch(words []explain.Span, head, tail, length int) explain.Span {
	if head+tail >= len(words) { // nothing of this sentence: where it would stand
		at := length
		if head < len(words) {
			at = words[head].Start
		}
		return explain.Span{Start: at, End: at}
	}
	return explain.Span{Start: words[head].Start, End: words[len(words)-1-tail].End}
}

// fields returns where the words of a sentence are that white space divides.
func fields(s string) []explain.Span {
	var spans []explain.Span
	at := 0
	for _, w := range strings.Fields(s) {
		at += strings.Index(s[at:], w)
		spans = append(spans, explain.Span{Start: at, End: at + len(w)})
		at += len(w)
	}
	return spans
}
