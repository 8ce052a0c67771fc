package command

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/render"
)

// results returns all metrics of an evaluation, those of stability last.
// The last two are not held against random orders or leave-one-out, for which every
// edited text and every random model would have to be explained in these ways as
// well.
func (e *evaluation) results() []metric.Result {
	unknown := math.NaN()
	out := e.judgement.Results
	if len(e.edits) > 0 {
		out = append(out, metric.Result{Name: "max-sensitivity to edits", Better: metric.Lower,
			Value: sensitivity(e.edits), Random: unknown, LeaveOneOut: unknown})
	}
	if len(e.redrawn) > 0 {
		sum := 0.0
		for _, r := range e.redrawn {
			sum += r / float64(len(e.redrawn))
		}
		out = append(out, metric.Result{Name: "likeness to random weights", Better: metric.Lower,
			Value: sum, Random: unknown, LeaveOneOut: unknown})
	}
	return out
}

// finding says it all to people and programs.
func (e *evaluation) finding() *output.Finding {
	x := e.x
	f := &output.Finding{Title: subjectLine(x), Data: e.data(), Long: longResults(e.results()), Chart: e.chart(), Facts: runFacts(x)}
	f.Table("", resultSheet(e.results()))
	if marked, err := render.MarkedText(x, 0); err == nil {
		f.Show("The explanation", marked)
	}
	f.Table("The probability as words go and come, the strongest first", e.curves())
	f.Table("Slight edits of the text", editSheet(e.edits, x.Full[0]))
	f.Say("%v by %s, %d coalitions; judged with %d more. ↑ higher is better, ↓ lower. Random: the mean over "+
		"the same scores in random orders; leave-one-out: v(N) − v(N∖i).", x.Index, x.Estimator.Name, x.Evaluations, e.asked)
	scale := "Comprehensiveness, sufficiency and areas are in probabilities; infidelity is in squares of " + x.Subject.Scale + "."
	if !e.probable {
		scale = "All values are logits: comprehensiveness, sufficiency and areas compare with nobody else's."
	}
	f.Say("%s", scale)
	if fit := e.judgement.Fit; fit != nil && !fit.HeldOut {
		f.Say("The additive fit is measured on all %d coalitions known.", fit.Coalitions)
	}
	if flips := e.flips(); flips > 0 {
		f.Say("After %d of %d edits the model decides otherwise; max-sensitivity leaves them out.", flips, len(e.edits))
	}
	return f
}

// flips counts the edits after which the model decides otherwise.
func (e *evaluation) flips() int {
	n := 0
	for _, edit := range e.edits {
		if edit.flips {
			n++
		}
	}
	return n
}

// arrow shows which way is better; metrics that only describe have none.
func arrow(d metric.Direction) string {
	switch d {
	case metric.Higher:
		return "↑"
	case metric.Lower:
		return "↓"
	}
	return ""
}

// resultSheet has a line a metric: which way is better, its value, the mean over
// random orders of the same scores, and its value for leave-one-out: a good
// explanation is better than both.
func resultSheet(results []metric.Result) render.Sheet {
	s := render.Sheet{Heads: []string{"metric", "better", "value", "random", "leave-one-out"}, Words: 2}
	for _, r := range results {
		s.Rows = append(s.Rows, []string{r.Name, arrow(r.Better), output.Short(r.Value), output.Short(r.Random), output.Short(r.LeaveOneOut)})
	}
	return s
}

// longResults is what CSV has of them.
func longResults(results []metric.Result) render.Sheet {
	s := render.Sheet{Heads: []string{"metric", "better", "value", "random", "leave_one_out"}, Words: 2}
	for i, r := range resultData(results) {
		v := results[i]
		s.Rows = append(s.Rows, []string{r.Name, r.Better, output.Exactly(v.Value), output.Exactly(v.Random), output.Exactly(v.LeaveOneOut)})
	}
	return s
}

// editSheet has a line an edit: its kind; what it changed; by how much the model's
// answer to the whole text moves; by how much the scores do, relative to their
// norm; and their rank correlation with those of the text as it was.
func editSheet(edits []edited, full float64) render.Sheet {
	s := render.Sheet{Heads: []string{"edit", "what", "v(N) moves by", "scores change by", "Spearman"}, Words: 2}
	for _, e := range edits {
		what := e.Detail
		if e.flips {
			what += " (decides otherwise)"
		}
		s.Rows = append(s.Rows, []string{e.Kind, what, output.Signed(e.full - full), output.Short(e.change), output.Short(e.spearman)})
	}
	return s
}

// chart is the curves as a picture.
func (e *evaluation) chart() *render.Chart {
	c := &render.Chart{Title: "As words go and come, the strongest first", X: "share of the words gone, or come", Y: "probability"}
	if !e.probable {
		c.Y = "logit"
	}
	for _, l := range []struct {
		name   string
		points []float64
	}{
		{"deletion", e.judgement.Deletion.Value}, {"insertion", e.judgement.Insertion.Value},
		{"random del.", e.judgement.Deletion.Random}, {"random ins.", e.judgement.Insertion.Random},
	} {
		x := make([]float64, len(l.points))
		for i := range x {
			// Point i is after i of the words; the first is of the whole text, or
			// of none of it.
			x[i] = float64(i) / float64(len(x)-1)
		}
		c.Lines = append(c.Lines, render.Line{Name: l.name, X: x, Y: l.points})
	}
	return c
}

