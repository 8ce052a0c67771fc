package flags

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// NewApp returns the command line of a program: what it does without a subcommand, of
// which help tells, and its subcommands.
func NewApp(name, help string, action cli.ActionFunc, flags []cli.Flag, commands ...*cli.Command) *cli.App {
	return &cli.App{
		Name:                      name,
		DisableSliceFlagSeparator: true, // a --stop may have a comma
		Flags:                     flags,
		Before:                    check,
		Action:                    action,
		Commands:                  commands,
		CustomAppHelpTemplate:     helpText(help, flags),
		HideVersion:               true,
		HideHelpCommand:           true,
		OnUsageError:              refuse(flags),
		ExitErrHandler:            func(*cli.Context, error) {}, // whoever executes it tells of errors
	}
}

// NewCommand returns a subcommand, of which help tells.
func NewCommand(name, help string, action cli.ActionFunc, flags []cli.Flag) *cli.Command {
	return &cli.Command{
		Name:               name,
		Flags:              flags,
		Before:             check,
		Action:             action,
		CustomHelpTemplate: helpText(help, flags),
		HideHelpCommand:    true,
		OnUsageError:       refuse(flags),
	}
}

// Execute executes a command line, without the program's name.
func Execute(ctx context.Context, app *cli.App, args []string) error {
	args, err := arrange(app, args)
	if err != nil {
		return err
	}
	return app.RunContext(ctx, append([]string{app.Name}, args...))
}

// check tells of all flags whose values are none for them. The flag package would
// stop at the first.
func check(c *cli.Context) error {
	var faults []error
	for _, f := range c.Command.Flags {
		if check, ok := f.(cli.ActionableFlag); ok && c.IsSet(f.Names()[0]) {
			if err := check.RunAction(c); err != nil {
				faults = append(faults, err)
			}
		}
	}
	return together(faults)
}

// refuse turns an error of the flag package into one of ours.
func refuse(flags []cli.Flag) cli.OnUsageErrorFunc {
	return func(c *cli.Context, err error, _ bool) error { return usageErrorOf(err, flags, c.Command.HelpName) }
}

// KeepsInputs refuses an output that is one of the files that are read, whatever
// these are called.
func KeepsInputs(c *cli.Context, stdin io.Reader) error {
	output, err := os.Stat(c.String("output"))
	if err != nil || !output.Mode().IsRegular() {
		return nil //nolint:nilerr // where nothing is, nothing is lost
	}
	for _, name := range filesOf(c) {
		if in, err := os.Stat(name); err == nil && os.SameFile(in, output) {
			return terminal.Usage("%s is both input and output", name)
		}
	}
	if f, ok := stdin.(*os.File); ok {
		if in, err := f.Stat(); err == nil && os.SameFile(in, output) {
			return terminal.Usage("%s is standard input, too", c.String("output"))
		}
	}
	return nil
}

// filesOf returns what may be the name of a file that is read.
func filesOf(c *cli.Context) []string {
	names := c.Args().Slice()
	for _, f := range c.Command.Flags {
		switch f := f.(type) {
		// By the placeholder in help: what takes a FILE reads one, but for
		// --output. Two flags take a file or a text.
		case *cli.StringFlag:
			mayBeFile := strings.HasPrefix(f.Usage, "`FILE`") || f.Name == "template" || f.Name == "neutralize"
			if f.Name != "output" && mayBeFile {
				names = append(names, c.String(f.Name))
			}
		case *cli.StringSliceFlag:
			for _, value := range c.StringSlice(f.Name) {
				if _, name, ok := strings.Cut(value, "=@"); ok {
					names = append(names, name)
				}
			}
		}
	}
	return names
}
