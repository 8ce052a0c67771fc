package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// explain is the root command: it explains what a model says of a text.
func (p *program) explain(c *cli.Context) error {
	if c.Bool("version") {
		_, err := fmt.Fprint(p.stdout, version())
		return err
	}
	if err := noArguments(c); err != nil {
		return err
	}
	game, err := p.textGame(c)
	if err != nil {
		return err
	}
	x, err := p.estimate(c, game, false)
	if precision := c.String("precision"); x != nil && precision != model.Float32.String() {
		x.Warnings = append(x.Warnings, fmt.Sprintf("the model ran in %s: values differ a little from those in float32", precision))
	}
	return p.finish(newOutput(c), x, err)
}

// textGame makes a game of the text and the model that the flags name.
func (p *program) textGame(c *cli.Context) (*text.Game, error) {
	o, err := gameOptions(c)
	if err != nil {
		return nil, err
	}
	words, err := p.text(c)
	if err == nil {
		err = newOutput(c).canDraw(words)
	}
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	m, err := loadModel(c)
	if err != nil {
		return nil, err
	}
	p.step(begin, "model %s with classes %s, SIMD %s", m.Name(), strings.Join(m.Labels(), ", "), model.SIMD())
	target, err := target(c, m, words, &o)
	if err != nil {
		return nil, err
	}
	game, err := o.NewGame(m, words, target)
	if err != nil {
		return nil, badText(err)
	}
	return game, nil
}

// gameOptions reads the flags that make a game of a text.
func gameOptions(c *cli.Context) (o text.Options, err error) {
	unit, err1 := text.ParseUnit(c.String("unit"))
	masker, err2 := masker(c)
	long, err3 := text.ParseLong(c.String("long"))
	if err := errors.Join(err1, err2, err3); err != nil {
		return o, unlessEnded(err)
	}
	muted, err := mutedWords(c)
	return text.Options{Unit: unit, Masker: masker, Long: long, Batch: c.Int("batch"), Muted: muted}, err
}

// masker returns the masker of the flags. One that fills in loads its model.
func masker(c *cli.Context) (text.Masker, error) {
	name := c.String("infill-model")
	switch {
	case c.String("mask") == "infill" && name == "":
		return nil, usage("--mask infill needs a model that fills").or("--infill-model names one of the same vocabulary, as the one that the model was made from")
	case c.String("mask") == "infill":
		m, err := openNamed(c, name, 0, model.NewFiller)
		if err != nil {
			return nil, err
		}
		return text.Infill{Model: m, Draws: c.Int("infill-draws"), Seed: c.Uint64("seed")}, nil
	}
	if name := c.String("mask"); name != "" {
		return text.ParseMasker(name)
	}
	return nil, nil // the game chooses
}

func loadModel(c *cli.Context) (*model.Classifier, error) { return loadRedrawn(c, 0) }

// loadRedrawn loads the model of the flags, with weights of that seed where it is not zero.
func loadRedrawn(c *cli.Context, seed uint64) (*model.Classifier, error) {
	name := c.String("model")
	if name == "" {
		name = "sentiment"
	}
	return openNamed(c, name, seed, model.NewClassifier)
}

// target returns what is explained: the class that the flags name, all, or the
// one that the model predicts; its answer goes into the options.
func target(c *cli.Context, m *model.Classifier, words string, o *text.Options) (*model.Target, error) {
	var classes []string
	switch name := c.String("class"); {
	case name == "":
		if o.Classes == nil {
			var err error
			if o.Classes, err = o.Classify(c.Context, m, words); err != nil {
				return nil, badText(err)
			}
		}
		classes = likeliest(o.Classes, m)
	case name != "all" || slices.Contains(m.Labels(), "all"):
		if _, err := m.Label(name); err != nil {
			e := &usageError{err: err}
			if near := nearest(name, m.Labels()); near != "" {
				e = e.or("did you mean --class %s?", near)
			}
			return nil, e
		}
		classes = []string{name}
	}
	switch c.String("scale") {
	case "probability":
		return m.Probability(classes...), nil
	case "logit":
		return m.Logit(classes...), nil
	}
	return m.LogOdds(classes...), nil
}

// likeliest returns the class of the largest probability, or the model's first
// where it gives none.
func likeliest(answer []explain.ClassScore, m *model.Classifier) []string {
	if len(answer) == 0 {
		return m.Labels()[:1]
	}
	best := answer[0]
	for _, s := range answer[1:] {
		if s.Probability > best.Probability {
			best = s
		}
	}
	return []string{best.Class}
}

// badText says what to do about a text that the model cannot read.
func badText(err error) error {
	var long *text.LimitError
	if errors.As(err, &long) {
		return usage("the text has %d tokens, the model reads at most %d", long.Tokens, long.Limit).
			or("--long truncate cuts it, --long window reads it in parts")
	}
	return &usageError{err: err}
}

// step tells what was done since begin, where --verbose asks for it.
func (p *program) step(begin time.Time, format string, args ...any) {
	if p.terminal.verbose {
		p.terminal.printf("%s (%.3f s)", fmt.Sprintf(format, args...), time.Since(begin).Seconds())
	}
}
