// Package command is the command line of explain: a file a command, from its flags to a
// request, and from what comes of it to the output. It is apart from the program so
// that explain-beam can do shards of a corpus as explain does.
package command

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/serve"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// Run executes a command line of explain, without the program's name, and returns
// the exit status.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: terminal.Results(stdout), terminal: terminal.Terminal{W: stderr}}
	return terminal.Report(stderr, "explain", flags.Execute(ctx, p.app(), args))
}

// Grace returns how long what a command line began may take to end after Ctrl-C. Some of
// it cannot be told to, such as opening a pipe that nobody reads; a server lets what
// runs come to its end.
func Grace(args []string) time.Duration {
	const grace = 5 * time.Second
	if len(args) > 0 && args[0] == "serve" {
		return grace + serve.Defaults().Drain
	}
	return grace
}

// A program is a run of the command: what it reads, and where it writes.
type program struct {
	stdin    io.Reader
	stdout   io.Writer
	terminal terminal.Terminal
}

const helpExplain = `Tells why a language model said what it said: which words of a text made it
answer as it did, each with its score and its standard error.

usage:
  explain [flags] --prompt TEXT
  explain game FILE.npz [flags]         estimate on a stored game
  explain game --command CMD [flags]    estimate on a game of another program
  explain show FILE.json [flags]        print a saved explanation
  explain corpus IN… --output OUT       explain many texts
  explain merge OUT                     join the parts of a corpus
  explain report OUT… [flags]           summarize the explanations of a corpus
  explain evaluate [FILE.json] [flags]  tell how good an explanation is
  explain compare --masks A,B [flags]   explain in several ways, side by side
  explain verify FILE.json [flags]      make a saved explanation again, compare
  explain diff A.json B.json            tell how two explanations differ
  explain audit [SET] [flags]           tell whether a model treats people alike
  explain generate --prompt TEXT        continue a text
  explain translate --prompt TEXT       translate or summarize a text
  explain answer --question TEXT …      answer a question from a text
  explain tag --prompt TEXT             label names and other parts of a text
  explain fill --prompt TEXT            predict the words at [MASK]
  explain attend --prompt TEXT          show attention and the logit lens
  explain ask --endpoint URL [flags]    ask a model on a server, or a program
  explain serve [flags]                 a page to try things out, and an API
  explain model pull|list|info|rm       models of the Hugging Face hub
  explain completion bash|zsh|fish      print a script that completes flags

examples:
  explain --prompt "The plot is thin, but the acting is wonderful."
  explain --file review.txt --unit sentence --sort score
  explain --prompt "not bad at all" --output why.json && explain show why.json
  explain --prompt "not bad at all" --index k-SII --output why.html

The exit status is 0, 1 for a failure, 2 for a mistake in the command, 130 when
interrupted.
`

// app returns the command line: the root command explains a text, subcommands
// do the rest.
func (p *program) app() *cli.App {
	// The library has a version flag of its own; this one tells the commit and the
	// kind of instructions as well.
	own := slices.Concat(flags.Task(request.Classify, ""), flags.Explanation(), flags.Batches(),
		[]cli.Flag{&cli.BoolFlag{Name: "version", Category: string(flags.Run), Usage: "print the version and stop"}})
	app := flags.NewApp("explain", helpExplain, p.guard(p.explain), own,
		p.gameCommand(), p.showCommand(), p.corpusCommand(), p.mergeCommand(), p.reportCommand(), p.evaluateCommand(), p.compareCommand(),
		p.verifyCommand(), p.diffCommand(), p.auditCommand(), p.generateCommand(), p.translateCommand(), p.answerCommand(), p.tagCommand(),
		p.fillCommand(), p.attendCommand(), p.askCommand(), p.serveCommand(), p.modelCommand(), p.completionCommand())
	app.Writer, app.ErrWriter = p.stdout, p.terminal.W
	return app
}

// command returns a subcommand with its groups of flags.
func (p *program) command(name, help string, action cli.ActionFunc, groups ...[]cli.Flag) *cli.Command {
	return flags.NewCommand(name, help, p.guard(action), slices.Concat(groups...))
}

// guard settles what every action needs settled first.
func (p *program) guard(action cli.ActionFunc) cli.ActionFunc {
	return func(c *cli.Context) error {
		p.terminal.Quiet, p.terminal.Verbose = c.Bool("quiet"), c.Bool("verbose")
		if p.terminal.Quiet && p.terminal.Verbose {
			return terminal.Usage("--quiet and --verbose exclude each other")
		}
		// Before anything is loaded: a long run must not end by writing over what
		// it has read.
		if err := flags.KeepsInputs(c, p.stdin); err != nil {
			return err
		}
		return action(c)
	}
}
