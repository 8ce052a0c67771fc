package command

import (
	"cmp"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
)

const helpGenerate = `Continues a text with a language model, and with --why tells which parts of the
prompt led to that.

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
	return p.command("generate", helpGenerate, p.generate,
		flags.Task(request.Generate, "stories (built in), a folder, a .gguf file, or org/name on the Hugging Face hub (default: stories)"), flags.Answers(), flags.Machine())
}

// generate continues a text.
func (p *program) generate(c *cli.Context) error {
	t, err := p.newTask(c, request.Generate)
	if err != nil {
		return err
	}
	g, err := t.request.Generation(c.Context, t.models)
	if err != nil {
		return flags.Faults(err)
	}
	t.opened(g.Model)
	// They are of what an explanation leaves out, and of no interest without one.
	for _, note := range g.Notes {
		if t.why {
			t.terminal.Printf("note: %s", note)
		}
	}
	// JSON has the prompt as the person gave it; one made of a template has but its
	// outcome.
	w := t.newWriting(g.Model, cmp.Or(t.request.Text, g.Prompt.Text))
	// A continuation is shown behind its prompt. An answer in a chat stands alone,
	// since the prompt is then full of the template's markers.
	if !t.request.Chat {
		w.lead = g.Prompt.Text
	}
	if err := w.show(g.Tokens(c.Context)); err != nil {
		return err
	}
	return t.explained(c.Context, g.Run)
}
