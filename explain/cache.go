package explain

import (
	"context"
	"encoding/binary"
)

// A Pool is a game that values no coalition twice and remembers them all. Give
// one pool to several estimators and metrics, and they share what was learnt.
// It is for one goroutine at a time.
type Pool struct {
	game   Game
	rows   map[string]int // coalition's bits → row
	seen   *Coalitions    // row → coalition
	values []float64      // row × outputs
}

// Cache returns a pool over g. A game that is a pool already is returned as it is.
func Cache(g Game) *Pool {
	if p, ok := g.(*Pool); ok {
		return p
	}
	return &Pool{game: g, rows: map[string]int{}, seen: NewCoalitions(g.Players(), 0)}
}

// Players returns the number of players of the game within.
func (p *Pool) Players() int { return p.game.Players() }

// Outputs returns the number of outputs of the game within.
func (p *Pool) Outputs() int { return p.game.Outputs() }

// Unwrap returns the game within.
func (p *Pool) Unwrap() Game { return p.game }

// Len returns the number of distinct coalitions valued so far.
func (p *Pool) Len() int { return p.seen.Len() }

// At returns coalition i in the order of their valuation, and its values. Both
// share memory with the pool.
func (p *Pool) At(i int) (Coalition, []float64) {
	k := p.Outputs()
	return p.seen.At(i), p.values[i*k : (i+1)*k : (i+1)*k]
}

// Lookup returns the values of c where it has been valued.
func (p *Pool) Lookup(c Coalition) ([]float64, bool) {
	i, ok := p.rows[c.Key()]
	if !ok {
		return nil, false
	}
	_, v := p.At(i)
	return v, true
}

// Value writes the values of batch to dst and asks the game within only for
// coalitions it has not valued before. On an error nothing of the batch is kept.
func (p *Pool) Value(ctx context.Context, dst []float64, batch *Coalitions) error {
	rows := make([]int, batch.Len())
	fresh := NewCoalitions(p.Players(), 0)
	asked := map[string]int{}
	var key []byte
	for i, c := range batch.All() {
		key = appendKey(key[:0], c)
		// The compiler makes no string for a look-up of this form: known coalitions
		// cost no memory.
		row, ok := p.rows[string(key)]
		if !ok {
			if row, ok = asked[string(key)]; !ok {
				// The row that the coalition will have once the game has answered;
				// until then only asked knows of it, so that an error leaves the
				// pool as it was.
				row = p.Len() + fresh.Len()
				asked[string(key)] = row
				fresh.Append(c)
			}
		}
		rows[i] = row
	}
	if err := p.learn(ctx, fresh, asked); err != nil {
		return err
	}
	k := p.Outputs()
	for i, row := range rows {
		copy(dst[i*k:(i+1)*k], p.values[row*k:])
	}
	return nil
}

// learn values fresh, whose rows are to be those that asked tells.
func (p *Pool) learn(ctx context.Context, fresh *Coalitions, asked map[string]int) error {
	if fresh.Len() == 0 {
		return ctx.Err()
	}
	values := make([]float64, fresh.Len()*p.Outputs())
	if err := p.game.Value(ctx, values, fresh); err != nil {
		return err
	}
	p.values = append(p.values, values...)
	for _, c := range fresh.All() {
		p.seen.Append(c)
	}
	for key, row := range asked {
		p.rows[key] = row
	}
	return nil
}

// appendKey appends the bytes of c, by which maps know it.
func appendKey(b []byte, c Coalition) []byte {
	for _, w := range c {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}
