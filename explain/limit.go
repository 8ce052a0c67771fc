package explain

import (
	"context"
	"fmt"
)

// A BudgetError tells that an estimator or a game needs more valuations than
// it may have.
type BudgetError struct {
	Need, Have int
}

func (e *BudgetError) Error() string {
	return fmt.Sprintf("explain: needs a budget of at least %d coalitions, has %d", e.Need, e.Have)
}

// Limit returns g with a ceiling: a batch that would make it value more than
// budget coalitions in all is refused whole with a [BudgetError]. Every coalition
// counts; put a [Cache] around it where doubles should not.
func Limit(g Game, budget int) Game { return &limited{Game: g, budget: budget} }

type limited struct {
	Game
	budget, spent int
}

func (l *limited) Unwrap() Game { return l.Game }

func (l *limited) Value(ctx context.Context, dst []float64, batch *Coalitions) error {
	if need := l.spent + batch.Len(); need > l.budget {
		return &BudgetError{Need: need, Have: l.budget}
	}
	l.spent += batch.Len()
	return l.Game.Value(ctx, dst, batch)
}
