package render

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// Text writes the explained text with its words marked by sign and strength,
// once for every output: with color each marked word stands on orange (lowers)
// or blue (raises) behind its sign, without color in brackets behind one to
// three signs. Words below a twelfth of the strongest stay plain. The
// strongest interactions are listed below; parts that the model did not see
// stand in braces.
func Text(w io.Writer, x *explain.Explanation, o Options) error {
	if err := check(x); err != nil {
		return err
	}
	if x.Subject.Text == "" && len(x.Players) > 0 {
		return errors.New("render: the explanation is of a game without a text; a table can show it")
	}
	var b strings.Builder
	fmt.Fprintln(&b, wrap(headline(x), o.width()))
	outputs := make([]int, len(x.Full))
	for k := range outputs {
		outputs[k] = k
		fmt.Fprintf(&b, "\n%s\n%s\n", marked(x, k, o), legend(x, k))
		if line := pairLine(x, k); line != "" {
			fmt.Fprintln(&b, wrap(line, o.width()))
		}
	}
	fmt.Fprintln(&b)
	shown := rows(x, o)
	for _, line := range footer(x, shown, outputs) {
		fmt.Fprintln(&b, wrap(line, o.width()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// A mark says how a span of the text is to be shown.
type mark struct {
	explain.Span
	score float64
	level int // of strength, from 1; 0 for what the model did not see
}

// marked returns the text with the marks of an output.
// Marks that overlap the one before are left out: brackets and colors have no way
// to nest.
func marked(x *explain.Explanation, k int, o Options) string {
	lowers, raises := palettes(o.Colors)
	text := x.Subject.Text
	var b strings.Builder
	at := 0
	for _, m := range marks(x, k, o) {
		if m.Start < at {
			continue
		}
		b.WriteString(inline(text[at:m.Start]))
		word := inline(text[m.Start:m.End])
		at = m.End
		switch {
		case m.level == 0:
			fmt.Fprintf(&b, "{not seen: %s}", word)
		case o.Colors == 0:
			fmt.Fprintf(&b, "[%s %s]", strings.Repeat(sign(m.score), m.level), word)
		case m.score < 0:
			b.WriteString(painted(sign(m.score)+word, lowers.patch[m.level-1]))
		default:
			b.WriteString(painted(sign(m.score)+word, raises.patch[m.level-1]))
		}
	}
	b.WriteString(inline(text[at:]))
	return b.String()
}

func sign(v float64) string {
	if v < 0 {
		return "-"
	}
	return "+"
}

// marks returns what is to be marked for an output, in the order of the text.
func marks(x *explain.Explanation, k int, o Options) []mark {
	o.ByScore = false
	largest := 0.0
	for _, t := range x.Attributions() {
		largest = max(largest, math.Abs(t.Score[k]))
	}
	var marks []mark
	for _, r := range rows(x, o) {
		// Top chooses among all terms; of those chosen only single players can be
		// marked.
		if len(r.Players) != 1 || largest == 0 {
			continue
		}
		p, share := x.Players[r.Players[0]], math.Abs(r.Score[k])/largest
		if level := int(math.Ceil(share * levels)); share >= 1./12 && p.Start < p.End {
			marks = append(marks, mark{explain.Span{Start: p.Start, End: p.End}, r.Score[k], level})
		}
	}
	for _, u := range x.Subject.Unseen {
		marks = append(marks, mark{Span: u})
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.Start, b.Start) })
	return marks
}

// legend says what the marks mean.
func legend(x *explain.Explanation, k int) string {
	largest := 0.0
	for _, t := range x.Attributions() {
		largest = max(largest, math.Abs(t.Score[k]))
	}
	what := quantity(x, k)
	if what == "" {
		what = "the value"
	}
	return fmt.Sprintf("(+ raises, - lowers %s; the strongest by %s)", what, formatFor(largest).unsigned(largest))
}
