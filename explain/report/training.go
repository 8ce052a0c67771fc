package report

import (
	"math"
	"math/rand/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// A training is a set of rows of which a simple model learns: from the words that a text
// has, what the model says of it. Every fifth row is held out, to examine it.
type training struct {
	words    []string
	rows     []*digested
	texts    *explain.Coalitions // the words that each row has, but for rare ones
	learn    []int               // rows
	heldOut  []int
	classes  []string // that were chosen, most often first
	answered []int    // the class of each row
}

// heldOutShare is one in how many rows that is held out.
const heldOutShare = 5

// leastTexts is in how many rows a word must be for anything to be learned of it.
const leastTexts = 5

// leastRows is how many rows a training set needs.
const leastRows = 25

// newTraining parts the rows by a stream of its own, so that what is held out does
// not depend on how clusters were drawn.
func newTraining(v *vectors, seed uint64) *training {
	l := &training{words: v.words, rows: v.rows, texts: explain.NewCoalitions(len(v.words), len(v.rows))}
	having := v.having()
	for _, row := range v.scores {
		c := explain.NewCoalition(len(v.words))
		for j, score := range row {
			// What a word of one text does cannot be told from that text.
			if !math.IsNaN(score) && having[j] >= leastTexts {
				c.Add(j)
			}
		}
		l.texts.Append(c)
	}
	order := rand.New(rand.NewPCG(seed, streamHeldOut)).Perm(len(v.rows))
	n := len(order) / heldOutShare
	l.heldOut, l.learn = order[:n], order[n:]
	return l
}

// A Fidelity tells how well a simple model stands in for the model, on rows that
// it was not made of.
type Fidelity struct {
	Learned   int              `json:"learned"`   // rows
	HeldOut   int              `json:"held_out"`  // rows
	Agreement jsonfloat.Number `json:"agreement"` // share of them with the same class; NaN where there are no classes
	Chance    jsonfloat.Number `json:"chance"`    // the same of always naming the most frequent class
	R2        jsonfloat.Number `json:"r2"`        // of what it predicts, on the rows held out; NaN where it predicts classes only
}
