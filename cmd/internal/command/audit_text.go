package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/bias"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/text"
)

// openCorpus makes sets of the user's texts: each with its counterparts, and for
// every word of a group a mention.
func (a *auditing) openCorpus() error {
	if a.c.Args().Present() {
		return usage("both --corpus and %s are given", a.c.Args().First())
	}
	lexicons, err := lexiconsOf(a.c)
	if err != nil {
		return err
	}
	name := a.c.String("corpus")
	in, err := openTexts(a.c, name)
	if err != nil {
		return err
	}
	a.source = name
	a.sets = textSets(a.c, in, func(d corpus.Document, source string) (sets []*bias.Set) {
		for _, l := range lexicons {
			if s := l.Swap(d.Text, source); s != nil {
				sets = append(sets, s)
			}
		}
		return sets
	})
	mentions, err := bias.Sample(textSets(a.c, in, func(d corpus.Document, source string) (sets []*bias.Set) {
		for _, l := range lexicons {
			sets = append(sets, l.Mentions(d.Text, source)...)
		}
		return sets
	}), a.c.Int("sentences"), a.c.Uint64("seed"))
	a.mentions = mentions
	return err
}

// openTexts opens a file of texts by the flags of fields.
func openTexts(c *cli.Context, name string) (*corpus.Input, error) {
	fields := corpus.Fields{Text: c.String("text-field"), ID: c.String("id-field"), Label: c.String("label-field")}
	in, err := corpus.Open(c.Context, corpus.Folder{}, []string{name}, fields, int64(c.Int("limit")))
	if err != nil {
		return nil, badInput(err)
	}
	return in, nil
}

// textSets yields the sets that of makes of each text. Rows that are no text are
// left out.
func textSets(c *cli.Context, in *corpus.Input, of func(d corpus.Document, source string) []*bias.Set) bias.Sets {
	return func(yield func(*bias.Set, error) bool) {
		row, ctx := 0, c.Context
		for d, err := range in.Documents(ctx) {
			row++
			if err != nil {
				if ctx.Err() != nil {
					yield(nil, err)
					return
				}
				continue
			}
			for _, s := range of(d, "row "+strconv.Itoa(row)) {
				if !yield(s, nil) {
					return
				}
			}
		}
	}
}

// lexiconsOf returns the words to swap: of a file, or the program's own for the
// axes that are named, by default gender and religion and the groups of the
// templates that adjectives name.
func lexiconsOf(c *cli.Context) ([]*bias.Lexicon, error) {
	if name := c.String("lexicon"); name != "" {
		f, err := wholeFile(c.Context, name, maxText)
		if err != nil {
			return nil, err
		}
		l, err := bias.ReadLexicon(withoutMark(f), name)
		if err != nil {
			return nil, &usageError{err: err}
		}
		return []*bias.Lexicon{l}, nil
	}
	all := bias.Lexicons()
	for _, axis := range bias.Builtin().Axes {
		own := slices.ContainsFunc(all, func(l *bias.Lexicon) bool { return l.Axis == axis.Name })
		if !own && slices.Contains(axis.Slots, "adjective") {
			all = append(all, axis.Lexicon())
		}
	}
	list := c.String("axes")
	if list == "" {
		return all, nil
	}
	var some []*bias.Lexicon
	for _, name := range strings.Split(list, ",") {
		i := slices.IndexFunc(all, func(l *bias.Lexicon) bool { return strings.EqualFold(l.Axis, strings.TrimSpace(name)) })
		if i < 0 {
			var names []string
			for _, l := range all {
				names = append(names, l.Axis)
			}
			return nil, usage("no axis %q, there are: %s", name, strings.Join(names, ", "))
		}
		some = append(some, all[i])
	}
	return some, nil
}

// A cost is what masking words does to a model's accuracy.
type cost struct {
	texts, touched int // labelled texts, and those that have one of the words
	before, after  int // right answers
}

// measureCost compares right answers with and without the words, on the labelled
// texts that the flags name.
func (a *auditing) measureCost() error {
	name := a.c.String("accuracy")
	if name == "" && a.c.String("label-field") != "" {
		name = a.c.String("corpus")
	}
	if name == "" {
		return nil
	}
	if a.c.String("label-field") == "" {
		if err := a.c.Set("label-field", "label"); err != nil {
			return err
		}
	}
	in, err := openTexts(a.c, name)
	if err != nil {
		return err
	}
	o, err := gameOptions(a.c)
	if err != nil {
		return err
	}
	o.Muted, a.cost = nil, &cost{}
	for d, err := range in.Documents(a.c.Context) {
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := a.add(d, o); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// add asks for one labelled text, twice where it has one of the words.
func (a *auditing) add(d corpus.Document, o text.Options) error {
	label, err := a.model.Label(d.Label)
	if err != nil {
		n, number := strconv.Atoi(d.Label)
		if number != nil || n < 0 || n >= len(a.model.Labels()) {
			return usage("label %q is no class of the model, nor the number of one: %s", d.Label, strings.Join(a.model.Labels(), ", "))
		}
		label = n
	}
	a.cost.texts++
	right := func(o text.Options) (int, error) {
		answer, err := o.Classify(a.c.Context, a.model, d.Text)
		if err != nil {
			return 0, badText(err)
		}
		if likeliest(answer, a.model)[0] == a.model.Labels()[label] {
			return 1, nil
		}
		return 0, nil
	}
	before, err := right(o)
	if err != nil {
		return err
	}
	a.cost.before += before
	after := before
	if text.Mentions(d.Text, a.muted) {
		a.cost.touched++
		o.Muted = a.muted
		if after, err = right(o); err != nil {
			return err
		}
	}
	a.cost.after += after
	return nil
}
