package decode

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// A beam is a text, perhaps in the making, and what it is worth.
// ids has the prompt as well, and logProbs is of what was written only.
type beam struct {
	ids      []int32
	logProbs []float64
	score    float32 // log-probability; once whole, by its length
	from     int     // which beam it continues
	finish   string  // "" while it goes on
	whole    bool
}

// hopeless is so much less than any score that it stands for none, as in
// transformers: it leaves an order among what has it.
const hopeless = -1e9

// A search is the beam search for the texts of one prompt: of every beam and
// every token after it the best are followed, and those that end are kept.
// It is transformers' _beam_search (generation/utils.py, 5.23.0), with one prompt's
// beams for themselves: those of several go through the model together.
type search struct {
	*Decoder
	sequence
	running   []beam // the best first
	whole     []beam // the best first, at first placeholders
	improving bool
	done      bool
	flat      []float32 // scratch: scores of all tokens after all beams
}

// newSearch begins with the prompt as every beam. All but the first are hopeless, so
// that the first step takes the best tokens after one beam and not the best token
// several times.
func (d *Decoder) newSearch(s *sequence) *search {
	x := &search{Decoder: d, sequence: *s, improving: true}
	for i := range d.Beams {
		b := beam{ids: s.ids, score: hopeless}
		x.whole = append(x.whole, b)
		if i == 0 {
			b.score = 0 // all beams are the same at first
		}
		x.running = append(x.running, b)
	}
	return x
}

// search looks for the best texts of every prompt, whose beginnings are
// sequences, and returns the searches. At first m has a sequence a prompt, and
// logits has its row.
// Searches that are done leave the batch, so that the others' rows move up.
func (d *Decoder) search(ctx context.Context, m Stepper, logits []float32, sequences []*sequence) ([]*search, error) {
	all := make([]*search, len(sequences))
	// at first all beams of a prompt read the same row
	rows := make([]int, 0, len(sequences)*d.Beams) // of each beam in logits
	for i, s := range sequences {
		all[i] = d.newSearch(s)
		for range d.Beams {
			rows = append(rows, i)
		}
	}
	going := slices.Clone(all)
	for len(going) > 0 {
		var picked []int
		var tokens []int32
		next := going[:0]
		for i, s := range going {
			rows := rows[i*d.Beams:][:d.Beams]
			if err := s.advance(logits, rows); err != nil {
				return nil, err
			}
			if s.done {
				continue
			}
			next = append(next, s)
			for _, b := range s.running {
				picked, tokens = append(picked, rows[b.from]), append(tokens, b.ids[len(b.ids)-1])
			}
		}
		going = next
		if len(going) == 0 {
			break
		}
		m.Pick(picked)
		logits = slices.Grow(logits[:0], len(tokens)*d.vocabulary)[:len(tokens)*d.vocabulary]
		if err := m.Step(ctx, logits, tokens); err != nil {
			return nil, err
		}
		rows = rows[:len(tokens)]
		for i := range rows {
			rows[i] = i
		}
	}
	return all, nil
}

// advance adds a token to every beam, whose logits are in rows.
// Candidates that end are kept for themselves and hopeless as beams, so that the others
// fill their places.
func (s *search) advance(logits []float32, rows []int) error {
	candidates, err := s.candidates(logits, rows)
	if err != nil {
		return err
	}
	scores := make([]float32, len(candidates))
	ended := true
	for i := range candidates {
		c := &candidates[i]
		c.finish = s.finished(c.ids, s.limit, s.atLimit)
		scores[i] = c.score
		if c.finish != "" {
			scores[i] += hopeless
		} else {
			ended = false
		}
	}
	s.collect(candidates)
	s.running = s.running[:0]
	for _, i := range TopK(scores, s.Beams) {
		b := candidates[i]
		b.score = scores[i]
		s.running = append(s.running, b)
	}
	s.improving = s.improving && s.hopeful()
	s.done = !s.improving || s.full() && s.EarlyStopping == atOnce || ended
	return nil
}

