package command

import (
	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
)

const helpTranslate = `Translates, summarizes or transcribes a text, or does whatever else an
encoder-decoder model was trained for, and with --why tells which parts of the
text led to the answer.

usage:
  explain translate [flags] --prompt TEXT

examples:
  explain translate --prompt hello
  explain translate --prompt "How are you?" --model Helsinki-NLP/opus-mt-en-fr
  explain translate --prompt "How are you?" --from eng_Latn --to fra_Latn \
    --model facebook/nllb-200-distilled-600M
  explain translate --model t5-small \
    --prompt "translate English to German: Hello!"
  explain translate --prompt wonderful --why --unit character
`

func (p *program) translateCommand() *cli.Command {
	return p.command("translate", helpTranslate, p.translate,
		flags.Task(request.Translate, "g2p (built in), a folder, or org/name on the Hugging Face hub (default: g2p)"), flags.Answers(), flags.Machine())
}

// translate writes one text for another.
func (p *program) translate(c *cli.Context) error {
	t, err := p.newTask(c, request.Translate)
	if err != nil {
		return err
	}
	translation, err := t.request.Translation(c.Context, t.models)
	if err != nil {
		return flags.Faults(err)
	}
	t.opened(translation.Model)
	// With --why the explanation has it among its warnings.
	if translation.Note != "" && !t.why {
		t.terminal.Printf("note: %s", translation.Note)
	}
	w := t.newWriting(translation.Model, t.request.Text)
	if err := w.show(translation.Tokens(c.Context)); err != nil {
		return err
	}
	return t.explained(c.Context, translation.Run)
}
