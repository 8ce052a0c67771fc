package command

import (
	"bytes"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
)

const helpVerify = `Repeats a saved explanation with the settings that it has, and compares the two.
The same program on the same kind of processor gives the same bits. Elsewhere
numbers may differ by rounding and, where that changes which coalitions are
drawn, by their standard errors. The exit status is 1 if they differ by more.

usage:
  explain verify FILE.json [flags]
  explain verify FILE.json GAME.npz [flags]    of a stored game

A saved explanation never makes explain run a program, call a server, send a key
or download a model: --command, --endpoint or --model name these again.

examples:
  explain verify why.json
  explain verify asked.json --endpoint http://localhost:8000/v1
  explain verify why.json --strict --model ./my-bert
`

func (p *program) verifyCommand() *cli.Command {
	return p.command("verify", helpVerify, p.verify,
		[]cli.Flag{flags.How.Bool("strict", "accept only the same bits")}, allowances(), flags.Finding(false), flags.Common())
}

// verify does again what made a saved explanation and compares.
func (p *program) verify(c *cli.Context) error {
	if n := c.Args().Len(); n < 1 || n > 2 {
		return terminal.Usage("verify takes a saved explanation, and its game where that is a stored one").Or("explain verify why.json")
	}
	saved, err := p.readExplanation(c.Context, c.Args().First())
	if err != nil {
		return err
	}
	again, err := p.again(c, saved, c.Args().Slice()[1:])
	if err != nil {
		return err
	}
	v := verdict{saved: saved, again: again, strict: c.Bool("strict")}
	v.compare()
	if err := flags.OutputOf(c, p.stdout).Finding(v.finding()); err != nil {
		return err
	}
	if v.failed() {
		return errDiffers
	}
	return nil
}

// again does the request once more that made x, of a stored game with its file.
// What a file may not name is refused before anything is opened.
func (p *program) again(c *cli.Context, x *explain.Explanation, files []string) (*explain.Explanation, error) {
	r, err := savedRequest(x)
	if err == nil {
		err = permitted(c, r.Task, files)
	}
	if err == nil {
		err = allowModels(c, x, &r)
	}
	if err != nil {
		return nil, err
	}
	again, err := p.repeat(c, r, files)
	if err != nil {
		return nil, fmt.Errorf("doing it again: %w", err)
	}
	var b bytes.Buffer
	if err := render.JSON(&b, again); err != nil {
		return nil, err
	}
	// Through JSON and back: a file holds each number in the shortest form that
	// reads as the same bits, and lacks what is empty, so both sides must have gone
	// through one.
	return render.ReadJSON(&b) // as x was read
}

// repeat does a request of a file, with what the flags name.
func (p *program) repeat(c *cli.Context, r request.Request, files []string) (*explain.Explanation, error) {
	switch r.Task {
	case request.Ask:
		return p.askAgain(c, r)
	case request.Play:
		source := programOf(c)
		if len(files) > 0 {
			source = gameSource{file: files[0]}
		}
		g, err := p.openGame(c.Context, source)
		if err != nil {
			return nil, err
		}
		return p.play(c.Context, r, g)
	}
	run, err := r.Open(c.Context, p.models(c))
	if err != nil {
		return nil, flags.Faults(err)
	}
	return p.carryOut(c.Context, run)
}

// askAgain asks a server or a program again, which has kept no answers that the
// person does not name.
func (p *program) askAgain(c *cli.Context, r request.Request) (*explain.Explanation, error) {
	from, err := sourceOf(c)
	if err != nil {
		return nil, err
	}
	// Answers kept from the run that is to be confirmed would confirm themselves.
	from.noCache = from.cache == ""
	a, err := r.Asking(c.Context, p.models(c))
	if err != nil {
		return nil, flags.Faults(err)
	}
	x, _, err := p.put(c.Context, a, from)
	if err != nil {
		return nil, err // the rest of an explanation confirms nothing
	}
	return x, nil
}
