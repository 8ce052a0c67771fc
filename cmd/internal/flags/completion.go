package flags

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// Shells returns the shells for which there is a script.
func Shells() []string { return []string{"bash", "zsh", "fish"} }

// Completion returns a script by which a shell completes subcommands, flags, and the
// words that a flag takes. It holds all that takes: to complete starts no program.
func Completion(app *cli.App, shell string) (string, error) {
	switch all := completions(app); shell {
	case "bash":
		return bashScript(all), nil
	case "zsh":
		return zshScript(all), nil
	case "fish":
		return fishScript(all), nil
	}
	return "", terminal.Usage("completion: unknown shell %q", shell).Or("there are %s", strings.Join(Shells(), ", "))
}

// completed is what can follow a command: "" is the root.
type completed struct {
	command string
	words   []string // positional arguments, where they are few
	file    bool     // the positional argument is a file
	flags   []completedFlag
}

type completedFlag struct {
	name, use string
	takes     bool     // a value
	files     bool     // that is the name of a file or folder
	values    []string // those it takes; empty for any
}

// completions collects what can be completed, the root first.
func completions(app *cli.App) []completed {
	root := completed{flags: completedFlags(app.Flags)}
	all := []completed{root}
	for _, command := range app.Commands {
		all[0].words = append(all[0].words, command.Name)
		sub := completed{command: command.Name, flags: completedFlags(command.Flags), file: true}
		if command.Name == "completion" {
			sub.words, sub.file = Shells(), false
		}
		// Scripts know one level of commands: flags of those below are offered
		// together.
		for _, c := range command.Subcommands {
			sub.words, sub.file = append(sub.words, c.Name), false
			for _, f := range completedFlags(c.Flags) {
				if !slices.ContainsFunc(sub.flags, func(had completedFlag) bool { return had.name == f.name }) {
					sub.flags = append(sub.flags, f)
				}
			}
		}
		all = append(all, sub)
	}
	return all
}

// completedFlags tells by the placeholder in help which flags take a file; --model
// takes a folder among other things.
func completedFlags(flags []cli.Flag) []completedFlag {
	var out []completedFlag
	for _, f := range flags {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		name, use := signature(f, d)
		flag := completedFlag{name: f.Names()[0], use: use, takes: d.TakesValue()}
		flag.files = strings.HasSuffix(name, " FILE") || flag.name == "model"
		if c, ok := f.(choice); ok {
			flag.values = c.values
		}
		out = append(out, flag)
	}
	return out
}
