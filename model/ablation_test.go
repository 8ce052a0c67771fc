package model

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/whence-xai/whence/model/internal/transformer"
)

// A saving is work that masked copies make redundant: with it and without.
type saving struct {
	name    string
	on, off func(c *Classifier, seqs []Sequence) error
}

var savings = []saving{
	{"first-layer-rows-once", logitsOf, with(func(m *transformer.Model) { m.NoShared = true })},
	{"last-layer-rows-read-only", logitsOf, with(func(m *transformer.Model) { m.NoPruned = true })},
	{"identical-once", func(c *Classifier, seqs []Sequence) error { return logitsOf(c, fewWords(seqs)) }, everyOne},
	{"deletion-shortens", func(c *Classifier, seqs []Sequence) error { return logitsOf(c, dropped(seqs)) }, logitsOf},
	{"batch-fits-cache", logitsOf, with(func(m *transformer.Model) { m.Tokens = 1 << 30 })},
}

// BenchmarkSavings runs 512 masked copies of a text through the built-in model
// with each saving and without it, in turn, and reports by what factor the time
// falls: the median, least and most of the rounds.
func BenchmarkSavings(b *testing.B) {
	for _, s := range savings {
		for _, tokens := range []int{16, 32, 64, 128} {
			b.Run(fmt.Sprintf("%s/T=%d", s.name, tokens), func(b *testing.B) {
				c := load(b, "pretrained", Options{})
				seqs := maskedCopies(tokens, 512)
				var ratios []float64
				for b.Loop() {
					ratios = append(ratios, seconds(b, s.off, c, seqs)/seconds(b, s.on, c, seqs))
				}
				slices.Sort(ratios)
				b.ReportMetric(ratios[len(ratios)/2], "×")
				b.ReportMetric(ratios[0], "×least")
				b.ReportMetric(ratios[len(ratios)-1], "×most")
			})
		}
	}
}

func seconds(b *testing.B, run func(*Classifier, []Sequence) error, c *Classifier, seqs []Sequence) float64 {
	b.Helper()
	begin := time.Now()
	if err := run(c, seqs); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin).Seconds()
}

func logitsOf(c *Classifier, seqs []Sequence) error {
	return c.Logits(context.Background(), make([]float32, len(seqs)*len(c.Labels())), seqs)
}

// with runs with the engine changed.
func with(change func(*transformer.Model)) func(*Classifier, []Sequence) error {
	return func(c *Classifier, seqs []Sequence) error {
		m := c.m.Model
		shared, pruned, tokens := m.NoShared, m.NoPruned, m.Tokens
		defer func() { m.NoShared, m.NoPruned, m.Tokens = shared, pruned, tokens }()
		change(m)
		return logitsOf(c, seqs)
	}
}

// fewWords masks by groups of tokens, eight of them, so that many copies are
// the same.
func fewWords(seqs []Sequence) []Sequence {
	out := make([]Sequence, len(seqs))
	for i, s := range seqs {
		ids := slices.Clone(s.IDs)
		for t := 1; t < len(ids)-1; t++ {
			if i*2654435761>>(t%8)&1 == 0 {
				ids[t] = 103
			}
		}
		out[i] = Sequence{IDs: ids}
	}
	for i, s := range out { // what else the copies have masked is the first one's
		for t := range s.IDs {
			if s.IDs[t] != 103 {
				out[i].IDs[t] = seqs[0].IDs[t]
			}
		}
	}
	return out
}

// everyOne computes the copies of fewWords without looking for equal ones.
func everyOne(c *Classifier, seqs []Sequence) error {
	var b transformer.Batch
	b.Reset()
	few := fewWords(seqs)
	for i := range few {
		c.m.add(&b, &few[i])
	}
	return c.m.Forward(context.Background(), make([]float32, len(seqs)*len(c.Labels())), &b)
}

// dropped leaves masked tokens out.
func dropped(seqs []Sequence) []Sequence {
	out := make([]Sequence, len(seqs))
	for i, s := range seqs {
		for _, id := range s.IDs {
			if id != 103 {
				out[i].IDs = append(out[i].IDs, id)
			}
		}
	}
	return out
}
