package command

import (
	"context"
	"iter"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/corpus/bucket"
	"github.com/whence-xai/whence/explain/report"
)

func (p *program) reportCommand() *cli.Command {
	flags := slices.Concat([]cli.Flag{
		number(groupHow, "clusters", "kinds of explanations to look for (default: 6)"),
		number(groupHow, "depth", "of the decision tree, in words asked for (default: 4)"),
		number(groupHow, "terms", "words of the linear models (default: 20)"),
		number(groupHow, "texts", "representative texts, and errors (default: 8)"),
		number(groupHow, "sample", "rows that these rest on (default: 4096)"),
		seedFlag(),
	}, findingFlags(), runFlags())
	return p.command("report", helpReport, flags, p.report)
}

// report says what the explanations of a corpus come to.
func (p *program) report(c *cli.Context) error {
	outputs := c.Args().Slice()
	if len(outputs) == 0 {
		return usage("report: no OUT given").or("explain corpus makes one: explain corpus reviews.jsonl -o why.jsonl")
	}
	store := &bucket.Store{}
	r, err := report.Of(c.Context, rowsOf(c.Context, store, outputs), report.Options{
		Seed: c.Uint64("seed"), Sample: c.Int("sample"), Clusters: c.Int("clusters"),
		Texts: c.Int("texts"), Depth: c.Int("depth"), Terms: c.Int("terms"),
	})
	if err != nil {
		return &usageError{err: err}
	}
	m, err := corpus.ReadManifest(c.Context, store, outputs[0])
	if err != nil {
		return err
	}
	return p.publish(newOutput(c), reportFinding(r, m))
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
