package command

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/bias"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

func (p *program) auditCommand() *cli.Command {
	sentences := number(groupWhat, "sentences", "sentences at most, whole sets drawn at random")
	sentences.Value = 6000
	flags := slices.Concat(
		[]cli.Flag{
			words(groupWhat, "axes", "A,B,…", "only these, as in gender,religion (default: all)"),
			sentences,
			words(groupWhat, "corpus", "FILE", "your texts, in which words are swapped"),
			words(groupWhat, "lexicon", "FILE", "the words to swap, a column a group"),
		},
		fieldFlags(), modelFlags(),
		[]cli.Flag{newChoice(groupWhat, "likelihood", "KIND", "of a language model in place of a class: masked, causal", "none", "masked", "causal")},
		slices.DeleteFunc(gameFlags(), func(f cli.Flag) bool { return f.Names()[0] == "unit" }),
		[]cli.Flag{
			number(groupHow, "bootstrap", "draws for intervals (default: 0, Student's t)"),
			seedFlag(),
			words(groupHow, "accuracy", "FILE", "labelled texts, to tell what --neutralize costs"),
			failOverFlag(),
			words(groupOutput, "augment", "FILE", "write these texts and their swapped twins to --output"),
		},
		findingFlags(), runFlags(batchFlags()...))
	return p.command("audit", helpAudit, flags, p.audit)
}

func failOverFlag() *cli.Float64Flag {
	const name = "fail-over"
	return &cli.Float64Flag{
		Name: name, Category: groupOutput, EnvVars: environment(name), Value: math.Inf(1), DefaultText: "never",
		Usage: "`X` exit with 1 if a significant gap is larger, as in 0.1",
		Action: func(_ *cli.Context, v float64) error {
			if !(v >= 0) {
				return usage("--%s %v is no gap", name, v)
			}
			return nil
		},
	}
}

// audit tells whether a model treats people alike.
func (p *program) audit(c *cli.Context) error {
	if c.String("augment") != "" {
		return p.augment(c)
	}
	a, err := p.newAudit(c)
	if err != nil {
		return err
	}
	if err := a.run(); err != nil {
		return err
	}
	a.settle()
	if err := p.publish(newOutput(c), a.finding()); err != nil {
		return err
	}
	if largest, limit := bias.Largest(a.gaps), c.Float64("fail-over"); largest > limit {
		return fmt.Errorf("the largest significant gap is %s, --fail-over is %v", short(largest), limit)
	}
	return nil
}

