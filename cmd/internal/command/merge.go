package command

import (
	"errors"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/corpus/bucket"
)

func (p *program) mergeCommand() *cli.Command {
	return p.command("merge", helpMerge, slices.Concat(runFlags()), p.merge)
}

// merge joins the parts of an output.
func (p *program) merge(c *cli.Context) error {
	output, err := oneArgument(c, "OUT")
	if err != nil {
		return err
	}
	output = strings.TrimSuffix(strings.TrimSuffix(output, "/"), ".parts")
	m, err := corpus.Merge(c.Context, &bucket.Store{}, output)
	var missing *corpus.MissingPartsError
	switch {
	case errors.As(err, &missing):
		return usage("%w", err).or("explain corpus … --shards %d --shard %s makes one", missing.Shards, missing.Missing[0])
	case err != nil:
		return err
	}
	return p.summarize(m, output)
}
