// Command explain tells why a language model said what it said: which words of
// a text made the model answer as it did, each with its share and its error.
//
//	explain --prompt "The plot is thin, but the acting is wonderful."
//
// It is flags, calls of the library, and a renderer; what it computes is to be
// had from packages explain, shap, lime and model too.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes a command line and returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, terminal: terminal{w: stderr}}
	return p.terminal.report(p.execute(ctx, args))
}

// execute executes a command line.
func (p *program) execute(ctx context.Context, args []string) error {
	app := p.app()
	args, err := arrange(app, args)
	if err != nil {
		return err
	}
	return app.RunContext(ctx, append([]string{app.Name}, args...))
}