// curves draws the curves as lines of blocks.
func (e *evaluation) curves() render.Sheet {
	s := render.Sheet{Heads: []string{"words", "by", "curve", "area"}, Words: 3}
	low, high := math.Inf(1), math.Inf(-1)
	all := []struct {
		name   string
		curves *metric.Curves
	}{{"deletion", &e.judgement.Deletion}, {"insertion", &e.judgement.Insertion}}
	for _, c := range all {
		for _, v := range c.curves.Value {
			low, high = min(low, v), max(high, v)
		}
	}
	// The whole range of probabilities, so that curves of different texts look
	// different only where they are; logits have no natural range but that of the
	// points.
	if e.probable {
		low, high = 0, 1
	}
	for _, c := range all {
		for _, side := range []struct {
			by     string
			points []float64
		}{{"scores", c.curves.Value}, {"random order", c.curves.Random}, {"leave-one-out", c.curves.LeaveOneOut}} {
			s.Rows = append(s.Rows, []string{c.name, side.by, sparkline(side.points, low, high), output.Short(metric.Area(side.points))})
		}
	}
	return s
}

// sparkline draws points as blocks between low and high, at most forty.
func sparkline(points []float64, low, high float64) string {
	const most, blocks = 40, "▁▂▃▄▅▆▇█"
	// As runes: a block has three bytes of UTF-8.
	levels := []rune(blocks)
	var b strings.Builder
	n := min(len(points), most)
	for i := range n {
		// Of more points than fit those at even steps, the first and the last among
		// them.
		v := points[i*(len(points)-1)/max(1, n-1)]
		at := 0.0
		if high > low { // else all points are the same, and as low as they are high
			at = (v - low) / (high - low) * float64(len(levels))
		}
		b.WriteRune(levels[int(max(0, min(at, float64(len(levels)-1))))])
	}
	return b.String()
}

// The parts of an evaluation as JSON has them; null is a value that is not defined.
type (
	resultJSON struct {
		Name        string           `json:"name"`
		Better      string           `json:"better,omitempty"` // "higher" or "lower"
		Value       jsonfloat.Number `json:"value"`
		Random      jsonfloat.Number `json:"random"`
		LeaveOneOut jsonfloat.Number `json:"leave_one_out"`
	}
	curvesJSON struct {
		Value       []jsonfloat.Number `json:"value"`
		Random      []jsonfloat.Number `json:"random"`
		LeaveOneOut []jsonfloat.Number `json:"leave_one_out"`
	}
	editJSON struct {
		Kind     string           `json:"kind"`
		What     string           `json:"what"`
		Text     string           `json:"text"`
		Full     jsonfloat.Number `json:"full"`
		Flips    bool             `json:"flips"`
		Change   jsonfloat.Number `json:"change"`
		Spearman jsonfloat.Number `json:"spearman"`
	}
)

// resultData is what JSON has of the metrics; what is not defined is null.
func resultData(results []metric.Result) []resultJSON {
	var out []resultJSON
	names := map[metric.Direction]string{metric.Higher: "higher", metric.Lower: "lower"}
	for _, r := range results {
		out = append(out, resultJSON{r.Name, names[r.Better], jsonfloat.Number(r.Value), jsonfloat.Number(r.Random), jsonfloat.Number(r.LeaveOneOut)})
	}
	return out
}

func curveData(c metric.Curves) curvesJSON {
	return curvesJSON{jsonfloat.Numbers(c.Value), jsonfloat.Numbers(c.Random), jsonfloat.Numbers(c.LeaveOneOut)}
}

// data is the evaluation as JSON has it, the explanation as render.JSON writes it.
func (e *evaluation) data() any {
	var edits []editJSON
	for _, x := range e.edits {
		edits = append(edits, editJSON{x.Kind, x.Detail, x.Text, jsonfloat.Number(x.full), x.flips, jsonfloat.Number(x.change), jsonfloat.Number(x.spearman)})
	}
	return struct {
		Schema      int                `json:"schema"`
		Metrics     []resultJSON       `json:"metrics"`
		Deletion    curvesJSON         `json:"deletion"`
		Insertion   curvesJSON         `json:"insertion"`
		Edits       []editJSON         `json:"edits,omitempty"`
		Redrawn     []jsonfloat.Number `json:"redrawn,omitempty"`
		Coalitions  int                `json:"coalitions"`
		Explanation json.RawMessage    `json:"explanation"`
	}{1, resultData(e.results()), curveData(e.judgement.Deletion), curveData(e.judgement.Insertion), edits, jsonfloat.Numbers(e.redrawn), e.asked, output.Embedded(e.x)}
}

// within says how many of a thing, as in "3 of 100 texts".
func within(n, of int, things string) string { return fmt.Sprintf("%d of %d %s", n, of, things) }
