package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// A digested row has each word once: the sum of the scores of its occurrences
// for each output. Words are the same whatever their case.
type digested struct {
	*corpus.Row
	words  []string    // ascending
	scores [][]float64 // words × outputs
	chosen int         // the output that is the prediction's, 0 where none is
}

// digest sorts the words: a map has no order, and sums and samples must not depend
// on chance.
func digest(row *corpus.Row) *digested {
	sums := map[string][]float64{}
	for _, p := range row.Players {
		if len(p.Score) == 0 {
			continue
		}
		// One text may have a word often; counted each time, its occurrences would
		// not be independent, and intervals too narrow.
		word := strings.ToLower(p.Text)
		if sums[word] == nil {
			sums[word] = make([]float64, len(row.Full))
		}
		for k, v := range p.Score {
			sums[word][k] += v
		}
	}
	d := &digested{Row: row, chosen: max(slices.Index(row.Outputs, row.Prediction), 0)}
	for word := range sums {
		d.words = append(d.words, word)
	}
	slices.Sort(d.words)
	for _, word := range d.words {
		d.scores = append(d.scores, sums[word])
	}
	return d
}

// output returns the name of an output.
func (d *digested) output(k int) string {
	if k < len(d.Outputs) {
		return d.Outputs[k]
	}
	return ""
}

// score returns the score of word i for the class that was chosen.
func (d *digested) score(i int) float64 { return d.scores[i][d.chosen] }

// probability returns what the model gives the class it chose.
func (d *digested) probability() float64 {
	for _, p := range d.Probabilities {
		if p.Class == d.Prediction {
			return p.Probability
		}
	}
	return 0
}

// label returns the class that the label names: by its name in any case, or by
// its number among the model's classes; "" where it names none.
func (d *digested) label() string {
	for _, p := range d.Probabilities {
		if strings.EqualFold(p.Class, d.Label) {
			return p.Class
		}
	}
	// Published data sets label by number, in the order of the model's classes.
	if i, err := strconv.Atoi(d.Label); err == nil && i >= 0 && i < len(d.Probabilities) {
		return d.Probabilities[i].Class
	}
	return ""
}

// text returns the row with its strongest words.
func (d *digested) text() Text {
	t := Text{
		Row: d.Row.Row, ID: d.ID, Text: d.Text, Label: d.Label, Prediction: d.Prediction, Probability: jsonfloat.Number(d.probability()),
	}
	for i, word := range d.words {
		t.Words = append(t.Words, Score{word, jsonfloat.Number(d.score(i))})
	}
	slices.SortStableFunc(t.Words, func(a, b Score) int { return cmp.Compare(math.Abs(float64(b.Score)), math.Abs(float64(a.Score))) })
	t.Words = t.Words[:min(len(t.Words), shownWords)]
	t.Explanation, t.Output = d.Explanation(), d.chosen
	return t
}

// shownWords is how many words stand for a text or a cluster.
const shownWords = 6
