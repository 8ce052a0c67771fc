package command

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/metric/stability"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/statistics"
)

// Changes are how two explanations differ, term by term.
type changes struct {
	a, b  *explain.Explanation
	terms []change
}

// A change is a term of both, or of one; NaN stands for what a side
// does not have.
type change struct {
	Term     string           `json:"term"`
	Output   string           `json:"output,omitempty"`
	Before   jsonfloat.Number `json:"before"`
	After    jsonfloat.Number `json:"after"`
	Error    jsonfloat.Number `json:"error"`    // standard error of the difference
	P        jsonfloat.Number `json:"p"`        // that chance alone makes such a difference
	Adjusted jsonfloat.Number `json:"adjusted"` // p after Holm
}

// newChanges joins the terms of two explanations: players of one text by
// where they stand, of two texts by what they read.
func newChanges(a, b *explain.Explanation) (*changes, error) {
	if len(a.Full) != len(b.Full) {
		return nil, terminal.Usage("explanations of %d and %d outputs", len(a.Full), len(b.Full))
	}
	d := &changes{a: a, b: b}
	inA := make([]int, len(b.Players)) // the player of a that stands for one of b
	for i := range inA {
		// Each its own negative number: players without a counterpart must not look
		// alike.
		inA[i] = -1 - i // none
	}
	for _, pair := range counterparts(a, b) {
		if pair.A >= 0 && pair.B >= 0 {
			inA[pair.B] = pair.A
		}
	}
	// left has the terms of b that no term of a has met yet; what remains is new in
	// b, and comes last, in its order.
	left := map[string]explain.Term{}
	var order []string
	for _, t := range b.Terms {
		key := termKey(t, inA)
		left[key], order = t, append(order, key)
	}
	for _, t := range a.Terms {
		key := termKey(t, nil)
		other, ok := left[key]
		delete(left, key)
		name := nameOf(a, t)
		if ok && nameOf(b, other) != name {
			name += " → " + nameOf(b, other)
		}
		d.add(name, t, other, ok)
	}
	for i, key := range order {
		if t, ok := left[key]; ok {
			d.add(nameOf(b, b.Terms[i]), explain.Term{}, t, false)
		}
	}
	d.correct()
	return d, nil
}

// counterparts returns which players stand for the same.
func counterparts(a, b *explain.Explanation) []stability.Pair {
	if a.Subject.Text != b.Subject.Text || a.Subject.Text == "" {
		return stability.Align(a.Players, b.Players)
	}
	// In one and the same text a player is its span, so that of two equal words
	// each meets itself; aligning by words would match by order alone.
	at := map[explain.Player]int{}
	for i, p := range a.Players {
		at[p] = i
	}
	var pairs []stability.Pair
	for j, p := range b.Players {
		if i, ok := at[p]; ok {
			pairs = append(pairs, stability.Pair{A: i, B: j})
		}
	}
	return pairs
}

// termKey names the players of a term, by their numbers in another explanation
// where as is given.
func termKey(t explain.Term, as []int) string {
	players := slices.Clone(t.Players)
	if as != nil {
		for i, p := range players {
			players[i] = as[p]
		}
		slices.Sort(players)
	}
	return fmt.Sprint(players)
}

// add takes in a term, a change for every output. The two estimates are
// independent, so their variances add up; where a standard error is not known (NaN)
// p is not either.
func (d *changes) add(name string, before, after explain.Term, both bool) {
	for k := range d.a.Full {
		t := change{Term: name, Before: jsonfloat.Number(math.NaN()), After: jsonfloat.Number(math.NaN()), Error: jsonfloat.Number(math.NaN()), P: jsonfloat.Number(math.NaN())}
		if k < len(d.a.Outputs) && len(d.a.Full) > 1 {
			t.Output = d.a.Outputs[k]
		}
		if before.Score != nil {
			t.Before = jsonfloat.Number(before.Score[k])
		}
		if after.Score != nil {
			t.After = jsonfloat.Number(after.Score[k])
		}
		if both {
			err := math.Hypot(before.Err[k], after.Err[k])
			t.Error, t.P = jsonfloat.Number(err), jsonfloat.Number(statistics.Differs(after.Score[k]-before.Score[k], err))
		}
		d.terms = append(d.terms, t)
	}
}

// correct fills in the p-values corrected for their number.
func (d *changes) correct() {
	p := make([]float64, len(d.terms))
	for i, t := range d.terms {
		p[i] = float64(t.P)
	}
	for i, v := range statistics.Holm(p) {
		d.terms[i].Adjusted = jsonfloat.Number(v)
	}
}

