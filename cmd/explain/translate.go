package main

import (
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/model"
)

const helpTranslate = `Writes one text for another: translates, summarizes, spells in phonemes, or what
else a model with encoder and decoder was trained for.

usage:
  explain translate [flags] --prompt TEXT

examples:
  explain translate --prompt hello
  explain translate --prompt "How are you?" --model Helsinki-NLP/opus-mt-en-fr
  explain translate --prompt "How are you?" --from eng_Latn --to fra_Latn \
    --model facebook/nllb-200-distilled-600M
  explain translate --prompt "translate English to German: Hello!" --model t5-small
`

func (p *program) translateCommand() *cli.Command {
	flags := slices.Concat(
		taskFlags("g2p (built in), a Hugging Face folder, or org/name of the hub (default: g2p)"),
		[]cli.Flag{
			words(groupWhat, "from", "LANGUAGE", "of the text, as a model for many calls it"),
			words(groupWhat, "to", "LANGUAGE", "to write, as a model for many calls it"),
		},
		decodingFlags("tokens to write at most (default: 200)"), writingFlags(), machineFlags(),
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
	_, err := p.translated(c)
	return err
}

// translated writes one text for another, prints it, and returns what it is
// made of.
func (p *program) translated(c *cli.Context) (*rendition, error) {
	source, err := p.text(c)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	m, err := openModel(c, "g2p", model.LoadTranslator, model.NewTranslator)
	if err != nil {
		return nil, err
	}
	p.step(c, begin, "model %s, SIMD %s", m.Name(), model.SIMD())
	const most = 200 // tokens
	r := &rendition{
		model:   m,
		options: model.TranslateOptions{Decoding: decoding(c, most), From: c.String("from"), To: c.String("to")},
		written: written{Model: m.Name(), SHA256: m.SHA256(), Prompt: source},
	}
	if r.source, _, err = m.Source(source, r.options); err != nil {
		return nil, unlessEnded(err)
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
