package command

import (
	"context"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
)

const helpEvaluate = `Tells how good an explanation is: how well it predicts what masking does
(faithfulness), how simple it is, how little it changes with slight edits of the
text (stability), and with --rationales how well it agrees with people
(plausibility). Each metric is compared with that of the same scores in random
order, and of leave-one-out.

usage:
  explain evaluate [flags] --prompt TEXT
  explain evaluate FILE.json [flags]           judge a saved explanation
  explain evaluate --rationales FILE.jsonl     many texts, marked by people

Slight edits are a word in the other case, another mark at the end, two letters
swapped, a synonym. FILE.jsonl has "tokens", "rationale_freq" (the share of
people who marked each; half counts) or "rationale" (0 and 1), perhaps "label".

examples:
  explain evaluate --prompt "The plot is thin, but the acting is wonderful."
  explain evaluate why.json --format json --output how-good.json
  explain evaluate --rationales dynasent.jsonl --limit 100 --method lime
`

// evaluateCommand has defaults that keep it to some eight explanations: one of the
// text, one for each edit, and one of a model drawn at random.
func (p *program) evaluateCommand() *cli.Command {
	edits := flags.How.Count("edits", "number of slight edits of the text to explain too (default: 6)")
	edits.Value = 6
	redraws := flags.How.Count("redraws", "number of models with random weights to explain too (default: 1)")
	redraws.Value = 1
	return p.command("evaluate", helpEvaluate, p.evaluate, flags.Task(request.Classify, ""),
		[]cli.Flag{
			edits, redraws,
			flags.What.Text("rationales", "FILE", "texts with the words that people marked, as lines of JSON"),
			flags.What.Count("limit", "maximum number of these texts (default: all)"),
		},
		flags.Finding(true), flags.Batches())
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
		r, err = flags.RequestOf(c, request.Classify, p.stdin)
	}
	if err != nil {
		return err
	}
	b, err := p.newExplainer(c, r)
	if err != nil {
		return err
	}
	e := &evaluation{x: saved, slight: c.Int("edits"), random: c.Int("redraws")}
	if err := e.run(c.Context, b); err != nil {
		return err
	}
	return flags.OutputOf(c, p.stdout).Finding(e.finding())
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
// All metrics share the estimator's pool, so that what it has valued costs nothing
// again.
func (e *evaluation) run(ctx context.Context, b *explainer) error {
	game, err := b.game(ctx, b.Request.Text)
	if err != nil {
		return err
	}
	if game.Players() == 0 {
		return terminal.Usage("the text has no players to judge the scores of")
	}
	e.begin, e.probable = time.Now(), b.Request.ScaleName() != "logit"
	pool := explain.Cache(game)
	steps, done := b.terminal.Count("steps", 2+e.slight+e.random)
	defer done()
	if e.x == nil {
		if e.x, err = b.explain(ctx, pool); err != nil {
			return err
		}
	} else if err := matches(e.x, game); err != nil {
		return err
	}
	steps(1)
	// The pool counts coalitions, and knows those of the estimator: what is added
	// from here on is what the judgement has cost.
	known := pool.Len()
	suite := metric.Suite{Probability: chance(b.Request.ScaleName()), Seed: b.Request.RandomSeed()}
	if e.judgement, err = suite.Judge(ctx, pool, e.x, 0); err != nil {
		return err
	}
	e.asked = pool.Len() - known
	steps(1)
	// An edit may tip the prediction. Its scores are compared with those of x, so
	// they must be of the same class.
	b.fix(e.x)
	if e.edits, err = b.stability(ctx, e.x, e.slight, steps); err != nil {
		return err
	}
	e.redrawn, err = b.redraws(ctx, e.x, e.random, steps)
	return err
}
