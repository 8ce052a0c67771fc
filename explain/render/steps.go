package render

import (
	"fmt"
	"math"

	"github.com/whence-xai/whence/explain"
)

// A step is one of the terms that lead from v(∅) to v(N).
type step struct {
	name     string
	from, to float64
	told     string // the score with its interval
	number   string // the score as it stands beside a bar
}

func (s step) score() float64 { return s.to - s.from }

// steps returns how the scores of an output lead from v(∅) to v(N): the terms
// shown, the others together, and what no term has, where the scores do not add
// up to v(N).
func (d pictured) steps() []step {
	at := d.Baseline[d.output]
	var steps []step
	add := func(name string, score float64, told string, err float64) {
		steps = append(steps, step{name, at, at + score, told, d.number(score, err)})
		at += score
	}
	for _, r := range d.rows {
		add(d.name(r), r.Score[d.output], d.told(r), known(r.Err[d.output]))
	}
	if d.others > 0 {
		add(fmt.Sprint(d.others, " others"), d.rest, d.format.signed(d.rest), 0)
	}
	full := d.Full[d.output]
	// Indices such as Banzhaf's do not add up to v(N) − v(∅); what rounding leaves
	// is no step.
	if left := full - at; math.Abs(left) > 1e-9*max(math.Abs(full), math.Abs(at), 1e-300) && d.format.signed(left) != d.format.signed(0) {
		add("in no term", left, d.format.signed(left), 0)
	}
	return steps
}

// ends names v(∅) and v(N) with their values.
func (d pictured) ends() (empty, full string) {
	f := formatFor(d.Baseline[d.output], d.Full[d.output])
	return "v(∅) " + f.signed(d.Baseline[d.output]), "v(N) " + f.signed(d.Full[d.output])
}

// passed returns the values that steps pass.
func passed(x *explain.Explanation, k int, steps []step) []float64 {
	values := []float64{x.Baseline[k], x.Full[k]}
	for _, s := range steps {
		values = append(values, s.to)
	}
	return values
}
