package command

import (
	"cmp"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
)

const helpGenerate = `Goes on with a text as a language model would, and with --why tells which parts
of the prompt made it.

usage:
  explain generate [flags] --prompt TEXT

examples:
  explain generate --prompt "Once upon a time"
  explain generate --prompt "I enjoy walking with my cute dog" \
    --model openai-community/gpt2 --max-length 50 --samples 5 --temperature 0.7
  explain generate --prompt "The dog" --beams 4 --no-repeat 3 --format json
  explain generate --chat --prompt "Why is the sky blue?" \
    --model HuggingFaceTB/SmolLM2-135M-Instruct
  explain generate --prompt "Lily had a red ball. One day" --max-tokens 8 --why
  explain generate --template "{fact} Lily was" --set "fact=It rained." \
    --set "fact=Her ball was lost." --why --unit field --answer " sad"
`

func (p *program) generateCommand() *cli.Command {
	flags := slices.Concat(
		taskFlags("stories (built in), a Hugging Face folder, or org/name of the hub (default: stories)"),
		[]cli.Flag{
			truth(groupWhat, "chat", "the prompt is the user's message; a .json file has all"),
			words(groupWhat, "system", "TEXT", "with --chat: what the model is told first"),
		},
		promptFlags(), decodingFlags("tokens to write at most (default: 50)"),
		whyFlags(request.Generate), writtenFlags(), whyFormats(), machineFlags(),
	)
	return p.command("generate", helpGenerate, flags, p.generate)
}

// generate continues a text.
func (p *program) generate(c *cli.Context) error {
	t, err := p.newTask(c, request.Generate)
	if err != nil {
		return err
	}
	g, err := t.request.Generation(c.Context, t.models)
	if err != nil {
		return inFlags(err)
	}
	t.opened(g.Model)
	for _, note := range g.Notes {
		if t.why {
			t.terminal.printf("note: %s", note)
		}
	}
	w := t.newWriting(g.Model, cmp.Or(t.request.Text, g.Prompt.Text))
	if !t.request.Chat {
		w.lead = g.Prompt.Text
	}
	if err := w.show(g.Tokens(c.Context)); err != nil {
		return err
	}
	return t.explained(c.Context, g.Run)
}
