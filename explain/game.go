package explain

import (
	"context"
	"fmt"
)

// A Game gives every coalition of its players a value, or several.
type Game interface {
	// Players returns the number of players; it may be zero.
	Players() int
	// Outputs returns how many values a coalition has: one for a class or a
	// token, more where several outputs are explained in one go.
	Outputs() int
	// Value writes the values of batch to dst, Outputs() of them a coalition.
	// What a coalition is worth must not depend on the rest of its batch.
	Value(ctx context.Context, dst []float64, batch *Coalitions) error
}

// A Describer is a game that knows what it is about. Describe fills in what its
// players stand for and whatever else of the explanation only the game can tell.
// [NewExplanation] calls it.
type Describer interface {
	// Describe is called after the last valuation; x has its players by then, without texts.
	Describe(x *Explanation)
}

// A Wrapper is a game around another one, as [Observe], [Cache] and [Check] make them.
type Wrapper interface {
	// Unwrap returns the game within, which has the same players and outputs.
	Unwrap() Game
}

// Func makes a game with one output of a function of the players present.
// The function must not keep the coalition.
func Func(players int, value func(present Coalition) float64) Game {
	return funcGame{players, value}
}

type funcGame struct {
	players int
	value   func(Coalition) float64
}

func (g funcGame) Players() int { return g.players }
func (g funcGame) Outputs() int { return 1 }

func (g funcGame) Value(ctx context.Context, dst []float64, batch *Coalitions) error {
	if batch.Players() != g.players {
		return fmt.Errorf("explain: coalitions of %d players for a game of %d", batch.Players(), g.players)
	}
	for i, c := range batch.All() {
		if err := ctx.Err(); err != nil {
			return err
		}
		dst[i] = g.value(c)
	}
	return nil
}
