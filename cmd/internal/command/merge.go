package command

import (
	"errors"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/corpus/bucket"
)

const helpMerge = `Joins the parts that "explain corpus --shard" wrote for OUT, once all are there.
The output is the same as of a run on one machine. The parts are kept.

usage:
  explain merge OUT [flags]

example:
  explain merge why.jsonl
`

func (p *program) mergeCommand() *cli.Command {
	return p.command("merge", helpMerge, p.merge, flags.Common())
}

// merge joins the parts of an output.
func (p *program) merge(c *cli.Context) error {
	output, err := flags.OneArgument(c, "OUT")
	if err != nil {
		return err
	}
	// What is there to be named before the merge is OUT.parts, and shells complete
	// that.
	output = strings.TrimSuffix(strings.TrimSuffix(output, "/"), ".parts")
	m, err := corpus.Merge(c.Context, &bucket.Store{}, output)
	var missing *corpus.MissingPartsError
	switch {
	case errors.As(err, &missing):
		return terminal.Usage("%w", err).Or("explain corpus … --shards %d --shard %s makes one", missing.Shards, missing.Missing[0])
	case err != nil:
		return err
	}
	return p.summarize(m, output)
}
