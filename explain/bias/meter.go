package bias

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"unicode"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
)

// A Reading is what was measured of one variant.
type Reading struct {
	Score float64 // v(N), the model's score of the sentence
	Share float64 // of the words that were swapped, in the score; NaN where the words are not known
}

// A Meter asks a model about sentences.
type Meter struct {
	Model   text.Model
	Target  text.Scorer // of one output; safe for concurrent use where Workers is above one
	Options text.Options
	Workers int // sentences measured side by side; 1 where zero
}

// Run measures sets and hands each with its readings to add, in order. Several
// sets are measured at a time, as many as it takes to keep the workers busy.
// add is called on one goroutine and in the order of the sets, so that tallies need
// no lock and sums have the same bits in every run.
func (m Meter) Run(ctx context.Context, sets Sets, add func(s *Set, readings []Reading)) error {
	var some []*Set
	sentences := 0
	flush := func() error {
		readings, err := m.Measure(ctx, some...)
		if err != nil {
			return err
		}
		for i, s := range some {
			add(s, readings[i])
		}
		some, sentences = some[:0], 0
		return nil
	}
	for s, err := range sets {
		if err != nil {
			return err
		}
		some, sentences = append(some, s), sentences+len(s.Variants)
		// Several times as many as there are workers, since the last of each flush
		// wait for one another.
		if sentences >= 4*m.Workers {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// Measure returns the readings of sets, one for each variant.
func (m Meter) Measure(ctx context.Context, sets ...*Set) ([][]Reading, error) {
	out, errs := make([][]Reading, len(sets)), make([][]error, len(sets))
	workers := make(chan struct{}, max(1, m.Workers))
	var wait sync.WaitGroup
	for i, s := range sets {
		out[i], errs[i] = make([]Reading, len(s.Variants)), make([]error, len(s.Variants))
		for j := range s.Variants {
			// Taken before the goroutine begins, so that there are never more of
			// them than workers.
			workers <- struct{}{}
			wait.Go(func() {
				out[i][j], errs[i][j] = m.measure(ctx, &s.Variants[j])
				<-workers
			})
		}
	}
	wait.Wait()
	for i, s := range sets {
		for j, err := range errs[i] {
			if err != nil { // one is enough to know of
				return nil, fmt.Errorf("bias: %q: %w", s.Variants[j].Text, err)
			}
		}
	}
	return out, nil
}

// measure plays the game of the swapped words and the rest of the sentence.
func (m Meter) measure(ctx context.Context, v *Variant) (Reading, error) {
	o := m.Options
	// The rest is not one player but several, which come and go together: spans
	// must not cross the swapped words.
	o.Unit, o.Spans = unit.Custom, around(v.Text, v.Spans)
	o.Classes = []explain.ClassScore{} // nobody asks for them
	g, err := o.NewGame(m.Model, v.Text, m.Target)
	if err != nil {
		return Reading{}, err
	}
	words := explain.NewCoalition(g.Players())
	// By overlap: a token that reaches beyond a span makes the player larger than
	// the words.
	for p, player := range explain.NewExplanation(g, explain.SV).Players {
		for _, s := range v.Spans {
			if player.Start < s.End && player.End > s.Start {
				words.Add(p)
			}
		}
	}
	r, err := play(ctx, g, words)
	// Of no words the difference is the other player's alone, and not a share of 0.
	if len(v.Spans) == 0 {
		r.Share = math.NaN()
	}
	return r, err
}

// play values the four coalitions of the words and the rest.
func play(ctx context.Context, g explain.Game, words explain.Coalition) (Reading, error) {
	n := g.Players()
	rest := explain.NewCoalition(n)
	rest.Complement(words, n)
	batch := explain.NewCoalitions(n, 4)
	for _, c := range []explain.Coalition{explain.Grand(n), rest, words, explain.NewCoalition(n)} {
		batch.Append(c)
	}
	v := make([]float64, 4)
	if err := g.Value(ctx, v, batch); err != nil {
		return Reading{}, err
	}
	return Reading{Score: v[0], Share: (v[0] - v[1] + v[2] - v[3]) / 2}, nil
}

// around returns spans and what stands between them in a text, without white
// space at their ends.
func around(s string, inner []explain.Span) []explain.Span {
	var spans []explain.Span
	add := func(part explain.Span) {
		inside := s[part.Start:part.End]
		part.Start += len(inside) - len(strings.TrimLeftFunc(inside, unicode.IsSpace))
		part.End -= len(inside) - len(strings.TrimRightFunc(inside, unicode.IsSpace))
		if part.Start < part.End {
			spans = append(spans, part)
		}
	}
	at := 0
	for _, part := range inner {
		add(explain.Span{Start: at, End: part.Start})
		add(part)
		at = part.End
	}
	add(explain.Span{Start: at, End: len(s)})
	return spans
}
