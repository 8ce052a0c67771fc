package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/render"
)

const helpFill = `Predicts the words at [MASK] with a masked language model, and with --why tells
which other words made the model choose one.

usage:
  explain fill [flags] --prompt TEXT --model MODEL

examples:
  explain fill --prompt "A [MASK] film." --model bert-base-uncased --why
  explain fill --prompt "A [MASK] film." --model distilroberta-base \
    --among good,bad
`

func (p *program) fillCommand() *cli.Command {
	return p.command("fill", helpFill, p.fill,
		flags.Task(request.Fill, modelOfHub), flags.Answers(), flags.Machine())
}

// A filled is what a model fills in, as JSON has it.
type filled struct {
	Model  string         `json:"model"`
	SHA256 string         `json:"sha256"`
	Prompt string         `json:"prompt"`
	Masks  [][]filledWord `json:"masks"`
}

// A filledWord is a word that may stand for a mask.
// Word is as the vocabulary spells it, perhaps with a space before; ID is its
// number there; Text is all of the text with it.
type filledWord struct {
	Word  string           `json:"word"`
	ID    int32            `json:"id"`
	Score jsonfloat.Number `json:"score"`
	Text  string           `json:"text"`
}

// fill tells which words may stand for masks.
func (p *program) fill(c *cli.Context) error {
	t, err := p.newTask(c, request.Fill)
	if err != nil {
		return err
	}
	f, err := t.request.Filling(c.Context, t.models)
	if err != nil {
		return flags.Faults(err)
	}
	t.opened(f.Model)
	if err := f.Fill(c.Context); err != nil {
		return flags.Faults(err)
	}
	if err := t.printWords(f); err != nil {
		return err
	}
	return t.explained(c.Context, f.Run)
}

// printWords prints a line for every candidate: the word, the whole text with it
// and with the other masks as they are, and its probability. An empty line parts
// the candidates of one mask from those of the next.
func (t *task) printWords(f *request.Filling) error {
	x := filled{Model: f.Model.Name(), SHA256: f.Model.SHA256(), Prompt: f.Text}
	s := render.Sheet{Heads: []string{"word", "text", "score"}, Words: 2}
	for i, mask := range f.Masks {
		words := []filledWord{}
		for _, w := range mask {
			words = append(words, filledWord{w.Word, w.ID, jsonfloat.Number(w.Score), w.Text})
			s.Rows = append(s.Rows, []string{strings.TrimSpace(w.Word), w.Text, probabilityOf(w.Score)})
		}
		x.Masks = append(x.Masks, words)
		if i+1 < len(f.Masks) {
			s.Rows = append(s.Rows, []string{"", "", ""})
		}
	}
	return t.printSheet(s, x)
}
