package command

import (
	"fmt"
	"math"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/bias"
	"github.com/whence-xai/whence/explain/corpus"
)

const helpAudit = `Tells whether a model treats people alike: it scores sentences that differ only
in the group of people they mention, and compares the groups, with confidence
intervals, and p-values corrected for multiple comparisons. The attribution is
the Shapley value of the swapped words, with the rest of the sentence as the
other player.

usage:
  explain audit [flags]                   built-in sentences
  explain audit SET [flags]               templates (.json), CrowS-Pairs, EEC
                                          (.csv), WinoBias, HolisticBias (dirs)
  explain audit --corpus FILE [flags]     your texts, their words swapped
  explain audit --augment FILE --output FILE    texts with their swapped twins

The exit status is 1 if the largest significant gap is over --fail-over; with
--neutralize, the gap that remains when those words are masked.

examples:
  explain audit --axes religion,gender --fail-over 0.1
  explain audit crows_pairs_anonymized.csv --likelihood masked --model ./bert
  explain audit --corpus reviews.jsonl --text-field body --label-field stars
  explain audit --neutralize gay,muslim --accuracy dev.tsv --text-field sentence
`

// auditCommand returns the command without the group of flags that choose a method:
// a swapped word and the rest of its sentence are two players, whose Shapley values
// take four coalitions and need no estimator.
func (p *program) auditCommand() *cli.Command {
	sentences := flags.What.Count("sentences", "maximum number of sentences; sets of them are drawn at random (default: 6000)")
	sentences.Value = 6000
	return p.command("audit", helpAudit, p.audit,
		[]cli.Flag{
			flags.What.Text("axes", "A,B,…", "the axes to compare, as in gender,religion (default: all)"),
			sentences,
			flags.What.Text("corpus", "FILE", "your texts, in which words are swapped"),
			flags.What.Text("lexicon", "FILE", "table of the words to swap, with a column for each group"),
		},
		fieldFlags(), flags.Model(),
		[]cli.Flag{flags.What.Choice("likelihood", "KIND", "compare how likely sentences are to a language model, instead of its class", "none", "masked", "causal")},
		flags.Masking(),
		[]cli.Flag{
			flags.How.Count("bootstrap", "number of bootstrap samples for intervals (default: 0, for Student's t)"),
			flags.How.Seed(),
			flags.How.Text("accuracy", "FILE", "labelled texts, to measure how much accuracy --neutralize costs"),
			failOverFlag(),
			flags.Print.Text("augment", "FILE", "write these texts and copies with the words swapped to --output"),
		},
		flags.Finding(false), flags.Batches())
}

// failOverFlag takes no negative number: gaps are compared by their size.
func failOverFlag() cli.Flag {
	f := flags.Print.Number("fail-over", "exit with status 1 if a significant gap is larger, as in 0.1")
	// An infinite limit is over every gap, so the default needs no case of its own.
	f.Value, f.DefaultText = math.Inf(1), "never"
	f.Action = func(_ *cli.Context, v float64) error {
		// Written so that NaN, too, is refused.
		if !(v >= 0) {
			return terminal.Usage("--%s %v is no gap", f.Name, v)
		}
		return nil
	}
	return f
}

// audit tells whether a model treats people alike.
func (p *program) audit(c *cli.Context) error {
	out, limit := flags.OutputOf(c, p.stdout), c.Float64("fail-over")
	f, err := auditFlagsOf(c)
	if err != nil {
		return err
	}
	if file := c.String("augment"); file != "" {
		return p.augment(c.Context, f, file, out.File)
	}
	var r request.Request
	if err := flags.Overlay(c, &r); err != nil {
		return err
	}
	a := &auditing{program: p, flags: f, Request: r, models: p.models(c), read: &bias.Tally{}}
	if err := a.open(c.Context); err != nil {
		return err
	}
	if err := a.run(c.Context); err != nil {
		return err
	}
	a.settle()
	// The finding comes first: whoever fails a build by the limit wants to read
	// why.
	if err := out.Finding(a.finding()); err != nil {
		return err
	}
	if largest := bias.Largest(a.gaps); largest > limit {
		return fmt.Errorf("the largest significant gap is %s, --fail-over is %v", output.Short(largest), limit)
	}
	return nil
}

// auditFlags are what the flags say of an audit, beside the request.
type auditFlags struct {
	axes       []string // none for all
	set        string   // templates or a benchmark; "" for the program's own
	corpus     string   // the user's texts
	lexicon    string   // words to swap in them
	fields     corpus.Fields
	limit      int    // texts; 0 for all
	sentences  int    // at most
	likelihood string // of a language model; "none" for a class
	bootstrap  int
	accuracy   string // labelled texts
}

// auditFlagsOf reads the flags. What sentences are made of is one of three: a named
// set, the user's texts, or where neither is given the built-in templates.
func auditFlagsOf(c *cli.Context) (f auditFlags, err error) {
	f = auditFlags{
		corpus: c.String("corpus"), lexicon: c.String("lexicon"), fields: fieldsOf(c), limit: c.Int("limit"),
		sentences: c.Int("sentences"), likelihood: c.String("likelihood"), bootstrap: c.Int("bootstrap"), accuracy: c.String("accuracy"),
	}
	if list := c.String("axes"); list != "" {
		f.axes = strings.Split(list, ",")
	}
	switch {
	case c.Args().Present() && f.corpus != "":
		return f, terminal.Usage("both --corpus and %s are given", c.Args().First())
	case c.Args().Present():
		f.set, err = flags.OneArgument(c, "SET")
	}
	return f, err
}
