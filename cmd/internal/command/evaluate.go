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
	if saved != nil {
		if err := restore(c, saved); err != nil {
			return err
		}
	}
	e, err := p.newEvaluation(c, saved)
	if err != nil {
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
	judgement *metric.Judgement
	edits     []edited
	redrawn   []float64 // Spearman's coefficient with the scores of each model that has learnt nothing
	asked     int       // coalitions valued beyond the estimator's
	probable  bool      // whether the curves are in probabilities
	begin     time.Time
}

// newEvaluation judges an explanation, which is estimated first where it is nil.
func (p *program) newEvaluation(c *cli.Context, x *explain.Explanation) (*evaluation, error) {
	b, err := p.newBench(c)
	if err != nil {
		return nil, err
	}
	words, err := p.text(c)
	if err != nil {
		return nil, err
	}
	game, err := b.game(words, nil)
	if err != nil {
		return nil, err
	}
	if game.Players() == 0 {
		return nil, usage("the text has no players to judge the scores of")
	}
	e := &evaluation{x: x, begin: time.Now(), probable: c.String("scale") != "logit"}
	pool := explain.Cache(game)
	steps, done := p.count("steps", 2+c.Int("edits")+c.Int("redraws"))
	defer done()
	if e.x == nil {
		if e.x, err = b.explain(pool); err != nil {
			return nil, err
		}
	} else if err := matches(x, game); err != nil {
		return nil, err
	}
	steps(1)
	known := pool.Len()
	suite := metric.Suite{Probability: b.chance(), Seed: c.Uint64("seed")}
	if e.judgement, err = suite.Judge(c.Context, pool, e.x, 0); err != nil {
		return nil, err
	}
	e.asked = pool.Len() - known
	steps(1)
	if err := b.fix(e.x); err != nil {
		return nil, err
	}
	if e.edits, err = b.stability(e.x, steps); err != nil {
		return nil, err
	}
	e.redrawn, err = b.redraws(e.x, steps)
	return e, err
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
