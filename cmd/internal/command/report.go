package command

import (
	"context"
	"iter"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/corpus/bucket"
	"github.com/whence-xai/whence/explain/report"
)

const helpReport = `Summarizes the explanations of a corpus: the words that raise and lower each
class, with confidence intervals; what led to errors, where rows have labels;
clusters of explanations; representative texts; and a decision tree and linear
models over words that approximate the model, with how often they agree with it.
OUT is what "explain corpus" wrote, or the parts of it when all are there.

usage:
  explain report OUT… [flags]

examples:
  explain report why.jsonl
  explain report why.parquet --output report.html
  explain report why.jsonl --output words.csv
`

func (p *program) reportCommand() *cli.Command {
	return p.command("report", helpReport, p.report, []cli.Flag{
		flags.How.Count("clusters", "number of clusters of explanations (default: 6)"),
		flags.How.Count("depth", "maximum depth of the decision tree (default: 4)"),
		flags.How.Count("terms", "maximum number of words of a linear model (default: 20)"),
		flags.How.Count("texts", "number of representative texts, and of errors (default: 8)"),
		flags.How.Count("sample", "number of rows sampled for these (default: 4096)"),
		flags.How.Seed(),
	}, flags.Finding(false), flags.Common())
}

// report says what the explanations of a corpus come to.
func (p *program) report(c *cli.Context) error {
	outputs := c.Args().Slice()
	if len(outputs) == 0 {
		return terminal.Usage("report: no OUT given").Or("explain corpus makes one: explain corpus reviews.jsonl -o why.jsonl")
	}
	store := &bucket.Store{}
	r, err := report.Of(c.Context, rowsOf(c.Context, store, outputs), report.Options{
		Seed: c.Uint64("seed"), Sample: c.Int("sample"), Clusters: c.Int("clusters"),
		Texts: c.Int("texts"), Depth: c.Int("depth"), Terms: c.Int("terms"),
	})
	if err != nil {
		return &terminal.UsageError{Err: err}
	}
	// Only where the rows come from is taken of it, and outputs that are reported
	// on together are taken to be made alike: the first stands for all.
	m, err := corpus.ReadManifest(c.Context, store, outputs[0])
	if err != nil {
		return err
	}
	return flags.OutputOf(c, p.stdout).Finding(reportFinding(r, m))
}

// rowsOf yields the rows of several outputs.
func rowsOf(ctx context.Context, store corpus.Store, outputs []string) iter.Seq2[*corpus.Row, error] {
	return func(yield func(*corpus.Row, error) bool) {
		for _, output := range outputs {
			for row, err := range corpus.Rows(ctx, store, output) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}
