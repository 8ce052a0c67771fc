package report

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/whence-xai/whence/explain/jsonfloat"
)

// A Word is what a word does in the texts that have it, to one class. All
// occurrences in a text count as one, with their sum.
type Word struct {
	Class     string           `json:"class"` // the output that it moves
	Word      string           `json:"word"`  // in lower case
	Texts     int              `json:"texts"`
	Mean      jsonfloat.Number `json:"mean"` // score
	Low       jsonfloat.Number `json:"low"`
	High      jsonfloat.Number `json:"high"`       // of the mean, at 95 %; NaN where the word is in one text only
	MeanAbs   jsonfloat.Number `json:"mean_abs"`   // mean |score|
	AbsMargin jsonfloat.Number `json:"abs_margin"` // half the interval of MeanAbs at 95 %; NaN likewise
}

// A moment is the running mean and variance of scores (Welford 1962).
type moment struct {
	n        int
	mean, m2 float64
	abs, a2  float64
}

// add keeps two means and sums of squares: of the scores and of their sizes.
func (m *moment) add(v float64) {
	m.n++
	d := v - m.mean
	m.mean += d / float64(m.n)
	m.m2 += d * (v - m.mean)
	d = math.Abs(v) - m.abs
	m.abs += d / float64(m.n)
	m.a2 += d * (math.Abs(v) - m.abs)
}

// margin returns half the interval of a mean at 95 % (Student's t), where m2 is
// the sum of squares about it.
func margin(n int, m2 float64) float64 {
	if n < 2 {
		return math.NaN()
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975)
	return t * math.Sqrt(m2/float64(n-1)/float64(n))
}

type wordKey struct{ class, name string }

// A tally counts words in memory that is bounded (lossy counting, Manku & Motwani
// 2002): when there are too many, those in the fewest texts go.
type tally struct {
	most   int
	missed int // a word that is counted may have been in so many more texts
	counts map[wordKey]*counter
}

type counter struct {
	moment
	missed int // texts that it may have been in before it was counted
}

func newTally(most int) *tally { return &tally{most: most, counts: map[wordKey]*counter{}} }

// add counts a text with a word. After all words of a text call trim.
func (t *tally) add(class, word string, score float64) {
	key := wordKey{class, word}
	c := t.counts[key]
	if c == nil {
		c = &counter{missed: t.missed}
		t.counts[key] = c
	}
	c.add(score)
}

// trim forgets words where there are too many.
func (t *tally) trim() {
	// The bound on what is missed rises by one a round, and all go whose count it
	// could explain: what is left has been undercounted by missed at most.
	for len(t.counts) > t.most {
		t.missed++
		for key, c := range t.counts {
			if c.n+c.missed <= t.missed {
				delete(t.counts, key)
			}
		}
	}
}

// addAll counts all words of a row for all outputs.
func (t *tally) addAll(d *digested) {
	for i, word := range d.words {
		for k, score := range d.scores[i] {
			t.add(d.output(k), word, score)
		}
	}
	t.trim()
}

// words returns what was counted, the words that move most first.
func (t *tally) words() []Word {
	words := make([]Word, 0, len(t.counts))
	for key, c := range t.counts {
		words = append(words, key.word(&c.moment))
	}
	slices.SortFunc(words, func(a, b Word) int {
		return cmp.Or(cmp.Compare(jsonfloat.Number(b.Texts)*b.MeanAbs, jsonfloat.Number(a.Texts)*a.MeanAbs), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Word, b.Word))
	})
	return words
}

// word returns what is known of a word.
func (k wordKey) word(m *moment) Word {
	e := margin(m.n, m.m2)
	return Word{
		Class: k.class, Word: k.name, Texts: m.n, Mean: jsonfloat.Number(m.mean), Low: jsonfloat.Number(m.mean - e), High: jsonfloat.Number(m.mean + e),
		MeanAbs: jsonfloat.Number(m.abs), AbsMargin: jsonfloat.Number(margin(m.n, m.a2)),
	}
}