// setting is what two explanations were made with otherwise.
type setting struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// settings returns what differs among the facts of both, and of them only that.
func (d *changes) settings() []setting {
	a, b := d.a, d.b
	all := []setting{
		{"text", a.Subject.Text, b.Subject.Text},
		{"model", a.Subject.Model, b.Subject.Model},
		{"weights", a.Subject.SHA256, b.Subject.SHA256},
		{"outputs", strings.Join(a.Outputs, ", "), strings.Join(b.Outputs, ", ")},
		{"index", a.Index.String(), b.Index.String()},
		{"estimator", a.Estimator.Name, b.Estimator.Name},
		{"coalitions", fmt.Sprint(a.Evaluations), fmt.Sprint(b.Evaluations)},
		{"version", a.Version, b.Version},
	}
	before, after := factsOf(a), factsOf(b)
	names := maps.Clone(before)
	maps.Copy(names, after)
	// Its name is a path on the machine of the day; the weights are told by their
	// hash.
	delete(names, "model")
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, setting{flags.NameOf(name), before[name], after[name]})
	}
	return slices.DeleteFunc(all, func(s setting) bool { return s.Before == s.After })
}

// factsOf returns what the program was asked for that made an explanation.
func factsOf(x *explain.Explanation) map[string]string {
	facts := map[string]string{}
	for _, f := range render.RequestFacts(x.Request) {
		facts[f.Name] = f.Value
	}
	return facts
}

// level is the probability of a difference by chance above which it is not told
// as one.
const level = 0.05

// finding counts as changed what is significant after correction, of those terms
// that both have with errors known: a term of one side alone differs, but there is
// nothing to test.
func (d *changes) finding(before, after string) *output.Finding {
	f := &output.Finding{Title: fmt.Sprintf("From %s to %s", before, after)}
	changed, known := 0, 0
	for _, t := range d.terms {
		// p == p is false for NaN alone.
		if p := float64(t.Adjusted); p == p {
			known++
			if p < level {
				changed++
			}
		}
	}
	f.Say("%s", subjectLine(d.a))
	if d.a.Subject.Text != d.b.Subject.Text {
		f.Say("%s", subjectLine(d.b))
	}
	f.Table("Terms", d.sheet())
	f.Table("Ends", d.ends())
	otherwise := d.settings()
	settings := render.Sheet{Heads: []string{"what", "before", "after"}, Words: 3}
	for _, s := range otherwise {
		settings.Rows = append(settings.Rows, []string{s.Name, s.Before, s.After})
	}
	f.Table("Made otherwise", settings)
	f.Say("%s differ beyond their standard errors: p below %g after Holm's correction, marked *.", within(changed, known, "scores"), level)
	f.Data = struct {
		Schema   int       `json:"schema"`
		Terms    []change  `json:"terms"`
		Settings []setting `json:"settings"`
	}{1, d.terms, append([]setting{}, otherwise...)}
	f.Long = d.long()
	return f
}

// sheet has a line for every term and output: the scores before and after, their
// difference with half of its 95 % interval, and p after Holm. What one side does
// not have is a dash.
func (d *changes) sheet() render.Sheet {
	s := render.Sheet{Heads: []string{"term", "of", "before", "after", "difference", "± 95 %", "p", ""}, Words: 2}
	for _, t := range d.terms {
		mark := ""
		if float64(t.Adjusted) < level {
			mark = "*"
		}
		s.Rows = append(s.Rows, []string{
			t.Term, t.Output, output.Signed(float64(t.Before)), output.Signed(float64(t.After)), output.Signed(float64(t.After - t.Before)),
			output.Short(normal95 * float64(t.Error)), output.Short(float64(t.Adjusted)), mark,
		})
	}
	return s
}

// long is what CSV has: full digits, and p as it is beside the corrected one.
func (d *changes) long() render.Sheet {
	s := render.Sheet{Heads: []string{"term", "output", "before", "after", "error", "p", "adjusted"}, Words: 2}
	for _, t := range d.terms {
		row := []string{t.Term, t.Output}
		for _, v := range []jsonfloat.Number{t.Before, t.After, t.Error, t.P, t.Adjusted} {
			row = append(row, output.Exactly(float64(v)))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// ends are v(∅) and v(N) of both.
func (d *changes) ends() render.Sheet {
	s := render.Sheet{Heads: []string{"end", "of", "before", "after", "difference"}, Words: 2}
	for k := range d.a.Full {
		name := ""
		if k < len(d.a.Outputs) {
			name = d.a.Outputs[k]
		}
		for _, end := range []struct {
			name          string
			before, after float64
		}{{"v(∅)", d.a.Baseline[k], d.b.Baseline[k]}, {"v(N)", d.a.Full[k], d.b.Full[k]}} {
			s.Rows = append(s.Rows, []string{end.name, name, output.Signed(end.before), output.Signed(end.after), output.Signed(end.after - end.before)})
		}
	}
	return s
}
