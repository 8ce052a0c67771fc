package program

import (
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/whence-xai/whence/explain"
)

// maxMasks and maxValues bound a request: an answer comes soon enough to show
// progress, and is not too long.
const maxMasks, maxValues = 256, 1 << 16

// A Game is a game whose values a running program tells. It is for one goroutine
// at a time. Close it to end the program.
type Game struct {
	players, outputs int
	names            []string
	process
	request []byte
}

// Start starts a program and reads how many players there are. Every answer may
// take so long, the first one included; a minute where timeout is zero. The
// program runs in a process group of its own, where there is such a thing; when
// it must be stopped, all of the group is. Start sets standard input, output and
// error of cmd. When the program fails, the error is an [Error].
func Start(ctx context.Context, cmd *exec.Cmd, timeout time.Duration) (*Game, error) {
	g := &Game{}
	if err := g.start(cmd, timeout, "coalitions"); err != nil {
		return nil, err
	}
	err := g.within(ctx, func() (err error) {
		g.players, g.outputs, g.names, err = readHello(g.lines)
		return err
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// Players returns the number of players.
func (g *Game) Players() int { return g.players }

// Outputs returns the number of values of a coalition.
func (g *Game) Outputs() int { return g.outputs }

// Describe names the players.
func (g *Game) Describe(x *explain.Explanation) {
	for i, name := range g.names {
		x.Players[i].Text = name
	}
}

// Value asks the program for the values of batch, at most 256 at a time. After
// an error, an interruption included, the program is ended and every further call
// returns the error.
func (g *Game) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	if batch.Players() != g.players {
		return fmt.Errorf("program: coalitions of %d players for a game of %d", batch.Players(), g.players)
	}
	most := min(maxMasks, maxValues/g.outputs)
	for lo := 0; lo < batch.Len(); lo += most {
		hi := min(lo+most, batch.Len())
		err := g.within(ctx, func() error {
			return g.ask(dst[lo*g.outputs:hi*g.outputs], batch.Slice(lo, hi))
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// ask asks for the values of batch.
func (g *Game) ask(dst []float64, batch *explain.Coalitions) error {
	g.request = appendRequest(g.request[:0], batch)
	_, _ = g.in.Write(g.request) // where it cannot be written, there may yet be word why
	if err := readAnswer(g.lines, dst, batch.Len(), g.outputs); err != nil {
		return err
	}
	g.done += batch.Len()
	return nil
}

// Close ends the program: its input ends, and it is stopped where it goes on for
// more than a second. A game that is closed has no more values.
func (g *Game) Close() error { return g.close() }
