package command

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/rationale"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/statistics"
	"github.com/whence-xai/whence/explain/text/unit"
)

// A plausible is how well the explanations of many texts agree with people.
// values are kept text by text, as intervals need them: eight bytes for each of
// nine numbers.
type plausible struct {
	k       int // the words that an explanation may name: what people mark in the mean
	texts   int
	skipped int            // of which nothing was marked, or with a label that the model does not have
	right   int            // predicted as labelled
	values  [3][][]float64 // metric → scores, random order, leave-one-out → a value a text
}

var plausibility = [3]string{"AUPRC", "token F1", "token IOU"}

// evaluateRationales explains texts of which people marked the words that
// matter, the tokens being the players and the label the class.
func (p *program) evaluateRationales(c *cli.Context, name string) error {
	if c.Args().Present() || c.IsSet("prompt") || c.IsSet("file") || c.IsSet("unit") {
		return terminal.Usage("--rationales brings its own texts and players")
	}
	f, err := fileReader(c.Context, name, mostSaved)
	if err != nil {
		return err
	}
	limit := c.Int("limit")
	texts, k, err := survey(f, name, limit)
	if err != nil {
		return err
	}
	var r request.Request
	if err := flags.Overlay(c, &r); err != nil {
		return err
	}
	b, err := p.newExplainer(c, r)
	if err != nil {
		return err
	}
	step, done := p.terminal.Count("texts", texts)
	defer done()
	out := &plausible{k: k}
	for one, err := range rationale.Read(f, name, limit) {
		if err != nil {
			return &terminal.UsageError{Err: err}
		}
		if err := out.add(c.Context, b, one); err != nil {
			return err
		}
		step(1)
	}
	return flags.OutputOf(c, p.stdout).Finding(out.finding(b))
}

// survey counts the texts and the words marked in the mean, and rewinds.
// k must be known before the first text: token F1 and IOU of ERASER (DeYoung et al.
// 2020) take as many words of every explanation as people mark in the mean.
func survey(f io.ReadSeeker, name string, limit int) (texts, k int, err error) {
	marked := 0
	for r, err := range rationale.Read(f, name, limit) {
		if err != nil {
			return 0, 0, &terminal.UsageError{Err: err}
		}
		texts++
		for _, m := range r.Marked() {
			if m {
				marked++
			}
		}
	}
	if texts == 0 {
		return 0, 0, terminal.Usage("%s: no texts", name)
	}
	_, err = f.Seek(0, io.SeekStart)
	return texts, max(1, int(math.Round(float64(marked)/float64(texts)))), err
}

// add explains one text and compares.
func (o *plausible) add(ctx context.Context, b *explainer, r *rationale.Rationale) error {
	class := b.Request.Class
	marked := r.Marked()
	label, err := b.Model.Label(r.Label)
	// Precision and recall are not defined where nothing is marked. A label of
	// another data set's classes cannot be explained, unless a --class takes its
	// place.
	if !slices.Contains(marked, true) || err != nil && class == "" && r.Label != "" {
		o.skipped++
		return nil
	}
	words, spans := r.Text()
	if class == "" && r.Label != "" {
		class = b.Model.Labels()[label]
	}
	// A copy: class and spans are of this text alone.
	own := *b.Classification
	own.Request.Class, own.Options.Unit, own.Options.Spans = class, unit.Custom, spans
	game, err := (&explainer{b.program, &own, b.models, b.command}).game(ctx, words)
	if err != nil {
		return err
	}
	// Scores could not be held against marks one by one.
	if game.Players() != len(marked) { // tokens that share one of the model's
		o.skipped++
		return nil
	}
	return o.measure(ctx, b, game, marked)
}

// measure adds a text to every metric, for three sides: its scores, the mean over
// these in random orders, and leave-one-out. All three are of one pool.
func (o *plausible) measure(ctx context.Context, b *explainer, game explain.Game, marked []bool) error {
	pool := explain.Cache(game)
	x, err := b.explain(ctx, pool)
	if err != nil {
		return err
	}
	loo, err := metric.LeaveOneOut(ctx, metric.View(pool, 0, nil))
	if err != nil {
		return err
	}
	if b.decides(x.Full[0]) {
		o.right++
	}
	o.texts++
	scores := x.Scores(0)
	// Another seed for every text, or all would be shuffled into the same order and
	// the means over texts would keep the chance of one draw.
	shuffled := (metric.Suite{Seed: b.Request.RandomSeed() + uint64(o.texts)}).Shuffled(scores)
	for side, list := range [][][]float64{{scores}, shuffled, {loo}} {
		var v [3]float64
		for _, s := range list {
			for i, m := range [3]float64{metric.AUPRC(s, marked), metric.TokenF1(s, marked, o.k), metric.TokenIOU(s, marked, o.k)} {
				v[i] += m / float64(len(list))
			}
		}
		for i := range v {
			if o.values[i] == nil {
				o.values[i] = make([][]float64, 3)
			}
			o.values[i][side] = append(o.values[i][side], v[i])
		}
	}
	return nil
}

// finding has a line a metric: its mean over texts with half of the 95 % interval,
// and the means of random orders and of leave-one-out to hold it against.
func (o *plausible) finding(b *explainer) *output.Finding {
	f := &output.Finding{Title: fmt.Sprintf("Agreement with people on %s by %s", within(o.texts, o.texts+o.skipped, "texts"), b.Model.Name())}
	s := render.Sheet{Heads: []string{"metric", "better", "mean", "± 95 %", "random", "leave-one-out"}, Words: 2}
	var results []resultJSON
	for i, name := range plausibility {
		if o.texts == 0 {
			break
		}
		mean, half := statistics.Interval(o.values[i][0])
		random, _ := statistics.Interval(o.values[i][1])
		loo, _ := statistics.Interval(o.values[i][2])
		s.Rows = append(s.Rows, []string{name, "↑", output.Short(mean), output.Short(half), output.Short(random), output.Short(loo)})
		results = append(results, resultData([]metric.Result{{Name: name, Better: metric.Higher, Value: mean, Random: random, LeaveOneOut: loo}})...)
	}
	f.Table("", s)
	f.Say("The explanation of the label by %s, %s at most; F1 and IOU take its %d strongest words, as many as people mark in the mean. "+
		"The model is right about %s.", cmp.Or(b.Request.Method.Name, request.Methods()[0]), b.budget(), o.k, within(o.right, o.texts, "texts"))
	if o.skipped > 0 {
		f.Say("%d texts were left out: nothing is marked, the model has no such label, or two tokens share one of the model's.", o.skipped)
	}
	f.Data = struct {
		Schema  int          `json:"schema"`
		Model   string       `json:"model"`
		Texts   int          `json:"texts"`
		Skipped int          `json:"skipped"`
		Right   int          `json:"right"`
		Top     int          `json:"top"`
		Metrics []resultJSON `json:"metrics"`
	}{1, b.Model.Name(), o.texts, o.skipped, o.right, o.k, results}
	return f
}

// budget says how many coalitions an explanation may value.
func (b *explainer) budget() string {
	if n := b.Request.Budget; n > 0 {
		return fmt.Sprintf("%d coalitions", n)
	}
	return "the default number of coalitions"
}
