package report

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/surrogate"
)

// A Linear is a sparse linear model of what a model says of texts by the words
// they have: the log-odds of a class, or where the model tells no probabilities
// the value that was explained.
type Linear struct {
	Class     string           `json:"class"`
	Intercept jsonfloat.Number `json:"intercept"`
	Terms     []Term           `json:"terms"` // strongest first
	Fidelity
}

// A Term is what a linear model adds for a text with a word.
type Term struct {
	Word        string           `json:"word"`
	Coefficient jsonfloat.Number `json:"coefficient"`
	Texts       int              `json:"texts"` // of those learned from that have it
}

// mostLinear is for how many classes linear models are made.
const mostLinear = 8

// linear learns a model for each class, of two for the second alone: words are
// chosen on the path of the lasso and their coefficients fitted by ridge.
func (l *training) linear(ctx context.Context, terms int) []Linear {
	if len(l.rows) < leastRows || len(l.words) == 0 {
		return nil
	}
	var names []string
	for _, p := range l.rows[0].Probabilities {
		names = append(names, p.Class)
	}
	switch len(names) {
	case 0:
		names = []string{l.rows[0].output(0)}
	case 2:
		names = names[1:]
	}
	var out []Linear
	for _, name := range names[:min(len(names), mostLinear)] {
		if ctx.Err() != nil {
			break
		}
		if m, ok := l.fit(name, terms); ok {
			out = append(out, m)
		}
	}
	return out
}

// said returns what the model says of a row about a class.
func said(d *digested, class string) float64 {
	its, others := 0.0, 0.0
	for _, p := range d.Probabilities {
		if p.Class == class {
			its += p.Probability
		} else {
			others += p.Probability
		}
	}
	if len(d.Probabilities) < 2 {
		return d.Full[d.chosen]
	}
	// A probability may be 0, whose logarithm is infinite.
	const least = 1e-300
	return math.Log(max(its, least)) - math.Log(max(others, least))
}

// fit learns the model of a class.
func (l *training) fit(class string, most int) (m Linear, ok bool) {
	sums := surrogate.NewMoments(len(l.words), 1)
	texts, values, weights := explain.NewCoalitions(len(l.words), len(l.learn)), []float64{}, []float64{}
	for _, i := range l.learn {
		texts.Append(l.texts.At(i))
		values, weights = append(values, said(l.rows[i], class)), append(weights, 1)
	}
	if err := sums.Add(texts, weights, values); err != nil {
		return m, false
	}
	n, err := sums.Normal()
	if err != nil {
		return m, false
	}
	// The lasso chooses well and shrinks what it chooses: coefficients are fitted
	// anew.
	chosen := n.LassoPath(0, most, 0)
	r, err := n.Ridge(chosen, 1)
	if err != nil {
		return m, false
	}
	coefficients := r.Coefficients(0)
	m = Linear{Class: class, Intercept: jsonfloat.Number(n.Intercept(0, coefficients))}
	for _, j := range chosen {
		m.Terms = append(m.Terms, Term{l.words[j], jsonfloat.Number(coefficients[j]), int(math.Round(n.Mean[j] * n.Weight))})
	}
	slices.SortFunc(m.Terms, func(a, b Term) int {
		return cmp.Or(cmp.Compare(math.Abs(float64(b.Coefficient)), math.Abs(float64(a.Coefficient))), cmp.Compare(a.Word, b.Word))
	})
	m.Fidelity = l.examine(class, float64(m.Intercept), coefficients)
	return m, true
}

// examine measures a linear model on the rows held out.
func (l *training) examine(class string, intercept float64, coefficients []float64) Fidelity {
	f := Fidelity{Learned: len(l.learn), HeldOut: len(l.heldOut)}
	mean, positive := 0.0, 0
	for _, i := range l.heldOut {
		y := said(l.rows[i], class)
		mean += y / float64(len(l.heldOut))
		if y > 0 {
			positive++
		}
	}
	residual, total, agree := 0.0, 0.0, 0
	for _, i := range l.heldOut {
		y, guess := said(l.rows[i], class), intercept
		for j := range l.texts.At(i).Players() {
			guess += coefficients[j]
		}
		residual += (y - guess) * (y - guess)
		total += (y - mean) * (y - mean)
		// Log-odds above zero mean that the class is likelier than all others
		// together: of two classes, that it is chosen.
		agree += truth(y > 0 == (guess > 0))
	}
	unknown := jsonfloat.Number(math.NaN())
	f.R2, f.Agreement, f.Chance = unknown, unknown, unknown
	if total > 0 {
		f.R2 = jsonfloat.Number(1 - residual/total)
	}
	if len(l.rows[0].Probabilities) > 0 && len(l.heldOut) > 0 {
		n := len(l.heldOut)
		f.Agreement, f.Chance = share(agree, n), share(max(positive, n-positive), n)
	}
	return f
}
