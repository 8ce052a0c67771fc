package explain

import "context"

// Observe returns g with a witness: after every batch, done is told how many
// coalitions that batch held. Progress bars and counters hang here.
func Observe(g Game, done func(coalitions int)) Game { return observed{g, done} }

type observed struct {
	Game
	done func(int)
}

func (o observed) Unwrap() Game { return o.Game }

func (o observed) Value(ctx context.Context, dst []float64, batch *Coalitions) error {
	if err := o.Game.Value(ctx, dst, batch); err != nil {
		return err
	}
	o.done(batch.Len())
	return nil
}
