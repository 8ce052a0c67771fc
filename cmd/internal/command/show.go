package command

import (
	"slices"

	"github.com/urfave/cli/v2"
)

func (p *program) showCommand() *cli.Command {
	flags := slices.Concat(explanationFlags(), runFlags())
	return p.command("show", helpShow, flags, p.show)
}

// show prints an explanation that was saved as JSON.
func (p *program) show(c *cli.Context) error {
	name, err := oneArgument(c, "FILE.json")
	if err != nil {
		return err
	}
	x, err := p.readExplanation(c.Context, name)
	if err != nil {
		return err
	}
	return p.print(newOutput(c), x)
}
