package surrogate

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkRidge measures a ridge regression on 5000 coalitions of 128 players
// by its parts: the sums, the solution, and the standard errors.
func BenchmarkRidge(b *testing.B) {
	p := randomProblem(rand.New(rand.NewPCG(1, 1)), 128, 1, 5000)
	n := p.normal(b)
	r, err := n.Ridge(all(128), 1)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("moments", func(b *testing.B) {
		for b.Loop() {
			p.normal(b)
		}
	})
	b.Run("solve", func(b *testing.B) {
		for b.Loop() {
			r, err := n.Ridge(all(128), 1)
			if err != nil {
				b.Fatal(err)
			}
			r.Coefficients(0)
		}
	})
	b.Run("errors", func(b *testing.B) {
		for b.Loop() {
			r.StdErr(p.rows, p.weights, p.weights, p.values)
		}
	})
}