// An auditing is an audit under way.
type auditing struct {
	*program
	c        *cli.Context
	source   string // of the sets, for people
	sets     bias.Sets
	mentions bias.Sets // texts with one word of a group each; nil without a corpus
	model    *model.Classifier
	class    string
	muted    []string
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

// newAudit finds the sentences that the flags name.
func (p *program) newAudit(c *cli.Context) (*auditing, error) {
	a := &auditing{program: p, c: c, read: &bias.Tally{}}
	var err error
	if c.String("corpus") != "" {
		err = a.openCorpus()
	} else {
		err = a.openSets()
	}
	if err != nil {
		return nil, err
	}
	a.sets, err = bias.Sample(a.sets, c.Int("sentences"), c.Uint64("seed"))
	if err != nil {
		return nil, &usageError{err: err}
	}
	a.muted, err = mutedWords(c)
	return a, err
}

// openSets opens what is named: templates, a benchmark, or the program's own.
func (a *auditing) openSets() error {
	var axes []string
	if list := a.c.String("axes"); list != "" {
		axes = strings.Split(list, ",")
	}
	templates := bias.Builtin()
	if a.c.Args().Present() {
		name, err := oneArgument(a.c, "SET")
		if err != nil {
			return err
		}
		a.source = filepath.Base(name)
		sets, own, err := openSet(a.c.Context, name)
		var wrong *usageError
		if errors.As(err, &wrong) {
			return err
		}
		if err != nil {
			return &usageError{err: err}
		}
		if own == nil {
			a.sets = onlyAxes(sets, axes)
			return nil
		}
		templates = own
	} else {
		a.source = "built-in templates"
	}
	if err := templates.Only(axes...); err != nil {
		return &usageError{err: err}
	}
	a.sets = templates.Sets()
	return nil
}

// onlyAxes leaves out sets of other axes than those named; none named is all.
func onlyAxes(sets bias.Sets, axes []string) bias.Sets {
	if len(axes) == 0 {
		return sets
	}
	return func(yield func(*bias.Set, error) bool) {
		for s, err := range sets {
			if err == nil && !slices.ContainsFunc(axes, func(a string) bool { return strings.EqualFold(a, s.Axis) }) {
				continue
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

// openSet opens a benchmark or templates by what is in the file or folder.
func openSet(ctx context.Context, name string) (bias.Sets, *bias.Templates, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		sets, err := openFolder(name)
		return sets, nil, err
	}
	f, err := wholeFile(ctx, name, maxText)
	if err != nil {
		return nil, nil, err
	}
	if strings.EqualFold(filepath.Ext(name), ".json") {
		templates, err := bias.ReadTemplates(withoutMark(f))
		return nil, templates, err
	}
	sets, err := openTable(f, name)
	return bias.Of(sets), nil, err
}

// openTable reads CrowS-Pairs or EEC, whichever the first line says it is.
func openTable(f io.ReadSeeker, name string) ([]*bias.Set, error) {
	heads, err := csv.NewReader(withoutMark(f)).Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch {
	case slices.Contains(heads, "sent_more"):
		return bias.CrowSPairs(withoutMark(f), name)
	case slices.Contains(heads, "Template"):
		return bias.EEC(withoutMark(f), name)
	}
	return nil, usage("%s is neither CrowS-Pairs nor EEC: it has %s", name, strings.Join(heads, ", ")).or("your own texts go with --corpus %s", name)
}

func openFolder(name string) (bias.Sets, error) {
	folder := os.DirFS(name)
	if _, err := os.Stat(filepath.Join(name, "descriptors.json")); err == nil {
		return bias.HolisticBias(folder)
	}
	sets, err := bias.WinoBias(folder)
	if err != nil {
		return nil, fmt.Errorf("%s holds neither HolisticBias nor WinoBias: %w", name, err)
	}
	return bias.Of(sets), nil
}

// run asks the model.
func (a *auditing) run() error {
	total := 0
	for s, err := range a.sets {
		if err != nil {
			return &usageError{err: err}
		}
		total += len(s.Variants)
		a.nSets++
	}
	if total == 0 {
		return usage("%s: no sentences to compare", a.source)
	}
	passes := 1
	if len(a.muted) > 0 {
		passes = 2
	}
	step, done := a.program.count("sentences", passes*total)
	defer done()
	a.count = total
	if kind := a.c.String("likelihood"); kind != "none" {
		return a.rate(kind, step)
	}
	if err := a.loadClass(); err != nil {
		return err
	}
	if err := a.measure(a.sets, a.read, nil, step); err != nil {
		return err
	}
	if a.mentions != nil {
		a.leaning = &bias.Tally{}
		if err := a.measure(a.mentions, a.leaning, nil, func(int) {}); err != nil {
			return err
		}
	}
	if len(a.muted) == 0 {
		return nil
	}
	a.after = &bias.Tally{}
	if err := a.measure(a.sets, a.after, a.muted, step); err != nil {
		return err
	}
	return a.measureCost()
}

// loadClass loads the classifier and settles on a class: of two the second, which
// is the positive one of most.
func (a *auditing) loadClass() (err error) {
	if a.model, err = loadModel(a.c); err != nil {
		return err
	}
	labels := a.model.Labels()
	a.class = a.c.String("class")
	switch {
	case a.class == "" && len(labels) > 2 || a.class == "all":
		return usage("audit needs a --class of %s", strings.Join(labels, ", "))
	case a.class == "":
		a.class = labels[len(labels)-1]
	}
	n, err := a.model.Label(a.class)
	if err != nil {
		return &usageError{err: err}
	}
	a.class = labels[n]
	return nil
}

// sideBySide is how many sentences are read side by side: enough for batches that
// fill the machine.
const sideBySide = 64

// measure reads sets into a tally, with words masked.
func (a *auditing) measure(sets bias.Sets, into *bias.Tally, muted []string, step func(int)) error {
	o, err := gameOptions(a.c)
	if err != nil {
		return err
	}
	o.Muted = muted
	if a.c.String("scale") == "log-odds" {
		into.Scale = metric.Logistic
	}
	var target text.Target
	switch a.c.String("scale") {
	case "probability":
		target = a.model.Probability(a.class)
	case "logit":
		target = a.model.Logit(a.class)
	default:
		target = a.model.LogOdds(a.class)
	}
	meter := bias.Meter{Model: a.model, Target: (&text.Batcher{}).Share(target), Options: o, Workers: sideBySide}
	err = meter.Run(a.c.Context, sets, func(s *bias.Set, r []bias.Reading) {
		into.Add(s, r)
		step(len(r))
	})
	var long *text.LimitError
	if errors.As(err, &long) {
		return usage("%v", err).or("--long truncate cuts texts that are too long")
	}
	return err
}

// rate reads how likely the sentences are to a language model.
func (a *auditing) rate(kind string, step func(int)) error {
	if a.c.String("model") == "" {
		return usage("--likelihood needs the --model of a language model")
	}
	dir, err := modelFolder(a.c, a.c.String("model"))
	if err != nil {
		return err
	}
	var read func(s *bias.Set) ([]bias.Reading, error)
	o := model.Options{Threads: a.c.Int("threads")}
	files, err := model.Open(dir)
	if err != nil {
		return &usageError{err: err}
	}
	if kind == "masked" {
		m, err := model.NewFiller(files, o)
		if err != nil {
			return &usageError{err: err}
		}
		read = func(s *bias.Set) ([]bias.Reading, error) { return bias.Masked{Model: m}.Read(a.c.Context, s) }
	} else {
		m, err := model.NewGenerator(files, o)
		if err != nil {
			return &usageError{err: err}
		}
		read = func(s *bias.Set) ([]bias.Reading, error) { return bias.Causal{Model: m}.Read(a.c.Context, s) }
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

// settle computes what the readings come to, once: intervals may be bootstrapped.
func (a *auditing) settle() {
	stats := bias.Stats{Bootstrap: a.c.Int("bootstrap"), Seed: a.c.Uint64("seed")}
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

const helpAudit = `Tells whether a model treats people alike: it scores sentences that differ only
in whom they speak of, and compares groups, with confidence intervals and
corrected for their number. The attribution is the share that the swapped words
have of the score: their Shapley value in the game of them and the rest.

usage:
  explain audit [flags]                   sentences of the program's own
  explain audit SET [flags]               templates (.json), CrowS-Pairs, EEC
                                          (.csv), WinoBias, HolisticBias (dirs)
  explain audit --corpus FILE [flags]     your texts, their words swapped
  explain audit --augment FILE --output FILE    texts with their swapped twins

The exit status is 1 if the largest significant gap is over --fail-over, with
--neutralize when its words are masked. WORDS are a list, a file of lines, or
"groups": all words of the program's own groups.

examples:
  explain audit --axes religion,gender --fail-over 0.1
  explain audit crows_pairs_anonymized.csv --likelihood masked --model ./bert
  explain audit --corpus reviews.jsonl --text-field body --label-field stars
  explain audit --neutralize gay,muslim --accuracy dev.tsv --text-field sentence
`
