package command

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/tokenizer"
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

// aggregations are the names of how tokens become parts, the default first.
var aggregations = []string{"simple", "none", "first", "average", "max"}

func (p *program) tagCommand() *cli.Command {
	flags := slices.Concat(
		taskFlags("a Hugging Face folder, or org/name of the hub"),
		[]cli.Flag{
			newChoice(groupAnswer, "aggregation", "WAY", "of tokens to parts: "+list(aggregations), aggregations...),
			number(groupAnswer, "stride", "tokens that windows of a long text share"),
		},
		whyFlags("word"),
		[]cli.Flag{words(groupHow, "part", "TEXT", "the labeled part that is explained (default: the surest)")},
		whyFormats("table"), machineFlags(),
	)
	return p.command("tag", helpTag, flags, p.tag)
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
	t, err := p.tagging(c)
	if err != nil || !c.Bool("why") {
		return err
	}
	o, err := placeOptions(c, &text.Prompt{Text: t.Prompt})
	if err != nil {
		return err
	}
	target, err := t.target(c.String("part"))
	if err != nil {
		return err
	}
	return p.why(c, o, t.model, t.Prompt, target)
}

// target returns the target of the label of a part's first token.
func (t *tagging) target(part string) (*model.PlaceTarget, error) {
	var best *foundPart
	for i, e := range t.Entities {
		if (part == "" || e.Text == part) && (best == nil || e.Score > best.Score) {
			best = &t.Entities[i]
		}
	}
	if best == nil {
		return nil, usage("there is no labeled part %q to explain", part)
	}
	e, err := t.model.Tokenizer().Encode(t.Prompt)
	if err != nil {
		return nil, unlessEnded(err)
	}
	at := slices.IndexFunc(e.Spans, func(s tokenizer.Span) bool { return s.Start < best.End && s.End > best.Start })
	var labels []string
	for _, label := range t.model.Labels() {
		if label == best.Label || strings.TrimLeft(label, "BI") == "-"+best.Label {
			labels = append(labels, label)
		}
	}
	return t.model.Label(len(e.IDs), at, best.Text+": "+best.Label, labels...), nil
}

// A tagging is a text and what a model labels in it.
type tagging struct {
	model *model.Tagger
	tagged
}

// tagging labels parts of a text, prints them, and returns what they are made of.
func (p *program) tagging(c *cli.Context) (*tagging, error) {
	if err := onlyOfWhy(c); err != nil {
		return nil, err
	}
	text, err := p.text(c)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	m, err := openModel(c, "", model.LoadTagger, model.NewTagger)
	if err != nil {
		return nil, err
	}
	p.step(begin, "model %s with labels %s, SIMD %s", m.Name(), strings.Join(m.Labels(), ", "), model.SIMD())
	how := model.Aggregation(slices.Index(aggregations, c.String("aggregation")))
	found, err := m.Tag(c.Context, text, model.TagOptions{Aggregation: how, Stride: c.Int("stride")})
	if err != nil {
		return nil, unlessEnded(err)
	}
	t := &tagging{model: m, tagged: tagged{Model: m.Name(), SHA256: m.SHA256(), Prompt: text, Entities: []foundPart{}}}
	s := render.Sheet{Heads: []string{"part", "label", "score", "bytes"}, Words: 2}
	for _, e := range found {
		t.Entities = append(t.Entities, foundPart{Label: e.Label, Text: e.Text, Score: explain.Number(e.Score), Start: e.Span.Start, End: e.Span.End})
		s.Rows = append(s.Rows, []string{e.Text, e.Label, probabilityOf(e.Score), fmt.Sprintf("%d–%d", e.Span.Start, e.Span.End)})
	}
	if c.String("format") == "text" {
		return t, p.printText(c, marked(text, t.Entities), t.tagged)
	}
	return t, p.printSheet(c, s, t.tagged)
}

// marked returns the text with its labeled parts in brackets.
func marked(text string, parts []foundPart) string {
	var b strings.Builder
	at := 0
	for _, p := range parts {
		if p.Start < at {
			continue
		}
		fmt.Fprintf(&b, "%s[%s %s]", text[at:p.Start], p.Text, p.Label)
		at = p.End
	}
	return b.String() + text[at:]
}
