package command

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

const helpAnswer = `Answers a question by a part of a text, and with --why tells which words of both
made the model choose it.

usage:
  explain answer [flags] --question TEXT --context TEXT --model MODEL

examples:
  explain answer --question "Who wrote it?" --file article.txt \
    --model deepset/roberta-base-squad2 --no-answer --answers 3
`

func (p *program) answerCommand() *cli.Command {
	flags := slices.Concat([]cli.Flag{
		words(groupWhat, "question", "TEXT", "what is asked"),
		words(groupWhat, "context", "TEXT", "what has the answer; else --file or standard input is read"),
		words(groupWhat, "file", "FILE", "a file with the context"),
		words(groupWhat, "model", "MODEL", "a Hugging Face folder, or org/name of the hub"),
		number(groupAnswer, "answers", "answers to tell (default: 1)"),
		number(groupAnswer, "max-tokens", "tokens of an answer at most (default: 15)"),
		truth(groupAnswer, "no-answer", "the answer may be that there is none"),
		number(groupAnswer, "window", "tokens read at a time (default: 384)"),
		number(groupAnswer, "stride", "tokens that windows share (default: 128)"),
	}, whyFlags("word", "sentence"), whyFormats(), machineFlags())
	return p.command("answer", helpAnswer, flags, p.answer)
}

// An answered is what a model answers, as JSON has it.
type answered struct {
	Model    string      `json:"model"`
	SHA256   string      `json:"sha256"`
	Question string      `json:"question"`
	Answers  []foundPart `json:"answers"`
}

// A foundPart is a part of a text that a model has found, or "" where there is
// none. Start and end are bytes of the text.
type foundPart struct {
	Label string         `json:"label,omitempty"`
	Text  string         `json:"text"`
	Score explain.Number `json:"score"`
	Start int            `json:"start"`
	End   int            `json:"end"`
}

// answer answers a question.
func (p *program) answer(c *cli.Context) error {
	r, err := p.answering(c)
	if err != nil || !c.Bool("why") {
		return err
	}
	o, err := placeOptions(c, &text.Prompt{})
	if err != nil {
		return err
	}
	target, err := r.target()
	if err != nil {
		return err
	}
	o.Second = len(r.Question)
	return p.why(c, o, r.model, r.Question+r.context, target)
}

// target returns the target of the best answer's first and last token.
func (r *reply) target() (*model.PlaceTarget, error) {
	if len(r.Answers) == 0 || r.Answers[0].Text == "" {
		return nil, usage("there is no answer to explain")
	}
	best := r.Answers[0]
	e, err := r.model.Tokenizer().EncodePair(r.Question, r.context)
	if err != nil {
		return nil, unlessEnded(err)
	}
	first, last := -1, 0
	for i, s := range e.Spans {
		if e.Texts[i] == 1 && !e.Special[i] && s.Start < best.End && s.End > best.Start {
			if last = i; first < 0 {
				first = i
			}
		}
	}
	return r.model.Span(len(e.IDs), first, last, best.Text), nil
}

// A reply is a question, its context, and what a model answers.
type reply struct {
	model   *model.Answerer
	context string
	answered
}

// answering answers a question, prints it, and returns what it is made of.
func (p *program) answering(c *cli.Context) (*reply, error) {
	if err := onlyOfWhy(c); err != nil {
		return nil, err
	}
	if c.String("question") == "" {
		return nil, usage("answer: no question is given").or(`ask one: --question "…"`)
	}
	context, err := p.textOf(c, "context")
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	m, err := openModel(c, "", model.LoadAnswerer, model.NewAnswerer)
	if err != nil {
		return nil, err
	}
	p.step(begin, "model %s, SIMD %s", m.Name(), model.SIMD())
	r := &reply{model: m, context: context, answered: answered{Model: m.Name(), SHA256: m.SHA256(), Question: c.String("question")}}
	answers, err := m.Answer(c.Context, r.Question, context, model.AnswerOptions{
		Answers: c.Int("answers"), MaxTokens: c.Int("max-tokens"), NoAnswer: c.Bool("no-answer"), Window: c.Int("window"), Stride: c.Int("stride"),
	})
	if err != nil {
		return nil, unlessEnded(err)
	}
	s := render.Sheet{Heads: []string{"answer", "score", "bytes"}, Words: 1}
	for _, a := range answers {
		r.Answers = append(r.Answers, foundPart{Text: a.Text, Score: explain.Number(a.Score), Start: a.Span.Start, End: a.Span.End})
		shown, place := a.Text, fmt.Sprintf("%d–%d", a.Span.Start, a.Span.End)
		if shown == "" {
			shown, place = "(no answer)", ""
		}
		s.Rows = append(s.Rows, []string{shown, probabilityOf(a.Score), place})
	}
	return r, p.printSheet(c, s, r.answered)
}

func probabilityOf(p float64) string { return strconv.FormatFloat(p, 'f', 3, 64) }
