package command

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

const helpTranslate = `Writes one text for another: translates, summarizes, spells in phonemes, or what
else a model with encoder and decoder was trained for; and with --why tells
which parts of the text made it.

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
	flags := slices.Concat(
		taskFlags("g2p (built in), a Hugging Face folder, or org/name of the hub (default: g2p)"),
		[]cli.Flag{
			words(groupWhat, "from", "LANGUAGE", "of the text, as a model for many calls it"),
			words(groupWhat, "to", "LANGUAGE", "to write, as a model for many calls it"),
		},
		decodingFlags("tokens to write at most (default: 200)"), whyFlags("word", "subword", "sentence", "character"), writtenFlags(),
		[]cli.Flag{number(groupHow, "written", "tokens of the answer, the first, that are players beside the text")},
		whyFormats(), machineFlags(),
	)
	return p.command("translate", helpTranslate, flags, p.translate)
}

// A rendition is a source and what a model made of it.
type rendition struct {
	model   *model.Translator
	source  model.Sequence
	options model.TranslateOptions
	written
}

// translate writes one text for another.
func (p *program) translate(c *cli.Context) error {
	r, err := p.translated(c)
	if err != nil || !c.Bool("why") {
		return err
	}
	o, err := whyOptions(c, &text.Prompt{Text: r.Prompt})
	if err != nil {
		return err
	}
	m := model.Interpreter{Translator: r.model, Options: r.options}
	words, err := r.players(c, &o, &m)
	if err != nil {
		return err
	}
	target, err := r.question(c.Context).target(c)
	if err != nil {
		return err
	}
	return p.why(c, o, m, words, target)
}

// players returns the text that the players are parts of: the source, and the
// tokens written first where the flags want these to be players too, which are
// then no part of the answer that is asked about.
func (r *rendition) players(c *cli.Context, o *text.Options, m *model.Interpreter) (string, error) {
	n := c.Int("written")
	if n == 0 {
		return r.Prompt, nil
	}
	if len(r.Texts) == 0 || n < 0 || n >= len(r.Texts[0].ids) {
		return "", usage("--written %d: the answer has %s", n, counted(r.length(), "token"))
	}
	var err error
	if m.Written, err = r.model.Continuation(r.Texts[0].ids[:n]); err != nil {
		return "", err
	}
	r.Texts[0].ids = r.Texts[0].ids[n:]
	o.Second = len(r.Prompt)
	return r.Prompt + strings.Join(m.Written.Pieces(), ""), nil
}

func (r *rendition) length() int {
	if len(r.Texts) == 0 {
		return 0
	}
	return len(r.Texts[0].ids)
}

// question asks about the first of the texts.
func (r *rendition) question(ctx context.Context) *question {
	q := &question{
		model: r.model,
		of:    r.model.ContinuationOf,
		likely: func(most int) ([]model.Candidate, error) {
			return r.model.Likeliest(ctx, r.source, nil, most)
		},
		changes: func() (*model.NextTarget, error) { return r.model.Change(ctx, nil, r.source) },
		mute:    r.model.IsSpecial,
	}
	if len(r.Texts) > 0 {
		q.answer = r.Texts[0].ids
	}
	return q
}

// translated writes one text for another, prints it, and returns what it is
// made of.
func (p *program) translated(c *cli.Context) (*rendition, error) {
	if err := onlyOfWhy(c); err != nil {
		return nil, err
	}
	source, err := p.text(c)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	m, err := openModel(c, "g2p", model.LoadTranslator, model.NewTranslator)
	if err != nil {
		return nil, err
	}
	p.step(begin, "model %s, SIMD %s", m.Name(), model.SIMD())
	const most = 200 // tokens
	r := &rendition{
		model:   m,
		options: model.TranslateOptions{Decoding: decoding(c, most), From: c.String("from"), To: c.String("to")},
		written: written{Model: m.Name(), SHA256: m.SHA256(), Prompt: source},
	}
	if r.source, _, err = m.Source(source, r.options); err != nil {
		return nil, unlessEnded(err)
	}
	if n := len(r.source.IDs); !c.Bool("why") && n > m.UsualTokens() && n <= m.MaxTokens() {
		p.terminal.printf("note: the text has %s, the model's tokenizer allows %d: it reads them all, and was hardly trained on so many", counted(n, "token"), m.UsualTokens())
	}
	if c.Bool("why") && c.String("answer") != "" {
		return r, nil
	}
	w := p.newWriting(c, "")
	if err := w.follow(&r.written, m.Stream(c.Context, r.source, r.options), r.options.Samples <= 1); err != nil {
		return nil, unlessEnded(err)
	}
	for _, t := range r.Texts {
		p.noteFinish(t.Finish, m.MaxTokens())
	}
	return r, nil
}