// candidates returns the best continuations of all beams, more than there are
// beams since some may end.
// For each beam and each token that ends a text there is one candidate more: even if all
// of those are among the best, as many as there are beams go on.
func (s *search) candidates(logits []float32, rows []int) ([]beam, error) {
	v := s.vocabulary
	s.flat = slices.Grow(s.flat[:0], len(rows)*v)[:len(rows)*v]
	totals := make([]float64, len(rows))
	for i, b := range s.running {
		row, scores := s.row(logits, rows[i]), s.flat[i*v:][:v]
		total := LogSumExp(row, -1)
		if math.IsNaN(total) || math.IsInf(total, 1) {
			return nil, errNotFinite
		}
		totals[i] = total
		for j, z := range row {
			scores[j] = float32(float64(z) - total)
		}
		// scores are log-probabilities when they are changed, as in transformers, and are added
		// to the beam's afterwards
		s.Warp(scores, b.ids, s.begin, s.limit)
		for j := range scores {
			scores[j] += b.score
		}
	}
	var candidates []beam
	for _, at := range s.best(min(max(2, 1+len(s.Ends))*s.Beams, len(s.flat))) {
		i, id := at/v, int32(at%v)
		b := &s.running[i]
		candidates = append(candidates, beam{
			ids:      append(slices.Clone(b.ids), id),
			logProbs: append(slices.Clone(b.logProbs), float64(s.row(logits, rows[i])[id])-totals[i]),
			score:    s.flat[at],
			from:     i,
		})
	}
	return candidates, nil
}

// best returns the places of the k best scores, or of k that are drawn by
// their probability without replacement.
func (s *search) best(k int) []int {
	if !s.Sample {
		return TopK(s.flat, k)
	}
	// The largest of log-probabilities to which Gumbel noise is added are such
	// a draw, in its order (Kool et al. 2019).
	keys := make([]float32, len(s.flat))
	for i, score := range s.flat {
		keys[i] = MinusInf
		if score != MinusInf {
			keys[i] = score + float32(gumbel(s.random))
		}
	}
	return TopK(keys, k)
}

// gumbel draws from the Gumbel distribution; the tokens of the largest log-
// probability plus such a draw are a sample without replacement (Kool et al. 2019).
func gumbel(r *rand.Rand) float64 { return -math.Log(r.ExpFloat64()) }

// collect keeps the best whole texts. Only the leading candidates may be among
// them: the rest stand in for beams that end.
// Once the best beam can't become better than a whole text, nothing is collected.
func (s *search) collect(candidates []beam) {
	if !s.improving || s.full() && s.EarlyStopping == atOnce {
		return
	}
	for _, c := range candidates[:min(s.Beams, len(candidates))] {
		if c.finish != "" {
			c.whole = true
			c.score /= s.normalizer(len(c.ids))
			s.whole = append(s.whole, c)
		}
	}
	slices.SortStableFunc(s.whole, func(a, b beam) int {
		switch {
		case a.whole == b.whole:
			return cmp.Compare(b.score, a.score)
		case a.whole:
			return -1
		}
		return 1
	})
	s.whole = s.whole[:s.Beams]
}

// normalizer returns what the log-probability of a text of so many tokens,
// the prompt's included, is divided by.
// Length is of what was written, which is what a length penalty above 0 favours.
func (s *search) normalizer(length int) float32 {
	return float32(math.Pow(float64(length-s.begin), s.LengthPenalty))
}

// full tells whether there are as many whole texts as beams.
func (s *search) full() bool {
	return !slices.ContainsFunc(s.whole, func(b beam) bool { return !b.whole })
}

// hopeful tells whether the best beam may become better than a whole text.
// By default the best beam is taken at the length that it has now; with "never", at the
// longest that it may get, which is the most that it can become worth.
func (s *search) hopeful() bool {
	length := len(s.running[0].ids)
	if s.EarlyStopping == never && s.LengthPenalty > 0 {
		length = s.limit
	}
	best, least := s.running[0].score/s.normalizer(length), s.whole[0].score
	for _, b := range s.whole {
		least = min(least, b.score)
	}
	for _, b := range s.whole {
		if !b.whole && best > hopeless || b.whole && best > least {
			return true
		}
	}
	return false
}
