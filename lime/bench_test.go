package lime

import (
	"fmt"
	"testing"
)

// BenchmarkFit measures what LIME costs beside its evaluations: the fit of 5000
// drawn coalitions, with standard errors (none) and with each selection of ten players.
func BenchmarkFit(b *testing.B) {
	for _, players := range []int{12, 128} {
		s := draw(players, 5000, 1)
		values := make([]float64, s.rows.Len())
		for i, c := range s.rows.All() {
			for p := range c.Players() {
				values[i] += float64(p%7) - 2.5
			}
			values[i] += float64(i*7919%101) / 50
		}
		for _, selection := range []Selection{none, Forward, Highest, LassoPath} {
			b.Run(fmt.Sprintf("players=%d/%v", players, selection), func(b *testing.B) {
				l := Lime{Selection: selection, Features: 10}.withDefaults()
				for b.Loop() {
					if _, err := l.fit(s, values); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkDraw measures the drawing of 5000 coalitions and the search for doubles.
func BenchmarkDraw(b *testing.B) {
	for _, players := range []int{12, 128} {
		b.Run(fmt.Sprintf("players=%d", players), func(b *testing.B) {
			for b.Loop() {
				draw(players, 5000, 1)
			}
		})
	}
}
