package command

import (
	"context"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	external "github.com/whence-xai/whence/explain/program"
	"github.com/whence-xai/whence/explain/stored"
)

// commandFlags say which program plays a game.
func commandFlags() []cli.Flag {
	return []cli.Flag{
		flags.What.Text("command", "CMD", "a program that computes the values of coalitions, run by the shell"),
		flags.What.Text("cache", "FILE", "file of values already computed; new ones are added, none is computed twice"),
		flags.What.Count("timeout", "maximum seconds for each of its answers (default: 60)"),
	}
}

// A gameSource is where the values of a game come from: a file that has them all, or
// a program.
type gameSource struct {
	file    string
	command string
	cache   string // file of values that the program has told
	timeout time.Duration
}

// gameSourceOf reads the flags of explain game.
func gameSourceOf(c *cli.Context) (s gameSource, err error) {
	if !c.IsSet("command") {
		for _, flag := range []string{"cache", "timeout"} {
			if c.IsSet(flag) {
				return s, terminal.Usage("--%s is for a game that a --command plays", flag)
			}
		}
		s.file, err = flags.OneArgument(c, "FILE.npz")
		return s, err
	}
	switch {
	case c.Args().Present():
		return s, terminal.Usage("both --command and %s are given", c.Args().First())
	case c.Bool("compare"):
		return s, terminal.Usage("--compare needs a stored game, of which all values are known")
	}
	return programOf(c), nil
}

// programOf returns the program that the flags name.
func programOf(c *cli.Context) gameSource {
	return gameSource{command: c.String("command"), cache: c.String("cache"), timeout: time.Duration(c.Int("timeout")) * time.Second}
}

// An openedGame is a game and what is to be done when it is over.
type openedGame struct {
	explain.Game
	mayFail bool // on the way
	close   func() error
}

// Unwrap returns the game within.
func (g *openedGame) Unwrap() explain.Game { return g.Game }

// openGame reads a game, or starts the program that plays it.
func (p *program) openGame(ctx context.Context, s gameSource) (*openedGame, error) {
	if s.command == "" {
		g, err := stored.Open(s.file)
		if err != nil {
			return nil, &terminal.UsageError{Err: err}
		}
		return &openedGame{Game: g, close: func() error { return nil }}, nil
	}
	g, err := external.Start(ctx, external.Shell(s.command), s.timeout)
	if err != nil {
		return nil, err
	}
	after := func(err error) error {
		_ = g.Close() // how it ends is its business
		return err
	}
	if s.cache == "" {
		return &openedGame{g, true, func() error { return after(nil) }}, nil
	}
	begin := time.Now()
	kept, err := external.Keep(g, s.cache)
	if err != nil {
		return nil, &terminal.UsageError{Err: after(err)}
	}
	p.terminal.Step(begin, "%s: the values of %d coalitions", s.cache, kept.Len())
	return &openedGame{kept, true, func() error { return after(kept.Close()) }}, nil
}
