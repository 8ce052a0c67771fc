package command

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/render"
)

// errDiffers is the failure of a check whose finding has been printed already.
var errDiffers = errors.New("the explanation could not be confirmed")

// A verdict is how a saved explanation compares with one made anew.
type verdict struct {
	saved, again *explain.Explanation
	strict       bool
	faults       []string  // that no tolerance excuses
	notes        []string  // what else differs
	largest      float64   // difference of two numbers
	numbers      int       // compared
	unequal      int       // of them with other bits
	beyond       int       // scores apart by more than rounding and their errors allow
	rows         []mention // scores that are not the same bits
}

// A mention is a score that came out otherwise.
type mention struct {
	term                string
	output              string
	before, after, band float64
}

// rounding is how far values may be apart on another processor, of the largest of
// all: the models compute in float32.
const rounding = 1e-4

// compare goes by the saved explanation: first what the numbers are of, then the
// ends, then each score, with 1.96 standard errors of the difference allowed where
// both know theirs.
func (v *verdict) compare() {
	a, b := v.saved, v.again
	v.facts()
	// Without a common shape there is no number to hold against another.
	if len(a.Terms) != len(b.Terms) || len(a.Full) != len(b.Full) {
		v.faults = append(v.faults, fmt.Sprintf("%d terms of %d outputs, now %d of %d", len(a.Terms), len(a.Full), len(b.Terms), len(b.Full)))
		return
	}
	unit := 0.0
	for k := range a.Full {
		unit = max(unit, math.Abs(a.Full[k]), math.Abs(a.Baseline[k]), math.Abs(b.Full[k]))
		// Values of the ends are no estimates: nothing but rounding excuses a
		// difference.
		v.number("v(∅)", k, a.Baseline[k], b.Baseline[k], 0, unit)
		v.number("v(N)", k, a.Full[k], b.Full[k], 0, unit)
	}
	for i, t := range a.Terms {
		if !slices.Equal(t.Players, b.Terms[i].Players) {
			v.faults = append(v.faults, fmt.Sprintf("term %d is of players %v, now %v", i, t.Players, b.Terms[i].Players))
			continue
		}
		for k, s := range t.Score {
			band := normal95 * math.Hypot(t.Err[k], b.Terms[i].Err[k])
			v.number(nameOf(a, t), k, s, b.Terms[i].Score[k], band, unit)
		}
	}
}

// number compares a number with its like; band is what errors allow.
func (v *verdict) number(name string, k int, before, after, band float64, unit float64) {
	v.numbers++
	// Bits, not ==: NaN equals itself here, and zero is not minus zero.
	if math.Float64bits(before) == math.Float64bits(after) {
		return
	}
	v.unequal++
	apart := math.Abs(before - after)
	v.largest = max(v.largest, apart)
	if math.IsNaN(band) {
		band = 0
	}
	// Written so that a difference of NaN is beyond.
	if !(apart <= max(band, rounding*unit)) {
		v.beyond++
	}
	output := ""
	if k < len(v.saved.Outputs) {
		output = v.saved.Outputs[k]
	}
	v.rows = append(v.rows, mention{name, output, before, after, band})
}

// facts compares what the numbers are of.
func (v *verdict) facts() {
	a, b := v.saved, v.again
	for _, f := range []struct{ name, before, after string }{
		{"model", a.Subject.SHA256, b.Subject.SHA256},
		{"text", a.Subject.Text, b.Subject.Text},
		{"index", a.Index.String(), b.Index.String()},
		{"estimator", a.Estimator.Name, b.Estimator.Name},
		{"masker", a.Subject.Masker, b.Subject.Masker},
		{"scale", a.Subject.Scale, b.Subject.Scale},
		{"outputs", strings.Join(a.Outputs, ", "), strings.Join(b.Outputs, ", ")},
		{"players", playerTexts(a), playerTexts(b)},
	} {
		if f.before != f.after {
			v.faults = append(v.faults, fmt.Sprintf("%s: %q, now %q", f.name, f.before, f.after))
		}
	}
	if a.Version != b.Version {
		v.notes = append(v.notes, fmt.Sprintf("made by version %s, verified by %s", a.Version, b.Version))
	}
	if a.Evaluations != b.Evaluations {
		v.notes = append(v.notes, fmt.Sprintf("%d coalitions were valued, now %d", a.Evaluations, b.Evaluations))
	}
}

func playerTexts(x *explain.Explanation) string {
	var all []string
	for _, p := range x.Players {
		// With the place, since words recur.
		all = append(all, fmt.Sprintf("%s@%d", p.Text, p.Start))
	}
	return strings.Join(all, " ")
}

// nameOf names the players of a term.
func nameOf(x *explain.Explanation, t explain.Term) string {
	var names []string
	for _, p := range t.Players {
		name := x.Players[p].Text
		if name == "" {
			name = fmt.Sprint("player ", p)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return "constant"
	}
	return strings.Join(names, " × ")
}

func (v *verdict) failed() bool {
	return len(v.faults) > 0 || v.beyond > 0 || v.strict && v.unequal > 0
}

// outcome says it in a word.
func (v *verdict) outcome() string {
	switch {
	case len(v.faults) > 0 || v.beyond > 0:
		return "differs"
	case v.unequal == 0:
		return "same bits"
	}
	return "within errors and rounding"
}

// finding lists only what came out otherwise; where that is nothing the table is
// left out.
func (v *verdict) finding() *output.Finding {
	f := &output.Finding{Title: "Verified: " + v.outcome()}
	if v.failed() {
		f.Title = "Not verified: " + v.outcome()
	}
	f.Say("%s", subjectLine(v.saved))
	for _, fault := range v.faults {
		f.Say("%s", fault)
	}
	f.Say("%d of %d numbers have the same bits; the largest difference is %.3g.", v.numbers-v.unequal, v.numbers, v.largest)
	if v.beyond > 0 {
		f.Say("%s are further apart than rounding and their standard errors allow.", within(v.beyond, v.numbers, "numbers"))
	}
	for _, note := range v.notes {
		f.Say("%s", note)
	}
	f.Table("What came out otherwise", v.sheet())
	f.Data = struct {
		Schema  int              `json:"schema"`
		Outcome string           `json:"outcome"`
		Faults  []string         `json:"faults"`
		Notes   []string         `json:"notes"`
		Numbers int              `json:"numbers"`
		Unequal int              `json:"unequal"`
		Beyond  int              `json:"beyond"`
		Largest jsonfloat.Number `json:"largest_difference"`
	}{1, v.outcome(), append([]string{}, v.faults...), append([]string{}, v.notes...), v.numbers, v.unequal, v.beyond, jsonfloat.Number(v.largest)}
	return f
}

// sheet has a line for each number with other bits: the term and its output, the
// number saved and the one made now, their difference, and what the standard errors
// allow of it.
func (v *verdict) sheet() render.Sheet {
	s := render.Sheet{Heads: []string{"what", "of", "saved", "now", "difference", "allowed"}, Words: 2}
	for _, m := range v.rows {
		s.Rows = append(s.Rows, []string{m.term, m.output, output.Signed(m.before), output.Signed(m.after), fmt.Sprintf("%+.3g", m.after-m.before), fmt.Sprintf("%.3g", m.band)})
	}
	return s
}
