package flags

import (
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// arrange returns args with the positional arguments of a subcommand behind its
// flags: the flag package takes everything behind the first positional argument
// for one too.
// So "explain corpus in.jsonl --output out.jsonl" works as everybody types it. What
// stands behind "--" is never a flag.
func arrange(app *cli.App, args []string) ([]string, error) {
	at, help := 0, false
	for at < len(args) && isFlag(args[at]) {
		help = help || isHelp(args[at])
		at = min(at+length(app.Flags, args[at]), len(args))
	}
	if at == len(args) || args[at] == "--" {
		return args, nil
	}
	command := app.Command(args[at])
	switch {
	case command == nil && help:
		return []string{"--help"}, nil
	case command == nil:
		return args, nil
	case at > 0:
		return nil, terminal.Usage("%s stands before %s", args[0], command.Name).
			Or("the flags of a subcommand follow it: explain %s %s …", command.Name, args[0])
	}
	return behind(command, args), nil
}

// behind returns the command line of a subcommand with the positional arguments
// behind its flags. The first one may be a subcommand again.
func behind(command *cli.Command, args []string) []string {
	out, positional := args[:1:1], []string(nil)
	if len(args) > 1 && command.Subcommands != nil {
		for _, sub := range command.Subcommands {
			if sub.Name == args[1] {
				return append(out, behind(sub, args[1:])...)
			}
		}
	}
	for rest := args[1:]; len(rest) > 0; {
		if isHelp(rest[0]) {
			return append(out, "--help")
		}
		if rest[0] == "--" {
			positional = append(positional, rest[1:]...)
			break
		}
		n := 1
		if isFlag(rest[0]) {
			// A flag at the end may lack its value, which the flag package then
			// says.
			n = min(length(command.Flags, rest[0]), len(rest))
			out = append(out, rest[:n]...)
		} else {
			positional = append(positional, rest[0])
		}
		rest = rest[n:]
	}
	return append(append(out, "--"), positional...)
}

func isFlag(arg string) bool { return len(arg) > 1 && arg[0] == '-' && arg != "--" }

// isHelp reports whether help is asked for. The flag package takes an argument beside
// it for the name of a command.
func isHelp(arg string) bool { return slices.Contains([]string{"-h", "--h", "-help", "--help"}, arg) }

// length returns how many arguments a flag takes, itself included.
// "--flag=value" is one argument; no flag is called so, and 1 is right for it.
func length(flags []cli.Flag, arg string) int {
	name := strings.TrimLeft(arg, "-")
	for _, f := range flags {
		d, ok := f.(cli.DocGenerationFlag)
		if ok && d.TakesValue() && slices.Contains(f.Names(), name) {
			return 2
		}
	}
	return 1
}

// NoArguments refuses what stands on the command line of the root, or of a command that
// takes flags alone, and is no flag.
func NoArguments(c *cli.Context) error {
	if !c.Args().Present() {
		return nil
	}
	first := c.Args().First()
	e := terminal.Usage("unexpected argument %q", first)
	var commands []string
	for _, command := range c.App.Commands {
		commands = append(commands, command.Name)
	}
	if near := request.Nearest(first, commands); near != "" {
		return e.Or("did you mean explain %s?", near)
	}
	// Other programs have them as commands.
	if first == "help" || first == "version" {
		return e.Or("did you mean --%s?", first)
	}
	if !slices.ContainsFunc(c.Command.Flags, func(f cli.Flag) bool { return f.Names()[0] == "prompt" }) {
		return e
	}
	// Words without quotes, most likely: all of them are put together to what was
	// meant.
	return e.Or("did you mean --prompt %q?", strings.TrimSpace(c.String("prompt")+" "+strings.Join(c.Args().Slice(), " ")))
}

// OneArgument returns the file that a subcommand is about.
func OneArgument(c *cli.Context, what string) (string, error) {
	_, command, _ := strings.Cut(c.Command.HelpName, " ") // "model pull" of "explain model pull"
	switch c.Args().Len() {
	case 1:
		return c.Args().First(), nil
	case 0:
		return "", terminal.Usage("%s: no %s given", command, what).Or("explain %s %s", command, what)
	}
	return "", terminal.Usage("%s: unexpected argument %q", command, c.Args().Get(1)).Or("one %s at a time", what)
}

// What packages flag and cli say, which have no types for it.
var (
	unknownFlag  = regexp.MustCompile(`^flag provided but not defined: -+(\S+)`)
	missingValue = regexp.MustCompile(`^flag needs an argument: -+(\S+)`)
	invalidValue = regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-+(\S+): `)
	invalidEnv   = regexp.MustCompile(`^could not parse (".*") as .* value from environment variable "(\w+)"`)
)

// usageErrorOf says in our words what the flag package found wrong with the flags of a
// command, as "explain game".
func usageErrorOf(err error, flags []cli.Flag, command string) error {
	text := err.Error()
	if m := unknownFlag.FindStringSubmatch(text); m != nil {
		e := terminal.Usage("unknown flag --%s", m[1])
		if near := request.Nearest(m[1], namesOf(flags)); near != "" {
			return e.Or("did you mean --%s?", near)
		}
		return e.Or("%s --help lists the flags", command)
	}
	if m := missingValue.FindStringSubmatch(text); m != nil {
		return terminal.Usage("--%s needs a value", m[1])
	}
	if m := invalidValue.FindStringSubmatch(text); m != nil {
		return terminal.Usage("--%s %s is not %s", m[2], m[1], kind(flags, m[2]))
	}
	if m := invalidEnv.FindStringSubmatch(text); m != nil {
		return terminal.Usage("%s=%s is not a value for its flag", m[2], m[1])
	}
	return terminal.Usage("%w", err)
}

// kind names the values that a flag takes.
func kind(flags []cli.Flag, name string) string {
	for _, f := range flags {
		if !slices.Contains(f.Names(), name) {
			continue
		}
		switch f.(type) {
		case *cli.IntFlag:
			return "a whole number"
		case *cli.Uint64Flag:
			return "a whole number from 0"
		case *cli.Float64Flag:
			return "a number"
		case *cli.BoolFlag:
			return "true or false"
		}
	}
	return "a value for it"
}

// namesOf returns what a misspelt flag may have been meant for; aliases of one
// letter are near to everything, and left out.
func namesOf(flags []cli.Flag) []string {
	names := []string{"help"}
	for _, f := range flags {
		names = append(names, f.Names()[0])
	}
	return names
}
