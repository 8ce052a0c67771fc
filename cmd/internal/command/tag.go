package command

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/render"
)

const helpTag = `Labels parts of a text: names of people and places, parts of speech. With --why
it tells which words made the model give a part its label.

usage:
  explain tag [flags] --prompt TEXT --model MODEL

examples:
  explain tag --prompt "Ada lived in London." --model dslim/bert-base-NER
  explain tag --prompt "Ada lived in London." --model dslim/bert-base-NER \
    --why --part London
  explain tag --file article.txt --model dslim/bert-base-NER \
    --aggregation first --format json
`

func (p *program) tagCommand() *cli.Command {
	return p.command("tag", helpTag, p.tag,
		flags.Task(request.Tag, modelOfHub), flags.Answers("table"), flags.Machine())
}

// A tagged is what a model labels, as JSON has it.
type tagged struct {
	Model    string      `json:"model"`
	SHA256   string      `json:"sha256"`
	Prompt   string      `json:"prompt"`
	Entities []foundPart `json:"entities"`
}

// tag labels parts of a text.
func (p *program) tag(c *cli.Context) error {
	t, err := p.newTask(c, request.Tag)
	if err != nil {
		return err
	}
	tagging, err := t.request.Tagging(c.Context, t.models)
	if err != nil {
		return flags.Faults(err)
	}
	t.opened(tagging.Model)
	if err := tagging.Label(c.Context); err != nil {
		return flags.Faults(err)
	}
	if err := t.printParts(tagging); err != nil {
		return err
	}
	return t.explained(c.Context, tagging.Run)
}

// printParts prints the text with its labels in brackets, or a line a part: the
// part, its label, the label's probability, and where the part stands in bytes.
func (t *task) printParts(of *request.Tagging) error {
	x := tagged{Model: of.Model.Name(), SHA256: of.Model.SHA256(), Prompt: of.Request.Text, Entities: []foundPart{}}
	s := render.Sheet{Heads: []string{"part", "label", "score", "bytes"}, Words: 2}
	for _, e := range of.Entities {
		x.Entities = append(x.Entities, foundPart{Label: e.Label, Text: e.Text, Score: jsonfloat.Number(e.Score), Start: e.Span.Start, End: e.Span.End})
		s.Rows = append(s.Rows, []string{e.Text, e.Label, probabilityOf(e.Score), fmt.Sprintf("%d–%d", e.Span.Start, e.Span.End)})
	}
	if t.out.Format == "text" {
		return t.printText(marked(x.Prompt, x.Entities), x)
	}
	return t.printSheet(s, x)
}

// marked returns the text with its labeled parts in brackets.
func marked(text string, parts []foundPart) string {
	var b strings.Builder
	at := 0
	for _, p := range parts {
		// Parts may overlap where labels are not aggregated; brackets cannot.
		if p.Start < at {
			continue
		}
		fmt.Fprintf(&b, "%s[%s %s]", text[at:p.Start], p.Text, p.Label)
		at = p.End
	}
	return b.String() + text[at:]
}
