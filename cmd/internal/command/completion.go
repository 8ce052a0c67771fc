package command

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"
)

func (p *program) completionCommand() *cli.Command {
	return p.command("completion", helpCompletion, nil, p.completion)
}

// completion prints a script that completes subcommands, flags, and the words
// that a flag takes. The scripts hold all they need: to complete starts no program.
func (p *program) completion(c *cli.Context) error {
	shell, err := oneArgument(c, "bash|zsh|fish")
	if err != nil {
		return err
	}
	scripts := map[string]func([]completed) string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}
	script, ok := scripts[shell]
	if !ok {
		return usage("completion: unknown shell %q", shell).or("there are bash, zsh, fish")
	}
	_, err = fmt.Fprint(p.stdout, script(completions(c.App)))
	return err
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
	values    []string // those it takes; empty for any
}

// files reports whether a flag takes the name of a file or folder.
func (f completedFlag) files() bool {
	return f.name == "file" || f.name == "output" || f.name == "cache" || f.name == "model"
}

// completions collects what can be completed, the root first.
func completions(app *cli.App) []completed {
	root := completed{flags: completedFlags(app.Flags)}
	all := []completed{root}
	for _, command := range app.Commands {
		all[0].words = append(all[0].words, command.Name)
		sub := completed{command: command.Name, flags: completedFlags(command.Flags), file: true}
		if command.Name == "completion" {
			sub.words, sub.file = []string{"bash", "zsh", "fish"}, false
		}
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

func completedFlags(flags []cli.Flag) []completedFlag {
	var out []completedFlag
	for _, f := range flags {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		_, use := signature(f, d)
		flag := completedFlag{name: f.Names()[0], use: use, takes: d.TakesValue()}
		if c, ok := f.(choice); ok {
			flag.values = c.values
		}
		out = append(out, flag)
	}
	return out
}
