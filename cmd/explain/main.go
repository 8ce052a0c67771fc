// Command explain tells why a language model said what it said: which words of
// a text made the model answer as it did, each with its share and its error.
//
//	explain --prompt "The plot is thin, but the acting is wonderful."
//
// What it computes is to be had from packages explain, shap, lime and model too.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/whence-xai/whence/cmd/internal/command"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		stop() // a second Ctrl-C ends the program at once
		time.AfterFunc(command.Grace(os.Args[1:]), func() { os.Exit(terminal.Report(os.Stderr, "explain", context.Canceled)) })
	})
	os.Exit(command.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
