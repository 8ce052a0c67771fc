package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/shap"
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

// play estimates on a game, and closes it.
func (p *program) play(ctx context.Context, r request.Request, g *openedGame) (*explain.Explanation, error) {
	run, err := r.NewRun(g)
	if err != nil {
		return nil, errors.Join(flags.Faults(err), g.close())
	}
	run.MayFail = g.mayFail
	x, err := p.carryOut(ctx, run)
	return x, errors.Join(err, g.close())
}

// A comparison is how near an explanation comes to the exact values of its
// game, an entry an output.
type comparison struct {
	index  explain.Index // of the exact values
	output []metric.Agreement
}

// compare finds the exact values of g of the index that x estimates; of LIME's
// coefficients, which are no shares of the game, the Shapley values.
func compare(ctx context.Context, g explain.Game, x *explain.Explanation) (comparison, error) {
	exact := shap.Exact{Index: x.Index, Order: x.Order}
	if x.Index == explain.LIME {
		exact = shap.Exact{Index: explain.SV}
	}
	truth, err := exact.Estimate(ctx, g)
	if err != nil {
		return comparison{}, fmt.Errorf("compare: %w", err)
	}
	agreement, err := metric.Agree(x, truth)
	return comparison{truth.Index, agreement}, err
}

// Append writes the comparison behind an explanation in a format.
func (c comparison) Append(b *bytes.Buffer, format string) error {
	if format == "json" {
		return c.addJSON(b)
	}
	var lines []string
	for _, a := range c.output {
		lines = append(lines, fmt.Sprintf("against exact %v: normalized error %.3g, max error %.3g, Spearman %.3f",
			c.index, a.NormalizedError, a.MaxAbs, a.Spearman))
	}
	separator := ""
	if format == "markdown" {
		separator = "\n"
	}
	_, err := fmt.Fprintf(b, "%s%s\n", separator, strings.Join(lines, "\n"))
	return err
}

// addJSON writes the comparison as the last field of the object in b. Numbers
// that are undefined become null.
func (c comparison) addJSON(b *bytes.Buffer) error {
	field := struct {
		Index           explain.Index      `json:"index"`
		NormalizedError []jsonfloat.Number `json:"normalized_error"`
		MaxAbs          []jsonfloat.Number `json:"max_abs"`
		Spearman        []jsonfloat.Number `json:"spearman"`
	}{Index: c.index}
	for _, a := range c.output {
		field.NormalizedError = append(field.NormalizedError, jsonfloat.Number(a.NormalizedError))
		field.MaxAbs = append(field.MaxAbs, jsonfloat.Number(a.MaxAbs))
		field.Spearman = append(field.Spearman, jsonfloat.Number(a.Spearman))
	}
	text, err := json.Marshal(field)
	if err != nil {
		return err
	}
	object := bytes.TrimRight(bytes.TrimSuffix(bytes.TrimSpace(b.Bytes()), []byte("}")), "\n")
	b.Truncate(len(object))
	spaced := strings.NewReplacer(`":`, `": `, `,`, `, `).Replace(string(text))
	_, err = fmt.Fprintf(b, ",\n  \"comparison\": %s\n}\n", spaced)
	return err
}
