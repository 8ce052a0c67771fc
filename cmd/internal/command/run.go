// Package command is the command line of explain: flags, calls of the library, and
// what is printed. It is apart from the program so that explain-beam can do shards
// of a corpus as explain does.
package command

import (
	"context"
	"io"

	"github.com/urfave/cli/v2"
)

// Run executes a command line of explain, without the program's name, and returns
// the exit status.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: results{stdout, isTerminal(stdout)}, terminal: terminal{w: stderr}}
	return p.terminal.report(p.execute(ctx, p.app(), args))
}

// execute executes a command line.
func (p *program) execute(ctx context.Context, app *cli.App, args []string) error {
	args, err := arrange(app, args)
	if err != nil {
		return err
	}
	return app.RunContext(ctx, append([]string{app.Name}, args...))
}
