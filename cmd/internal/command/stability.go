package command

import (
	"context"
	"math"
	"slices"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/metric/stability"
	"github.com/whence-xai/whence/explain/statistics"
)

// An edited is a text slightly changed and what became of its explanation.
type edited struct {
	stability.Edit
	full     float64 // v(N)
	flips    bool    // whether the model decides otherwise
	change   float64 // ‖φ' − φ‖ / ‖φ‖
	spearman float64
}

// stability explains slight edits of the text of x and compares.
func (b *explainer) stability(ctx context.Context, x *explain.Explanation, edits int, step func(int)) ([]edited, error) {
	var out []edited
	for _, edit := range stability.Edits(x.Subject.Text, edits, b.Request.RandomSeed()) {
		y, err := b.edited(ctx, x, edit.Text)
		if err != nil {
			return nil, err
		}
		// Words that the edit added or took away have no counterpart, and no say.
		pairs := stability.Align(x.Players, y.Players)
		before, after := stability.Paired(pairs, x.Scores(0), y.Scores(0))
		out = append(out, edited{
			Edit: edit, full: y.Full[0],
			flips:    b.decides(x.Full[0]) != b.decides(y.Full[0]),
			change:   metric.Change(before, after),
			spearman: statistics.Spearman(before, after),
		})
		step(1)
	}
	return out, nil
}

// edited explains an edited text. One that the model reads as it reads the text of
// x, as a model without capitals may, has the explanation x.
func (b *explainer) edited(ctx context.Context, x *explain.Explanation, words string) (*explain.Explanation, error) {
	before, err := b.Model.Tokenizer().Encode(x.Subject.Text)
	if err != nil {
		return nil, err
	}
	after, err := b.Model.Tokenizer().Encode(words)
	if err != nil {
		return nil, err
	}
	if slices.Equal(before.IDs, after.IDs) {
		return x, nil
	}
	game, err := b.game(ctx, words)
	if err != nil {
		return nil, err
	}
	return b.explain(ctx, game)
}

// decides reports whether a value speaks for the class.
func (b *explainer) decides(value float64) bool {
	if b.Request.ScaleName() == "probability" {
		return value > 0.5
	}
	return value > 0
}

// sensitivity is the largest change of those edits after which the model decides
// as before; NaN where there is none.
func sensitivity(edits []edited) float64 {
	worst := math.NaN()
	for _, e := range edits {
		// Written so that the first change replaces NaN. Max-sensitivity (Yeh et
		// al. 2019) is of inputs that are the same to the model; where it decides
		// otherwise its explanation should change.
		if !e.flips && !(e.change <= worst) {
			worst = e.change
		}
	}
	return worst
}

// redraws explains the text of x by models whose weights are drawn at random
// and returns how the scores correlate with those of x. The embeddings of such
// models are still those of the true one, and the random rest is not nothing, so
// coefficients are not zero, but should be far from one.
func (b *explainer) redraws(ctx context.Context, x *explain.Explanation, models int, step func(int)) ([]float64, error) {
	var out []float64
	for i := range models {
		// Reduced below 2³², no seed overflows when it is counted up.
		task, err := b.Redrawn(ctx, b.models, b.Request.RandomSeed()%(1<<32)+uint64(i)+1)
		if err != nil {
			return nil, flags.Faults(err)
		}
		game, err := (&explainer{b.program, task, b.models, b.command}).game(ctx, x.Subject.Text)
		if err != nil {
			return nil, err
		}
		y, err := b.explain(ctx, game)
		if err != nil {
			return nil, err
		}
		out = append(out, statistics.Spearman(x.Scores(0), y.Scores(0)))
		step(1)
	}
	return out, nil
}
