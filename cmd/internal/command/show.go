package command

import (
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/render"
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
	in := p.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return usage("%w", err)
		}
		defer f.Close()
		in = f
	}
	x, err := render.ReadJSON(in)
	if err != nil {
		return usage("%s: %w", name, err)
	}
	return p.print(newOutput(c), x)
}
