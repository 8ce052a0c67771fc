package main

import (
	"time"

	"github.com/urfave/cli/v2"

	external "github.com/whence-xai/whence/explain/program"
)

// commandFlags say which program plays a game.
func commandFlags() []cli.Flag {
	return []cli.Flag{
		words(groupWhat, "command", "CMD", "a program that tells values, run by the shell"),
		number(groupWhat, "timeout", "seconds that an answer of it may take (default: 60)"),
	}
}

// commandGame estimates on a game that a program plays. Where the program fails
// on the way, what is known by then is printed.
func (p *program) commandGame(c *cli.Context) error {
	switch {
	case c.Args().Present():
		return usage("both --command and %s are given", c.Args().First())
	case c.Bool("compare"):
		return usage("--compare needs a stored game, of which all values are known")
	}
	timeout := time.Duration(c.Int("timeout")) * time.Second
	g, err := external.Start(c.Context, external.Shell(c.String("command")), timeout)
	if err != nil {
		return err
	}
	defer g.Close()
	x, err := p.estimate(c, g, true)
	return p.finish(newOutput(c), x, err)
}
