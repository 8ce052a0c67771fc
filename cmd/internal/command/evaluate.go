package command

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/render"
)

func (p *program) evaluateCommand() *cli.Command {
	edits := number(groupHow, "edits", "slight edits of the text to explain too (default: 6)")
	edits.Value = 6
	redraws := number(groupHow, "redraws", "models of random weights to explain too (default: 1)")
	redraws.Value = 1
	flags := slices.Concat(inputFlags(), methodFlags(), gameFlags(),
		[]cli.Flag{
			edits, redraws,
			words(groupWhat, "rationales", "FILE", "texts with the words that people marked, as JSON lines"),
			number(groupWhat, "limit", "texts of it at most (default: all)"),
		},
		findingFlags("svg"), runFlags(batchFlags()...))
	return p.command("evaluate", helpEvaluate, flags, p.evaluate)
}

// findingFlags say how a finding is printed, in formats that all have and more.
func findingFlags(more ...string) []cli.Flag {
	formats := append([]string{"table", "json", "csv", "markdown", "html"}, more...)
	output := words(groupOutput, "output", "FILE", "write there, in the format of its extension")
	output.Aliases = []string{"o"}
	return []cli.Flag{newChoice(groupOutput, "format", "FORMAT", strings.Join(formats, ", "), formats...), output}
}

// evaluate tells how good an explanation is: of a text, of a saved one, or of
// many texts of which people have marked the words that matter.
func (p *program) evaluate(c *cli.Context) error {
	if name := c.String("rationales"); name != "" {
		return p.evaluateRationales(c, name)
	}
	saved, err := p.savedArgument(c)
	if err != nil {
		return err
	}
	var r request.Request
	if saved != nil {
		r, err = restored(c, saved)
	} else {
		r, err = p.requestOf(c, request.Classify)
	}
	if err != nil {
		return err
	}
	b, err := p.newBench(c, r)
	if err != nil {
		return err
	}
	e := &evaluation{x: saved, slight: c.Int("edits"), random: c.Int("redraws")}
	if err := e.run(c.Context, b); err != nil {
		return err
	}
	return p.publish(newOutput(c), e.finding())
}

// savedArgument returns the explanation in the file that is named, nil where
// none is.
func (p *program) savedArgument(c *cli.Context) (*explain.Explanation, error) {
	if !c.Args().Present() {
		return nil, nil
	}
	name, err := oneArgument(c, "FILE.json")
	if err != nil {
		return nil, err
	}
	return p.readExplanation(c.Context, name)
}

// mostSaved bounds a saved explanation, in bytes.
const mostSaved = 1 << 29

// readExplanation reads an explanation that was saved as JSON; "-" is standard input.
func (p *program) readExplanation(ctx context.Context, name string) (*explain.Explanation, error) {
	open := func() (io.ReadCloser, error) {
		if name == "-" {
			return io.NopCloser(p.stdin), nil
		}
		return os.Open(name)
	}
	b, err := contentOf(ctx, name, open, mostSaved)
	if err != nil {
		return nil, err
	}
	x, err := render.ReadJSON(bytes.NewReader(b))
	if err != nil {
		return nil, usage("%s: %w", name, err)
	}
	return x, nil
}

// An evaluation is what is found out about one explanation.
type evaluation struct {
	x         *explain.Explanation
	slight    int // edits of the text to explain too
	random    int // models of random weights to explain too
	judgement *metric.Judgement
	edits     []edited
	redrawn   []float64 // Spearman's coefficient with the scores of each model that has learnt nothing
	asked     int       // coalitions valued beyond the estimator's
	probable  bool      // whether the curves are in probabilities
	begin     time.Time
}

// run judges the explanation, which is estimated first where it is nil.
func (e *evaluation) run(ctx context.Context, b *bench) error {
	game, err := b.game(ctx, b.Request.Text)
	if err != nil {
		return err
	}
	if game.Players() == 0 {
		return usage("the text has no players to judge the scores of")
	}
	e.begin, e.probable = time.Now(), b.scale() != "logit"
	pool := explain.Cache(game)
	steps, done := b.count("steps", 2+e.slight+e.random)
	defer done()
	if e.x == nil {
		if e.x, err = b.explain(ctx, pool); err != nil {
			return err
		}
	} else if err := matches(e.x, game); err != nil {
		return err
	}
	steps(1)
	known := pool.Len()
	suite := metric.Suite{Probability: b.chance(), Seed: b.Request.RandomSeed()}
	if e.judgement, err = suite.Judge(ctx, pool, e.x, 0); err != nil {
		return err
	}
	e.asked = pool.Len() - known
	steps(1)
	b.fix(e.x)
	if e.edits, err = b.stability(ctx, e.x, e.slight, steps); err != nil {
		return err
	}
	e.redrawn, err = b.redraws(ctx, e.x, e.random, steps)
	return err
}

const helpEvaluate = `Tells how good an explanation is: how well it foretells what masking does
(faithfulness), how simple it is, how little it changes with the text, and with
--rationales how well it agrees with people. Beside each metric stand two others
for scale: of the same scores in random order, and of leave-one-out.

usage:
  explain evaluate [flags] --prompt TEXT
  explain evaluate FILE.json [flags]           judge a saved explanation
  explain evaluate --rationales FILE.jsonl     many texts, marked by people

Slight edits are a word in the other case, the mark at the end, two letters
swapped, a synonym. FILE.jsonl has "tokens", "rationale_freq" (the share of
people who marked each; half counts) or "rationale" (0 and 1), perhaps "label".

examples:
  explain evaluate --prompt "The plot is thin, but the acting is wonderful."
  explain evaluate why.json --format json --output how-good.json
  explain evaluate --rationales dynasent.jsonl --limit 100 --method lime
`
