package command

import (
	"context"
	"errors"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/bias"
	"github.com/whence-xai/whence/explain/text"
)

// An auditing is an audit under way.
// It is filled in the order of its methods: open finds the sets, run the readings,
// settle what these come to, and finding only reads.
type auditing struct {
	*program
	flags auditFlags
	request.Request
	models   *request.Models
	source   string // of the sets, for people
	sets     bias.Sets
	mentions bias.Sets               // texts with one word of a group each; nil without a corpus
	task     *request.Classification // nil where likelihoods are compared
	class    string
	read     *bias.Tally // the model as it is
	leaning  *bias.Tally // what the mentions say; nil without a corpus
	after    *bias.Tally // with words masked; nil where none are
	cost     *cost       // of masking them; nil where it was not measured
	found    tallied     // what the tallies come to
	gaps     []bias.Gap  // of the model as it would be used: with words masked, where some are
	count    int         // sentences read
	nSets    int
}

// tallied is what tallies come to.
type tallied struct {
	gaps    []bias.Gap  // of the model as it is
	leans   []bias.Lean // likewise
	leaning []bias.Lean // of the mentions
	after   []bias.Gap  // with words masked
}

// open finds the sentences.
func (a *auditing) open(ctx context.Context) (err error) {
	if a.flags.corpus != "" {
		err = a.openCorpus(ctx)
	} else {
		err = a.openSets(ctx)
	}
	if err != nil {
		return err
	}
	// Whole sets, since half of one compares nothing.
	if a.sets, err = bias.Sample(a.sets, a.flags.sentences, a.RandomSeed()); err != nil {
		return &terminal.UsageError{Err: err}
	}
	return nil
}

// run asks the model.
func (a *auditing) run(ctx context.Context) error {
	total := 0
	for s, err := range a.sets {
		if err != nil {
			return &terminal.UsageError{Err: err}
		}
		total += len(s.Variants)
		a.nSets++
	}
	if total == 0 {
		return terminal.Usage("%s: no sentences to compare", a.source)
	}
	// With words masked the same sentences are read once more, as a baseline has to
	// be.
	passes := 1
	if len(a.Neutralize) > 0 {
		passes = 2
	}
	step, done := a.terminal.Count("sentences", passes*total)
	defer done()
	a.count = total
	if a.flags.likelihood != "none" {
		return a.rate(ctx, step)
	}
	if err := a.loadClass(ctx); err != nil {
		return err
	}
	if err := a.measure(ctx, a.sets, a.read, nil, step); err != nil {
		return err
	}
	if a.mentions != nil {
		a.leaning = &bias.Tally{}
		// Not counted by the bar: how many mentions there are is not known
		// beforehand.
		if err := a.measure(ctx, a.mentions, a.leaning, nil, func(int) {}); err != nil {
			return err
		}
	}
	if len(a.Neutralize) == 0 {
		return nil
	}
	a.after = &bias.Tally{}
	if err := a.measure(ctx, a.sets, a.after, a.Neutralize, step); err != nil {
		return err
	}
	return a.measureCost(ctx)
}

// loadClass loads the classifier and settles on a class: of two the second, which
// is the positive one of most.
func (a *auditing) loadClass(ctx context.Context) (err error) {
	r := a.Request
	r.Class = "" // "all" is none, here
	if a.task, err = a.classification(ctx, r, a.models); err != nil {
		return err
	}
	labels := a.task.Model.Labels()
	a.class = a.Class
	switch {
	case a.class == "" && len(labels) > 2 || a.class == "all":
		return terminal.Usage("audit needs a --class of %s", strings.Join(labels, ", "))
	case a.class == "":
		a.class = labels[len(labels)-1]
	}
	n, err := a.task.Model.Label(a.class)
	if err != nil {
		return &terminal.UsageError{Err: err}
	}
	a.class = labels[n]
	return nil
}

// sideBySide is how many sentences are read side by side: enough for batches that
// fill the machine.
const sideBySide = 64

// measure reads sets into a tally, with words masked.
func (a *auditing) measure(ctx context.Context, sets bias.Sets, into *bias.Tally, muted []string, step func(int)) error {
	o, m := a.task.Options, a.task.Model
	o.Muted = muted
	target, err := a.task.Target(a.class)
	if err != nil {
		return flags.Faults(err)
	}
	// Scores are log-odds, in which Shapley values make sense; gaps are told in
	// probabilities, in which people think.
	into.Scale = chance(a.ScaleName())
	// Four coalitions a sentence are too few for a batch; of 64 sentences they are
	// shared.
	meter := bias.Meter{Model: m, Target: (&text.Batcher{}).Share(target), Options: o, Workers: sideBySide}
	err = meter.Run(ctx, sets, func(s *bias.Set, r []bias.Reading) {
		into.Add(s, r)
		step(len(r))
	})
	var long *text.LimitError
	if errors.As(err, &long) {
		return terminal.Usage("%v", err).Or("--long truncate cuts texts that are too long")
	}
	return err
}

// rate reads how likely the sentences are to a language model.
// Sets are read one after the other: a masked model has as many sequences for a
// sentence as the sentence has tokens, and so a full batch of each.
func (a *auditing) rate(ctx context.Context, step func(int)) error {
	if a.Model.Name == "" {
		return terminal.Usage("--likelihood needs the --model of a language model")
	}
	read, err := a.reader(ctx)
	if err != nil {
		return terminal.Blame(flags.Faults(err))
	}
	for s, err := range a.sets {
		if err != nil {
			return err
		}
		r, err := read(s)
		if err != nil {
			return err
		}
		a.read.Add(s, r)
		step(len(r))
	}
	return nil
}

// reader opens the language model and returns what tells how likely sentences are.
func (a *auditing) reader(ctx context.Context) (func(s *bias.Set) ([]bias.Reading, error), error) {
	if a.flags.likelihood == "masked" {
		m, err := a.models.Filler(ctx, a.Model)
		return func(s *bias.Set) ([]bias.Reading, error) { return bias.Masked{Model: m}.Read(ctx, s) }, err
	}
	m, err := a.models.Generator(ctx, a.Model)
	return func(s *bias.Set) ([]bias.Reading, error) { return bias.Causal{Model: m}.Read(ctx, s) }, err
}

// settle computes what the readings come to, once: intervals may be bootstrapped.
func (a *auditing) settle() {
	stats := bias.Stats{Bootstrap: a.flags.bootstrap, Seed: a.RandomSeed()}
	a.found.gaps, a.found.leans = a.read.Gaps(stats), a.read.Leans(stats)
	a.gaps = a.found.gaps
	if a.leaning != nil {
		a.found.leaning = a.leaning.Leans(stats)
	}
	if a.after != nil {
		a.found.after = a.after.Gaps(stats)
		a.gaps = a.found.after
	}
}
