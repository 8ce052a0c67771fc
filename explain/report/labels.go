package report

import (
	"cmp"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain/jsonfloat"
)

// Labels is how the model's choices compare with the labels of a corpus.
type Labels struct {
	Labeled   int         `json:"labeled"`
	Right     int         `json:"right"`
	Unknown   int         `json:"unknown"` // rows with a label that is no class
	Confusion []Confusion `json:"confusion,omitempty"`
	Words     []ErrorWord `json:"words,omitempty"`  // that drove errors, most first
	Errors    []Text      `json:"errors,omitempty"` // of which the model was surest, first the surest

	unknown string // one such label
}

// Accuracy returns the share of labeled rows that the model got right, and its
// interval at 95 % (Wilson 1927).
func (l *Labels) Accuracy() (share, low, high float64) {
	n, p := float64(l.Labeled), float64(l.Right)/float64(l.Labeled)
	const z = 1.959964
	// Unlike p ± z√(p(1−p)/n) it stays within 0 and 1, and is no point where p is
	// 1.
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return p, middle - half, middle + half
}

// A Confusion counts rows of a class for which the model chose a class.
type Confusion struct {
	Label      string `json:"label"`
	Prediction string `json:"prediction"`
	Rows       int    `json:"rows"`
}

// An ErrorWord is what a word did for a class in the texts for which it was
// chosen wrongly, beside what it does in all.
type ErrorWord struct {
	Class   string           `json:"class"`
	Word    string           `json:"word"`
	Errors  int              `json:"errors"`  // texts with the word for which the class was chosen wrongly
	Mean    jsonfloat.Number `json:"mean"`    // score in them
	Total   jsonfloat.Number `json:"total"`   // sum of the scores in them
	Overall jsonfloat.Number `json:"overall"` // mean score in all texts; NaN where it is not known
}

// labels gathers [Labels].
type labels struct {
	Labels
	most      int
	confusion map[Confusion]int
	wrong     *tally
}

func newLabels(o Options) *labels {
	return &labels{most: o.Texts, confusion: map[Confusion]int{}, wrong: newTally(o.Words)}
}

// add looks at rows that have a label and a model that chooses classes; others say
// nothing of errors.
func (l *labels) add(d *digested) {
	if d.Label == "" || d.Prediction == "" {
		return
	}
	label := d.label()
	if label == "" {
		l.Unknown++
		l.unknown = cmp.Or(l.unknown, d.Label)
		return
	}
	l.Labeled++
	l.confusion[Confusion{Label: label, Prediction: d.Prediction}]++
	if label == d.Prediction {
		l.Right++
		return
	}
	for i, word := range d.words {
		l.wrong.add(d.output(d.chosen), word, d.score(i))
	}
	l.wrong.trim()
	// Errors descend by probability; a new one goes behind those as sure as it.
	at, _ := slices.BinarySearchFunc(l.Errors, d.probability(), func(t Text, p float64) int {
		if float64(t.Probability) >= p {
			return -1
		}
		return 1
	})
	if at < l.most {
		l.Errors = slices.Insert(l.Errors, at, d.text())
		l.Errors = l.Errors[:min(len(l.Errors), l.most)]
	}
}

// finish returns what was gathered; all tells what words do in all texts.
func (l *labels) finish(all *tally) Labels {
	for c, n := range l.confusion {
		c.Rows = n
		l.Confusion = append(l.Confusion, c)
	}
	slices.SortFunc(l.Confusion, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Prediction, b.Prediction))
	})
	for key, c := range l.wrong.counts {
		w := ErrorWord{Class: key.class, Word: key.name, Errors: c.n, Mean: jsonfloat.Number(c.mean), Total: jsonfloat.Number(c.mean * float64(c.n)), Overall: jsonfloat.Number(math.NaN())}
		if o := all.counts[key]; o != nil {
			w.Overall = jsonfloat.Number(o.mean)
		}
		l.Words = append(l.Words, w)
	}
	slices.SortFunc(l.Words, func(a, b ErrorWord) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Word, b.Word))
	})
	return l.Labels
}
