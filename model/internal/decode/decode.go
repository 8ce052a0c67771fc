// Package decode makes texts of what a language model finds likely next, as
// generate of Hugging Face transformers does: the likeliest token each time, one
// that is drawn, or a search with beams. It knows a model only as a [Stepper].
package decode

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
)

// A Stepper is a model at work on sequences that grow by a token at a time. It
// remembers what it has computed of them.
// The order is Pick, then Step: what is picked is what the next tokens are appended to.
type Stepper interface {
	// Step appends a token to every sequence and writes the logits of the one
	// that follows to dst, a row of the vocabulary a sequence.
	Step(ctx context.Context, dst []float32, tokens []int32) error
	// Pick makes sequence i a copy of what was sequence from[i]. A sequence may
	// be picked many times or not at all.
	Pick(from []int)
}

// A sequence is a text in the making.
type sequence struct {
	prompt   int     // number of the prompt
	sample   int     // number of the text among those of its prompt
	ids      []int32 // the prompt's tokens and those that were written
	begin    int     // where the prompt ends
	limit    int     // tokens at most
	atLimit  string  // why the text ends there
	logProbs []float64
	finish   string // "" while it goes on
	random   *rand.Rand
}

// A Text is what was written after a prompt.
type Text struct {
	IDs      []int32
	LogProbs []float64 // of IDs, before anything changed them
	Score    float64   // of a beam search
	Finish   string    // why it ends: end, stop, length or context
}

// A Step is a token that was written.
type Step struct {
	ID      int32
	LogProb float64
	Sample  int     // number of the text among those of its prompt
	Finish  string  // why the text ends with it, or "" if it does not
	Score   float64 // of the text that ends with it, by a beam search
}

// A Decoder makes texts of what a model finds likely.
type Decoder struct {
	warper
	stopper
	vocabulary int
	scores     []float32 // scratch
}

// New returns what makes texts as s says, of a model whose vocabulary has so many
// tokens. Text decodes tokens.
// It is for one goroutine at a time, which its scratch memory belongs to.
func New(s *Settings, vocabulary int, text func(ids []int32) string) *Decoder {
	return &Decoder{warper: warper{Settings: s}, stopper: stopper{strings: s.StopStrings, text: text}, vocabulary: vocabulary}
}

// sequences returns the beginnings of all texts, those of a prompt together.
func (d *Decoder) sequences(prompts [][]int32, samples int) ([]*sequence, error) {
	var all []*sequence
	var errs []error
	for p, ids := range prompts {
		limit, reason, err := d.Limit(len(ids))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for i := range samples {
			all = append(all, &sequence{
				prompt: p, sample: i, ids: slices.Clone(ids), begin: len(ids), limit: limit, atLimit: reason,
				// by the number of the sample and not of the prompt: a prompt is drawn alike whatever
				// prompts stand beside it
				random: rand.New(rand.NewPCG(d.Seed, uint64(i))),
			})
		}
	}
	return all, errors.Join(errs...)
}

// Write makes all texts of all prompts. At first m has a sequence a prompt, and
// logits has its row.
// Texts that have ended leave the batch, so that the model steps those that go on.
func (d *Decoder) Write(ctx context.Context, m Stepper, logits []float32, prompts [][]int32) ([][]Text, error) {
	made := make([][]Text, len(prompts))
	if d.Beams > 1 {
		sequences, err := d.sequences(prompts, 1)
		if err != nil {
			return nil, err
		}
		searches, err := d.search(ctx, m, logits, sequences)
		if err != nil {
			return nil, err
		}
		for p, s := range searches {
			for _, b := range s.whole[:d.Samples] {
				if !b.whole {
					return nil, errNothing
				}
				made[p] = append(made[p], Text{IDs: b.ids[s.begin:], LogProbs: b.logProbs, Score: float64(b.score), Finish: b.finish})
			}
		}
		return made, nil
	}
	sequences, err := d.sequences(prompts, d.Samples)
	if err != nil {
		return nil, err
	}
	if err := d.run(ctx, m, logits, sequences, func(*sequence) bool { return true }); err != nil {
		return nil, err
	}
	for _, s := range sequences {
		made[s.prompt] = append(made[s.prompt], Text{IDs: s.ids[s.begin:], LogProbs: s.logProbs, Finish: s.finish})
	}
	return made, nil
}

