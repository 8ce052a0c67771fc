package flags

import (
	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// Method returns the flags that say how a game is estimated.
func Method() []cli.Flag { return append(methodWithoutSeed(), How.Seed()) }

// methodWithoutSeed are the flags of Method but for the seed, which a command may
// have for its answer already.
func methodWithoutSeed() []cli.Flag {
	share := How.Number("max-error", "stop early once every standard error is at most X times the range of the scores, as in 0.05")
	share.Action = func(_ *cli.Context, v float64) error {
		if !(v >= 0 && v < 1) {
			return terminal.Usage("--%s %v is no share between 0 and 1", share.Name, v)
		}
		return nil
	}
	return []cli.Flag{
		How.Choice("method", "METHOD", "how scores are estimated", request.Methods()...),
		How.Text("index", "INDEX", "what scores are: Shapley values (SV), Banzhaf values (BV), interactions (k-SII, STII, FSII, …) (default: the method's own)"),
		How.Count("order", "maximum number of players in an interaction (default: 2)"),
		How.Count("budget", "maximum number of model evaluations (default: by number of players)"),
		share,
		How.Count("stable-top", "stop early once the N highest-ranked players are certain, with a confidence of 95 %"),
	}
}

// setMethod keeps a seed that was given apart from none: the default is the
// request's to know.
func setMethod(c *cli.Context, m *request.Method) {
	set(c, "method", c.String, &m.Name)
	set(c, "index", c.String, &m.Index)
	set(c, "order", c.Int, &m.Order)
	set(c, "budget", c.Int, &m.Budget)
	set(c, "max-error", c.Float64, &m.MaxError)
	set(c, "stable-top", c.Int, &m.StableTop)
	setPointer(c, "seed", c.Uint64, &m.Seed)
}
