package request_test

import "github.com/whence-xai/whence/explain"

// game returns a game in which all players are worth their number and the first
// two work together.
func game(players int) explain.Game {
	return explain.Func(players, func(c explain.Coalition) float64 {
		sum := 0.0
		for p := range players {
			if c.Has(p) {
				sum += float64(p)
			}
		}
		if c.Has(0) && c.Has(1) {
			sum += 2
		}
		return sum
	})
}
