package command

import (
	"errors"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	external "github.com/whence-xai/whence/explain/program"
)

// commandFlags say which program plays a game.
func commandFlags() []cli.Flag {
	return []cli.Flag{
		words(groupWhat, "command", "CMD", "a program that tells values, run by the shell"),
		words(groupWhat, "cache", "FILE", "values it has told; more are added, none asked twice"),
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
	x, err := p.estimateKept(c, g)
	return p.finish(newOutput(c), x, err)
}

// estimateKept estimates on a game whose values are kept in the file that the
// flags name, if they name one.
func (p *program) estimateKept(c *cli.Context, g explain.Game) (*explain.Explanation, error) {
	name := c.String("cache")
	if name == "" {
		return p.estimate(c, g, true)
	}
	begin := time.Now()
	kept, err := external.Keep(g, name)
	if err != nil {
		return nil, &usageError{err: err}
	}
	p.step(begin, "%s: the values of %d coalitions", name, kept.Len())
	x, err := p.estimate(c, kept, true)
	return x, errors.Join(err, kept.Close())
}
