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
)

const helpFill = `Tells which words may stand where a text has [MASK].

usage:
  explain fill [flags] --prompt TEXT --model MODEL

examples:
  explain fill --prompt "A [MASK] film." --model bert-base-uncased --why
  explain fill --prompt "A [MASK] film." --model distilroberta-base \
    --among good,bad
`

func (p *program) fillCommand() *cli.Command {
	flags := slices.Concat(
		taskFlags("a Hugging Face folder, or org/name of the hub"),
		[]cli.Flag{
			number(groupAnswer, "words", "to tell of each mask (default: 5)"),
			words(groupAnswer, "among", "WORDS", "these words only, with commas between them"),
		},
		whyFlags("word"),
		[]cli.Flag{words(groupHow, "part", "WORD", "the word that is explained (default: the likeliest for the first mask)")},
		whyFormats(), machineFlags(),
	)
	return p.command("fill", helpFill, flags, p.fill)
}

// A filled is what a model fills in, as JSON has it.
type filled struct {
	Model  string         `json:"model"`
	SHA256 string         `json:"sha256"`
	Prompt string         `json:"prompt"`
	Masks  [][]filledWord `json:"masks"`
}

// A filledWord is a word that may stand for a mask.
type filledWord struct {
	Word  string         `json:"word"`
	ID    int32          `json:"id"`
	Score explain.Number `json:"score"`
	Text  string         `json:"text"`
}

// fill tells which words may stand for masks.
func (p *program) fill(c *cli.Context) error {
	f, err := p.filling(c)
	if err != nil || !c.Bool("why") {
		return err
	}
	o, err := placeOptions(c, &text.Prompt{Text: f.Prompt})
	if err != nil {
		return err
	}
	target, err := f.target(c.String("part"), &o)
	if err != nil {
		return err
	}
	return p.why(c, o, f.model, f.Prompt, target)
}

// target returns the target of a word for the first mask, which is no player.
func (f *filling) target(part string, o *text.Options) (*model.PlaceTarget, error) {
	word := slices.IndexFunc(f.Masks[0], func(w filledWord) bool { return part == "" || strings.TrimSpace(w.Word) == part })
	if word < 0 {
		return nil, usage("%q is not among the words told", part).or("--words N tells more of them, --among %s only that", part)
	}
	e, err := f.model.Tokenizer().Encode(f.Prompt)
	if err != nil {
		return nil, unlessEnded(err)
	}
	mask, _ := f.model.MaskID()
	at := slices.Index(e.IDs, mask)
	o.Keep = append(o.Keep, explain.Span(e.Spans[at]))
	return f.model.Word(len(e.IDs), at, f.Masks[0][word].ID), nil
}

// A filling is a text and what a model fills in.
type filling struct {
	model *model.Filler
	filled
}

// filling tells which words may stand for masks, prints them, and returns what
// they are made of.
func (p *program) filling(c *cli.Context) (*filling, error) {
	if err := onlyOfWhy(c); err != nil {
		return nil, err
	}
	text, err := p.text(c)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	m, err := openModel(c, "", model.LoadFiller, model.NewFiller)
	if err != nil {
		return nil, err
	}
	p.step(begin, "model %s, SIMD %s", m.Name(), model.SIMD())
	text, err = withMask(m, text)
	if err != nil {
		return nil, err
	}
	o := model.FillOptions{Words: c.Int("words")}
	if among := c.String("among"); among != "" {
		o.Targets = strings.Split(among, ",")
	}
	masks, err := m.Fill(c.Context, text, o)
	if err != nil {
		return nil, unlessEnded(err)
	}
	f := &filling{model: m, filled: filled{Model: m.Name(), SHA256: m.SHA256(), Prompt: text}}
	s := render.Sheet{Heads: []string{"word", "text", "score"}, Words: 2}
	for i, fillings := range masks {
		words := []filledWord{}
		for _, w := range fillings {
			words = append(words, filledWord{w.Word, w.ID, explain.Number(w.Score), w.Text})
			s.Rows = append(s.Rows, []string{strings.TrimSpace(w.Word), w.Text, probabilityOf(w.Score)})
		}
		f.Masks = append(f.Masks, words)
		if i+1 < len(masks) {
			s.Rows = append(s.Rows, []string{"", "", ""})
		}
	}
	return f, p.printSheet(c, s, f.filled)
}

// withMask writes the model's own mask where the user wrote one of another.
func withMask(m *model.Filler, text string) (string, error) {
	id, _ := m.MaskID()
	own := m.Tokenizer().Token(id)
	for _, mask := range []string{"[MASK]", "<mask>"} {
		text = strings.ReplaceAll(text, mask, own)
	}
	if !strings.Contains(text, own) {
		return "", usage("the text has no %s", own).or(`put it where a word is to be found: --prompt %q`, fmt.Sprintf("A %s film.", own))
	}
	return text, nil
}
