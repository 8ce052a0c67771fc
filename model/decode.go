package model

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
)

// A stepper is a model at work on sequences that grow by a token at a time. It
// remembers what it has computed of them.
type stepper interface {
	// step appends a token to every sequence and writes the logits of the one
	// that follows to dst, a row of the vocabulary a sequence.
	step(ctx context.Context, dst []float32, tokens []int32) error
	// pick makes sequence i a copy of what was sequence from[i]. A sequence may
	// be picked many times or not at all.
	pick(from []int)
}

// A strand is a text in the making.
type strand struct {
	prompt   int     // number of the prompt
	sample   int     // number of the text among those of its prompt
	ids      []int32 // the prompt's tokens and those that were written
	begin    int     // where the prompt ends
	limit    int     // tokens at most
	atLimit  Finish  // why the text ends there
	logProbs []float64
	finish   Finish // "" while it goes on
	random   *rand.Rand
}

// A decoder makes texts of what a model finds likely.
type decoder struct {
	warper
	stopper
	vocabulary int
	scores     []float32 // scratch
}

func newDecoder(s *settings, vocabulary int, text func(ids []int32) string) *decoder {
	return &decoder{warper: warper{settings: s}, stopper: stopper{strings: s.stop, text: text}, vocabulary: vocabulary}
}

// strands returns the beginnings of all texts, those of a prompt together.
func (d *decoder) strands(prompts [][]int32, samples int) ([]*strand, error) {
	var all []*strand
	var errs []error
	for p, ids := range prompts {
		limit, reason, err := d.limit(len(ids))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for i := range samples {
			all = append(all, &strand{
				prompt: p, sample: i, ids: slices.Clone(ids), begin: len(ids), limit: limit, atLimit: reason,
				random: rand.New(rand.NewPCG(d.seed, uint64(i))),
			})
		}
	}
	return all, errors.Join(errs...)
}

// write makes all texts of all prompts. At first m has a sequence a prompt, and
// logits has its row.
func (d *decoder) write(ctx context.Context, m stepper, logits []float32, prompts [][]int32) ([][]Generation, error) {
	made := make([][]Generation, len(prompts))
	if d.Beams > 1 {
		strands, err := d.strands(prompts, 1)
		if err != nil {
			return nil, err
		}
		searches, err := d.search(ctx, m, logits, strands)
		if err != nil {
			return nil, err
		}
		for p, s := range searches {
			for _, b := range s.whole[:d.Samples] {
				if !b.whole {
					return nil, errNothing
				}
				made[p] = append(made[p], Generation{IDs: b.ids[s.begin:], LogProbs: b.logProbs, Score: float64(b.score), Finish: b.finish})
			}
		}
		return made, nil
	}
	strands, err := d.strands(prompts, d.Samples)
	if err != nil {
		return nil, err
	}
	if err := d.run(ctx, m, logits, strands, func(*strand) bool { return true }); err != nil {
		return nil, err
	}
	for _, s := range strands {
		made[s.prompt] = append(made[s.prompt], Generation{IDs: s.ids[s.begin:], LogProbs: s.logProbs, Finish: s.finish})
	}
	return made, nil
}

// errEnough ends decoding when nobody wants more of it.
var errEnough = errors.New("model: enough")

// run writes texts token by token: a likely or a random one each time. At first
// m has a sequence a prompt, and logits has its row. Each token is told to tell,
// which says whether to go on.
func (d *decoder) run(ctx context.Context, m stepper, logits []float32, strands []*strand, tell func(*strand) bool) error {
	rows := make([]int, len(strands)) // of each strand in logits
	for i, s := range strands {
		rows[i] = s.prompt
	}
	var tokens []int32
	for {
		tokens = tokens[:0]
		kept := rows[:0]
		going := strands[:0:0]
		for i, s := range strands {
			if err := d.extend(s, d.row(logits, rows[i])); err != nil {
				return err
			}
			if !tell(s) {
				return errEnough
			}
			if s.finish == "" {
				kept, going, tokens = append(kept, rows[i]), append(going, s), append(tokens, s.ids[len(s.ids)-1])
			}
		}
		if len(going) == 0 {
			return nil
		}
		m.pick(kept)
		logits = slices.Grow(logits[:0], len(going)*d.vocabulary)[:len(going)*d.vocabulary]
		if err := m.step(ctx, logits, tokens); err != nil {
			return err
		}
		strands, rows = going, kept
		for i := range rows {
			rows[i] = i
		}
	}
}

// row returns row i of a matrix of logits.
func (d *decoder) row(logits []float32, i int) []float32 {
	return logits[i*d.vocabulary:][:d.vocabulary]
}

// extend adds a token to s by the logits of all.
func (d *decoder) extend(s *strand, logits []float32) error {
	total := logSumExp(logits, -1)
	if math.IsNaN(total) || math.IsInf(total, 1) {
		return errNotFinite
	}
	d.scores = append(d.scores[:0], logits...)
	d.warp(d.scores, s.ids, s.begin, s.limit)
	var id int32
	if d.drawn {
		id = draw(d.scores, s.random.Float64())
	} else {
		id = largest(d.scores)
	}
	if d.scores[id] == minusInf {
		return errNothing
	}
	s.ids = append(s.ids, id)
	s.logProbs = append(s.logProbs, float64(logits[id])-total)
	s.finish = d.finished(s.ids, s.limit, s.atLimit)
	return nil
}

// What ends generation for good.
var (
	errNotFinite = errors.New("model: generate: the model's logits are no numbers")
	errNothing   = errors.New("model: generate: no token is left that may come next: too much is forbidden")
)

// finished returns why a text ends with its last token, "" if it does not.
func (d *decoder) finished(ids []int32, limit int, atLimit Finish) Finish {
	switch {
	case slices.Contains(d.Ends, ids[len(ids)-1]):
		return FinishEnd
	case d.stopped(ids):
		return FinishStop
	case len(ids) >= limit:
		return atLimit
	}
	return ""
}

// largest returns the place of the largest score, the first of equals.
func largest(scores []float32) int32 {
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	return int32(best)
}

// draw returns the place where the sum of probabilities, the softmax of
// scores, exceeds u, which is from 0 to 1.
func draw(scores []float32, u float64) int32 {
	last := largest(scores)
	top, sum := float64(scores[last]), 0.0
	for _, s := range scores {
		if s != minusInf {
			sum += math.Exp(float64(s) - top)
		}
	}
	u *= sum
	sum = 0
	for i, s := range scores {
		if s == minusInf {
			continue
		}
		if sum += math.Exp(float64(s) - top); sum > u {
			return int32(i)
		}
	}
	return last
}

// topK returns the places of the k largest scores, the largest first and of
// equals the first.
func topK(scores []float32, k int) []int {
	less := func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return a - b
	}
	best := make([]int, 0, k+1) // a heap, the least of them in front
	sift := func(i int) {
		for {
			child := 2*i + 1
			if child+1 < len(best) && less(best[child+1], best[child]) > 0 {
				child++
			}
			if child >= len(best) || less(best[child], best[i]) <= 0 {
				return
			}
			best[i], best[child] = best[child], best[i]
			i = child
		}
	}
	for i := range min(k, len(scores)) {
		best = append(best, i)
	}
	for i := len(best)/2 - 1; i >= 0; i-- {
		sift(i)
	}
	for i := k; i < len(scores); i++ {
		if scores[i] > scores[best[0]] {
			best[0] = i
			sift(0)
		}
	}
	slices.SortFunc(best, less)
	return best
}
