package command

import (
	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
)

const helpDiff = `Tells how two saved explanations differ, term by term, with the standard errors
of both, and how the settings differ that they were made with. In two different
texts, words are matched that are the same and in the same order.

usage:
  explain diff BEFORE.json AFTER.json [flags]

example:
  explain --prompt "not bad" --output before.json
  explain --prompt "not so bad" --output after.json
  explain diff before.json after.json
`

func (p *program) diffCommand() *cli.Command {
	return p.command("diff", helpDiff, p.diff, flags.Finding(false), flags.Common())
}

// diff tells how two saved explanations differ.
func (p *program) diff(c *cli.Context) error {
	if c.Args().Len() != 2 {
		return terminal.Usage("diff takes two saved explanations").Or("explain diff before.json after.json")
	}
	var x [2]*explain.Explanation
	for i := range x {
		var err error
		if x[i], err = p.readExplanation(c.Context, c.Args().Get(i)); err != nil {
			return err
		}
	}
	d, err := newChanges(x[0], x[1])
	if err != nil {
		return err
	}
	return flags.OutputOf(c, p.stdout).Finding(d.finding(c.Args().Get(0), c.Args().Get(1)))
}
