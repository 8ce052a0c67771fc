package command

import (
	"context"
	"errors"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
)

const helpGame = `Estimates the scores of players in a game that is no text: a stored one, with
the value of every coalition, or one whose values a program computes.

A stored game is a NumPy archive with arrays "coalitions" (bool, 2^n × n) and
"values" (2^n). A program reads and writes lines of JSON, and first writes
  {"n": 14, "outputs": 1, "players": ["not", …]}   (outputs, players: optional)
Then it reads requests, each a list of coalitions as hexadecimal numbers with
bit i set where player i is present, and answers each with as many values, or
lists of values where outputs > 1:
  {"masks": ["3fff", "1a2"]}
  {"values": [0.1, 0.9]}
It ends when its input does. When it fails, what is known until then is printed.

usage:
  explain game FILE.npz [flags]
  explain game --command CMD [flags]

examples:
  explain game review.npz --method kernel --budget 200 --compare
  explain game --command "python game.py" --max-error 0.05 --budget 2000
`

func (p *program) gameCommand() *cli.Command {
	return p.command("game", helpGame, p.game, commandFlags(), flags.Method(), flags.Explanation("text"),
		[]cli.Flag{flags.Print.Bool("compare", "also print how far the scores are from the exact ones")}, flags.Common())
}

// game estimates on a game that a program plays, or whose values are all known.
func (p *program) game(c *cli.Context) error {
	source, err := gameSourceOf(c)
	if err != nil {
		return err
	}
	out, compared := flags.OutputOf(c, p.stdout), c.Bool("compare")
	// The comparison is lines behind the explanation, or a field of it; CSV and
	// pictures have no place for either.
	if compared && !slices.Contains([]string{"table", "waterfall", "heatmap", "markdown", "json"}, out.Format) {
		return terminal.Usage("--compare has no place in %s", out.Format).Or("--format json has it")
	}
	r, err := flags.RequestOf(c, request.Play, p.stdin)
	if err != nil {
		return err
	}
	g, err := p.openGame(c.Context, source)
	if err != nil {
		return err
	}
	x, err := p.play(c.Context, r, g)
	if err != nil || !compared {
		return out.Finish(x, err)
	}
	agreement, err := compare(c.Context, g, x)
	if err != nil {
		return err
	}
	return out.Explanation(x, agreement)
}

// play estimates on a game, and closes it. The error of closing counts: it is there that
// values still unwritten reach their file.
func (p *program) play(ctx context.Context, r request.Request, g *openedGame) (*explain.Explanation, error) {
	run, err := r.NewRun(g)
	if err != nil {
		return nil, errors.Join(flags.Faults(err), g.close())
	}
	run.MayFail = g.mayFail
	x, err := p.carryOut(ctx, run)
	return x, errors.Join(err, g.close())
}
