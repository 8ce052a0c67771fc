package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/bias"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/text"
)

// openCorpus makes sets of the user's texts: each with its counterparts, and for
// every word of a group a mention.
func (a *auditing) openCorpus(ctx context.Context) error {
	lexicons, err := lexiconsOf(ctx, a.flags.lexicon, a.flags.axes)
	if err != nil {
		return err
	}
	in, err := a.openTexts(ctx, a.flags.corpus, a.flags.fields)
	if err != nil {
		return err
	}
	a.source = a.flags.corpus
	// Both are sequences that read the file anew whenever they are ranged over:
	// once to count, once for every pass of the model. So a corpus of any size
	// takes no memory.
	a.sets = textSets(ctx, in, func(d corpus.Document, source string) (sets []*bias.Set) {
		for _, l := range lexicons {
			if s := l.Swap(d.Text, source); s != nil {
				sets = append(sets, s)
			}
		}
		return sets
	})
	a.mentions, err = bias.Sample(textSets(ctx, in, func(d corpus.Document, source string) (sets []*bias.Set) {
		for _, l := range lexicons {
			sets = append(sets, l.Mentions(d.Text, source)...)
		}
		return sets
	}), a.flags.sentences, a.RandomSeed())
	return err
}

// openTexts opens a file of texts.
func (a *auditing) openTexts(ctx context.Context, name string, fields corpus.Fields) (*corpus.Input, error) {
	in, err := corpus.Open(ctx, corpus.Folder{}, []string{name}, fields, int64(a.flags.limit))
	if err != nil {
		return nil, badInput(err)
	}
	return in, nil
}

// textSets yields the sets that of makes of each text. Rows that are no text are
// left out.
func textSets(ctx context.Context, in *corpus.Input, of func(d corpus.Document, source string) []*bias.Set) bias.Sets {
	return func(yield func(*bias.Set, error) bool) {
		row := 0
		for d, err := range in.Documents(ctx) {
			row++
			if err != nil {
				// An error of a row passes that row over; one of the context ends
				// it all.
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
func lexiconsOf(ctx context.Context, file string, axes []string) ([]*bias.Lexicon, error) {
	if file != "" {
		f, err := fileReader(ctx, file, request.MaxText)
		if err != nil {
			return nil, err
		}
		l, err := bias.ReadLexicon(withoutMark(f), file)
		if err != nil {
			return nil, &terminal.UsageError{Err: err}
		}
		return []*bias.Lexicon{l}, nil
	}
	all := bias.Lexicons()
	for _, axis := range bias.Builtin().Axes {
		// Only adjectives can be swapped in any sentence. Nouns of the templates
		// ("a Muslim woman") would need their article and number put right as well.
		own := slices.ContainsFunc(all, func(l *bias.Lexicon) bool { return l.Axis == axis.Name })
		if !own && slices.Contains(axis.Slots, "adjective") {
			all = append(all, axis.Lexicon())
		}
	}
	if len(axes) == 0 {
		return all, nil
	}
	var some []*bias.Lexicon
	for _, name := range axes {
		i := slices.IndexFunc(all, func(l *bias.Lexicon) bool { return strings.EqualFold(l.Axis, strings.TrimSpace(name)) })
		if i < 0 {
			var names []string
			for _, l := range all {
				names = append(names, l.Axis)
			}
			return nil, terminal.Usage("no axis %q, there are: %s", name, strings.Join(names, ", "))
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
func (a *auditing) measureCost(ctx context.Context) error {
	name, fields := a.flags.accuracy, a.flags.fields
	if name == "" && fields.Label != "" {
		name = a.flags.corpus
	}
	if name == "" {
		return nil
	}
	fields.Label = cmp.Or(fields.Label, "label")
	in, err := a.openTexts(ctx, name, fields)
	if err != nil {
		return err
	}
	a.cost = &cost{}
	for d, err := range in.Documents(ctx) {
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := a.add(ctx, d); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// add asks for one labelled text, twice where it has one of the words.
func (a *auditing) add(ctx context.Context, d corpus.Document) error {
	m := a.task.Model
	label, err := m.Label(d.Label)
	if err != nil {
		// Published data sets label by number as often as by name.
		n, number := strconv.Atoi(d.Label)
		if number != nil || n < 0 || n >= len(m.Labels()) {
			return terminal.Usage("label %q is no class of the model, nor the number of one: %s", d.Label, strings.Join(m.Labels(), ", "))
		}
		label = n
	}
	a.cost.texts++
	right := func(muted []string) (int, error) {
		class, err := a.task.Prediction(ctx, d.Text, muted)
		if err != nil {
			return 0, flags.Faults(err)
		}
		if class == m.Labels()[label] {
			return 1, nil
		}
		return 0, nil
	}
	before, err := right(nil)
	if err != nil {
		return err
	}
	a.cost.before += before
	// Masking changes nothing in a text without the words: the second answer is the
	// first.
	after := before
	if text.Mentions(d.Text, a.Neutralize) {
		a.cost.touched++
		if after, err = right(a.Neutralize); err != nil {
			return err
		}
	}
	a.cost.after += after
	return nil
}
