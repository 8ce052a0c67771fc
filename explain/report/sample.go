package report

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/lime"
)

// A sample is rows of a corpus, any of which is as likely in it as any other
// (Vitter 1985, algorithm R).
type sample struct {
	most int
	seen int
	rng  *rand.Rand
	rows []*digested
}

// The random streams of a report.
const (
	streamSample = iota + 1
	streamClusters
	streamHeldOut
)

func newSample(most int, seed uint64) *sample {
	return &sample{most: most, rng: rand.New(rand.NewPCG(seed, streamSample))}
}

func (s *sample) add(d *digested) {
	s.seen++
	if len(s.rows) < s.most {
		s.rows = append(s.rows, d)
		return
	}
	if at := s.rng.IntN(s.seen); at < s.most {
		s.rows[at] = d
	}
}

// report adds to a report what rests on the sample. When ctx ends, something is
// missing.
func (s *sample) report(ctx context.Context, r *Report, o Options) {
	// Which rows replace which in the sample is chance; what rests on their order
	// must not be.
	slices.SortFunc(s.rows, func(a, b *digested) int { return cmp.Compare(a.Row.Row, b.Row.Row) })
	r.Sampled = len(s.rows)
	var explanations []*explain.Explanation
	for _, d := range s.rows {
		explanations = append(explanations, d.Explanation())
	}
	for _, i := range lime.Pick(explanations, o.Texts, shownWords) {
		r.Texts = append(r.Texts, s.rows[i].text())
	}
	v := newVectors(s.rows)
	r.Clusters = clusters(ctx, v, o)
	teach := newTraining(v, o.Seed)
	r.Tree = teach.tree(ctx, o.Depth)
	r.Linear = teach.linear(ctx, o.Terms)
}

// vocabulary is how many words tell texts apart where all are needed at a time.
const vocabulary = 512

// vectors are rows by what the words of a small vocabulary do in them.
type vectors struct {
	rows   []*digested
	words  []string    // those with the largest sums of |score|
	scores [][]float64 // rows × words, for the class chosen; NaN where the row has no such word
}

// newVectors takes as vocabulary the words that move the model most in these rows,
// which bounds what clusters and distilled models cost.
func newVectors(rows []*digested) *vectors {
	sums := map[string]float64{}
	for _, d := range rows {
		for i, word := range d.words {
			sums[word] += math.Abs(d.score(i))
		}
	}
	v := &vectors{rows: rows}
	for word := range sums {
		v.words = append(v.words, word)
	}
	slices.SortFunc(v.words, func(a, b string) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b)) })
	v.words = v.words[:min(len(v.words), vocabulary)]
	column := map[string]int{}
	for i, word := range v.words {
		column[word] = i
	}
	for _, d := range rows {
		row := make([]float64, len(v.words))
		for i := range row {
			row[i] = math.NaN()
		}
		for i, word := range d.words {
			if at, ok := column[word]; ok {
				row[at] = d.score(i)
			}
		}
		v.scores = append(v.scores, row)
	}
	return v
}

// having returns how many rows have each word.
func (v *vectors) having() []int {
	counts := make([]int, len(v.words))
	for _, row := range v.scores {
		for j, score := range row {
			if !math.IsNaN(score) {
				counts[j]++
			}
		}
	}
	return counts
}