// Stream makes the texts of one prompt and tells their tokens as they come, those
// of a beam search when it has ended. It ends with [ErrEnough] when tell says
// that nobody wants more.
func (d *Decoder) Stream(ctx context.Context, m Stepper, logits []float32, prompt []int32, tell func(Step) bool) error {
	if d.Beams == 1 {
		sequences, err := d.sequences([][]int32{prompt}, d.Samples)
		if err != nil {
			return err
		}
		return d.run(ctx, m, logits, sequences, func(x *sequence) bool {
			last := len(x.logProbs) - 1
			return tell(Step{ID: x.ids[x.begin+last], LogProb: x.logProbs[last], Sample: x.sample, Finish: x.finish})
		})
	}
	all, err := d.Write(ctx, m, logits, [][]int32{prompt})
	if err != nil {
		return err
	}
	for sample, text := range all[0] {
		for i, id := range text.IDs {
			step := Step{ID: id, LogProb: text.LogProbs[i], Sample: sample}
			if i+1 == len(text.IDs) {
				step.Finish, step.Score = text.Finish, text.Score
			}
			if !tell(step) {
				return ErrEnough
			}
		}
	}
	return nil
}

// ErrEnough ends decoding when nobody wants more of it.
var ErrEnough = errors.New("model: enough")

// run writes texts token by token: a likely or a random one each time. At first
// m has a sequence a prompt, and logits has its row. Each token is told to tell,
// which says whether to go on.
func (d *Decoder) run(ctx context.Context, m Stepper, logits []float32, sequences []*sequence, tell func(*sequence) bool) error {
	rows := make([]int, len(sequences)) // of each sequence in logits
	for i, s := range sequences {
		rows[i] = s.prompt
	}
	var tokens []int32
	for {
		tokens = tokens[:0]
		kept := rows[:0]
		going := sequences[:0:0]
		for i, s := range sequences {
			if err := d.extend(s, d.row(logits, rows[i])); err != nil {
				return err
			}
			if !tell(s) {
				return ErrEnough
			}
			if s.finish == "" {
				kept, going, tokens = append(kept, rows[i]), append(going, s), append(tokens, s.ids[len(s.ids)-1])
			}
		}
		if len(going) == 0 {
			return nil
		}
		m.Pick(kept)
		logits = slices.Grow(logits[:0], len(going)*d.vocabulary)[:len(going)*d.vocabulary]
		if err := m.Step(ctx, logits, tokens); err != nil {
			return err
		}
		sequences, rows = going, kept
		for i := range rows {
			rows[i] = i
		}
	}
}

// row returns row i of a matrix of logits.
func (d *Decoder) row(logits []float32, i int) []float32 {
	return logits[i*d.vocabulary:][:d.vocabulary]
}

// extend adds a token to s by the logits of all.
// The log-probability is told by the logits as the model has them, before settings
// change the scores.
func (d *Decoder) extend(s *sequence, logits []float32) error {
	total := LogSumExp(logits, -1)
	if math.IsNaN(total) || math.IsInf(total, 1) {
		return errNotFinite
	}
	d.scores = append(d.scores[:0], logits...)
	d.Warp(d.scores, s.ids, s.begin, s.limit)
	var id int32
	if d.Sample {
		id = draw(d.scores, s.random.Float64())
	} else {
		id = largest(d.scores)
	}
	if d.scores[id] == MinusInf {
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
// An end token counts over a stop string, and both over the limit.
func (d *Decoder) finished(ids []int32, limit int, atLimit string) string {
	switch {
	case slices.Contains(d.Ends, ids[len(ids)-1]):
		return "end"
	case d.stopped(ids):
		return "stop"
	case len(ids) >= limit:
		return atLimit
	}
	return ""
}
