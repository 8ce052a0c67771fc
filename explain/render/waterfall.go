package render

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// TerminalWaterfall writes how the scores of each output lead from v(∅) to
// v(N), for a terminal or a plain text file: every bar begins where the one
// above it ends, dense where it raises the value and sparse where it lowers it.
// It shows the 25 strongest terms, or Options.Top, and the others as one.
func TerminalWaterfall(w io.Writer, x *explain.Explanation, o Options) error {
	if err := check(x); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintln(&b, wrap(headline(x), o.width()))
	outputs := byValue(x)
	slices.Sort(outputs)
	// All terms: each is in a bar of its own or in that of the others, so none is
	// left out.
	shown := rows(x, Options{})
	for _, k := range outputs {
		d := picturedOutput(x, k, o)
		fmt.Fprintf(&b, "\n%s\n", wrap(strings.Join(values(x, []int{k}), ""), o.width()))
		d.fall(&b, o)
	}
	fmt.Fprintln(&b)
	for _, line := range footer(x, shown, outputs) {
		fmt.Fprintln(&b, wrap(line, o.width()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// fall writes the rows of an output.
func (d pictured) fall(b *strings.Builder, o Options) {
	steps := d.steps()
	empty, full := d.Baseline[d.output], d.Full[d.output]
	f := formatFor(empty, full)
	names, numbers := []string{"v(∅)"}, []string{f.signed(empty)}
	for _, s := range steps {
		names, numbers = append(names, fit(s.name, max(6, o.width()*3/10))), append(numbers, s.number)
	}
	names, numbers = append(names, "v(N)"), append(numbers, f.signed(full))
	stub, right := widest(names), widest(numbers)
	track := max(8, min(o.width()-stub-right-5, 60))
	a := newAxis(0, float64(track-1), passed(d.Explanation, d.output, steps)...)
	column := func(v float64) int { return int(math.Round(a.at(v))) }
	for i, name := range names {
		bar := ""
		switch {
		case i == 0:
			bar = strings.Repeat(" ", column(empty)) + "│"
		case i == len(names)-1:
			bar = strings.Repeat(" ", column(full)) + "│"
		default:
			s := steps[i-1]
			bar = fallBar(column(s.from), column(s.to), s.score(), o.Colors)
		}
		fmt.Fprintf(b, " %s%s  %s%s  %s%s\n", name, strings.Repeat(" ", stub-width(name)),
			bar, strings.Repeat(" ", max(0, track-width(bar))), strings.Repeat(" ", right-width(numbers[i])), numbers[i])
	}
}

// fallBar draws a step between two columns; one that is too small for a column
// takes one.
func fallBar(from, to int, score float64, colors int) string {
	lowers, raises := palettes(colors)
	fill, code := "█", raises.bar
	if score < 0 {
		fill, code = "▒", lowers.bar
	}
	left, right := min(from, to), max(from, to)
	return strings.Repeat(" ", left) + painted(strings.Repeat(fill, max(1, right-left)), code)
}

func widest(cells []string) int {
	most := 0
	for _, s := range cells {
		most = max(most, width(s))
	}
	return most
}
