package command

import (
	"fmt"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/render"
)

const helpAnswer = `Answers a question with a part of a text, and with --why tells which words of
both made the model choose it.

usage:
  explain answer [flags] --question TEXT --context TEXT --model MODEL

examples:
  explain answer --question "Who wrote it?" --file article.txt \
    --model deepset/roberta-base-squad2 --no-answer --answers 3
`

func (p *program) answerCommand() *cli.Command {
	return p.command("answer", helpAnswer, p.answer,
		flags.Task(request.Answer, modelOfHub), flags.Answers(), flags.Machine())
}

// An answered is what a model answers, as JSON has it.
// sha256 is of the weights, so that an answer can be told to be of the same model
// wherever that lies now.
type answered struct {
	Model    string      `json:"model"`
	SHA256   string      `json:"sha256"`
	Question string      `json:"question"`
	Answers  []foundPart `json:"answers"`
}

// A foundPart is a part of a text that a model has found, or "" where there is
// none. Start and end are bytes of the text.
type foundPart struct {
	Label string           `json:"label,omitempty"`
	Text  string           `json:"text"`
	Score jsonfloat.Number `json:"score"`
	Start int              `json:"start"`
	End   int              `json:"end"`
}

// answer answers a question.
// The answers are printed before the best one is explained, which takes hundreds of
// passes and may be broken off.
func (p *program) answer(c *cli.Context) error {
	t, err := p.newTask(c, request.Answer)
	if err != nil {
		return err
	}
	a, err := t.request.Answering(c.Context, t.models)
	if err != nil {
		return flags.Faults(err)
	}
	t.opened(a.Model)
	if err := a.Answer(c.Context); err != nil {
		return flags.Faults(err)
	}
	if err := t.printAnswers(a); err != nil {
		return err
	}
	return t.explained(c.Context, a.Run)
}

// printAnswers prints a line an answer, the likeliest first: the span's text, its
// probability, and where it stands in the context in bytes, the end excluded. The
// empty answer has no place (SQuAD 2's "unanswerable").
func (t *task) printAnswers(a *request.Answering) error {
	x := answered{Model: a.Model.Name(), SHA256: a.Model.SHA256(), Question: a.Request.Question}
	s := render.Sheet{Heads: []string{"answer", "score", "bytes"}, Words: 1}
	for _, one := range a.Answers {
		x.Answers = append(x.Answers, foundPart{Text: one.Text, Score: jsonfloat.Number(one.Score), Start: one.Span.Start, End: one.Span.End})
		shown, place := one.Text, fmt.Sprintf("%d–%d", one.Span.Start, one.Span.End)
		if shown == "" {
			shown, place = "(no answer)", ""
		}
		s.Rows = append(s.Rows, []string{shown, probabilityOf(one.Score), place})
	}
	return t.printSheet(s, x)
}

func probabilityOf(p float64) string { return strconv.FormatFloat(p, 'f', 3, 64) }
