package command

import (
	"github.com/urfave/cli/v2"
	"github.com/whence-xai/whence/cmd/internal/flags"
)

const helpShow = `Prints an explanation that was saved as JSON, in any format. FILE may be "-"
for standard input.

usage:
  explain show FILE.json [flags]

examples:
  explain show why.json --format markdown --sort score --top 5
  explain show why.json --output why.html
  explain show why.json --picture force --output why.png

A png has no scripts that join letters or run from right to left, and Chinese,
Japanese and Korean need a --font. html and svg have every script.
`

func (p *program) showCommand() *cli.Command {
	return p.command("show", helpShow, p.show, flags.Explanation(), flags.Common())
}

// show prints an explanation that was saved as JSON.
func (p *program) show(c *cli.Context) error {
	name, err := flags.OneArgument(c, "FILE.json")
	if err != nil {
		return err
	}
	x, err := p.readExplanation(c.Context, name)
	if err != nil {
		return err
	}
	return flags.OutputOf(c, p.stdout).Explanation(x)
}
