package command

import (
	"context"
	"encoding/json"
	"time"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
)

// recorded returns what an explanation tells of the program and the request that made it.
func recorded(r request.Request) (version string, asked json.RawMessage) {
	name, commit := build()
	b, err := r.Encode()
	if err != nil {
		panic(err) // a valid request can be written
	}
	return name + " " + commit, b
}

// carryOut estimates what a request asks for and shows meanwhile how far it has
// come. Where the game fails on the way, what is known by then comes with the error.
func (p *program) carryOut(ctx context.Context, run *request.Run) (*explain.Explanation, error) {
	game, done := p.terminal.Watch(run.Game, run.Evaluations)
	defer done()
	run.Game = game
	begin := time.Now()
	x, err := run.Estimate(ctx)
	if x == nil {
		return nil, flags.Faults(err)
	}
	x.Version, x.Request = recorded(run.Request)
	p.terminal.Step(begin, "%s: %d players, %d coalitions valued", x.Estimator.Name, len(x.Players), x.Evaluations)
	return x, flags.Faults(err)
}
