package command

import (
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// A program is a run of the command: what it reads, and where it writes.
type program struct {
	stdin    io.Reader
	stdout   io.Writer
	terminal terminal
}

// app returns the command line: the root command explains a text, subcommands
// do the rest.
func (p *program) app() *cli.App {
	flags := slices.Concat(inputFlags(), methodFlags(), gameFlags(), explanationFlags(), runFlags(batchFlags()...))
	flags = append(flags, &cli.BoolFlag{Name: "version", Category: groupRun, Usage: "print the version and stop"})
	app := &cli.App{
		Name:                      "explain",
		DisableSliceFlagSeparator: true, // a --stop may have a comma
		Flags:                     flags,
		Before:                    checkFlags,
		Action:                    p.guard(p.explain),
		Commands:                  []*cli.Command{p.gameCommand(), p.showCommand(), p.corpusCommand(), p.mergeCommand(), p.reportCommand(), p.evaluateCommand(), p.compareCommand(), p.verifyCommand(), p.diffCommand(), p.auditCommand(), p.generateCommand(), p.translateCommand(), p.answerCommand(), p.tagCommand(), p.fillCommand(), p.attendCommand(), p.askCommand(), p.modelCommand(), p.completionCommand()},
		CustomAppHelpTemplate:     helpText(helpExplain, flags),
		HideVersion:               true,
		HideHelpCommand:           true,
		Writer:                    p.stdout,
		ErrWriter:                 p.terminal.w,
		OnUsageError:              refuse(flags),
		ExitErrHandler:            func(*cli.Context, error) {}, // run tells of errors
	}
	return app
}

// command returns a subcommand with what all of them share.
func (p *program) command(name, help string, flags []cli.Flag, action cli.ActionFunc) *cli.Command {
	return &cli.Command{
		Name:               name,
		Flags:              flags,
		Before:             checkFlags,
		Action:             p.guard(action),
		CustomHelpTemplate: helpText(help, flags),
		HideHelpCommand:    true,
		OnUsageError:       refuse(flags),
	}
}

// checkFlags tells of all flags whose values are none for them. The flag package
// would stop at the first.
func checkFlags(c *cli.Context) error {
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

// guard settles what every action needs settled first.
func (p *program) guard(action cli.ActionFunc) cli.ActionFunc {
	return func(c *cli.Context) error {
		p.terminal.quiet, p.terminal.verbose = c.Bool("quiet"), c.Bool("verbose")
		if p.terminal.quiet && p.terminal.verbose {
			return usage("--quiet and --verbose exclude each other")
		}
		if err := p.keepsInputs(c); err != nil {
			return err
		}
		return action(c)
	}
}

// keepsInputs refuses an output that is one of the files that are read, whatever
// these are called.
func (p *program) keepsInputs(c *cli.Context) error {
	output, err := os.Stat(c.String("output"))
	if err != nil || !output.Mode().IsRegular() {
		return nil //nolint:nilerr // where nothing is, nothing is lost
	}
	names := c.Args().Slice()
	for _, f := range c.Command.Flags {
		switch f := f.(type) {
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
	for _, name := range names {
		if in, err := os.Stat(name); err == nil && os.SameFile(in, output) {
			return usage("%s is both input and output", name)
		}
	}
	if f, ok := p.stdin.(*os.File); ok {
		if in, err := f.Stat(); err == nil && os.SameFile(in, output) {
			return usage("%s is standard input, too", c.String("output"))
		}
	}
	return nil
}

// refuse turns an error of the flag package into one of ours.
func refuse(flags []cli.Flag) cli.OnUsageErrorFunc {
	return func(_ *cli.Context, err error, _ bool) error { return usageErrorOf(err, flags) }
}
