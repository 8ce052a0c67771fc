package process

import (
	"fmt"
	"math"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// BenchmarkShapley is the process's own time for Shapley values, with twenty
// evaluations a player: the game's values cost next to nothing.
func BenchmarkShapley(b *testing.B) {
	for _, n := range []int{14, 20, 50, 100, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				p := New(n, 1, 1, shapleySummary(n))
				learn(p, 10*n)
				p.Fit()
				p.Estimate()
			}
		})
	}
}

// learn makes p know so many pairs of a game with interactions among neighbours.
func learn(p *Process, pairs int) {
	first := explain.NewCoalitions(p.players, 1)
	first.Append(explain.Grand(p.players))
	for batch := first; batch.Len() > 0; batch = p.Choose(pairs - p.Len()) {
		own, other := make([]float64, batch.Len()), make([]float64, batch.Len())
		for i, c := range batch.All() {
			absent := explain.NewCoalition(p.players)
			absent.Complement(c, p.players)
			own[i], other[i] = saturating(p.players, c), saturating(p.players, absent)
		}
		p.Learn(batch, own, other)
	}
}

// saturating is a game whose players add up and then saturate.
func saturating(players int, c explain.Coalition) float64 {
	sum := 0.0
	for i := range c.Players() {
		sum += math.Sin(float64(1+i*i)) / math.Sqrt(float64(players))
		if i > 0 && c.Has(i-1) {
			sum += math.Cos(float64(3*i)) / float64(players)
		}
	}
	return math.Tanh(2 * sum)
}

func shapleySummary(n int) Summary {
	s := Summary{Size: 1, Weight: func(present, common int) float64 {
		if common == 1 {
			return math.Exp(-logChoose(n-1, present-1)) / float64(n)
		}
		if present == n {
			return 0
		}
		return -math.Exp(-logChoose(n-1, present)) / float64(n)
	}}
	for t := 1; t < Orders; t += 2 {
		s.Inside[t] = 2 / float64(t)
	}
	return s
}
