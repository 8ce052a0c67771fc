package command

import (
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
)

const helpCompletion = `Prints a script that makes a shell complete the flags of explain.

usage:
  explain completion bash|zsh|fish

examples:
  source <(explain completion bash)
  explain completion fish > ~/.config/fish/completions/explain.fish
`

func (p *program) completionCommand() *cli.Command {
	return p.command("completion", helpCompletion, p.completion)
}

// completion prints a script that completes what can be typed.
func (p *program) completion(c *cli.Context) error {
	shell, err := flags.OneArgument(c, strings.Join(flags.Shells(), "|"))
	if err != nil {
		return err
	}
	script, err := flags.Completion(c.App, shell)
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.stdout, script)
	return err
}
