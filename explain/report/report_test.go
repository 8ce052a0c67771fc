package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// golden is what other programs say; testdata/golden.py made it.
type golden struct {
	Mean, Low, High float64
	MeanAbs         float64 `json:"mean_abs"`
	AbsMargin       float64 `json:"abs_margin"`
	Wilson          map[string][2]float64
	Tree            struct{ Right, Root int }
}

func readGolden(t *testing.T) (g golden) {
	t.Helper()
	b, err := os.ReadFile("testdata/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &g)
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6 } // as many digits as tables of z have

func TestIntervals(t *testing.T) {
	want := readGolden(t)
	tally := newTally(10)
	for _, score := range []float64{0.5, -1.25, 2, 0.75, 3.5} {
		tally.add("A", "word", score)
	}
	w := tally.words()[0]
	if w.Texts != 5 || !near(float64(w.Mean), want.Mean) || !near(float64(w.Low), want.Low) || !near(float64(w.High), want.High) ||
		!near(float64(w.MeanAbs), want.MeanAbs) || !near(float64(w.AbsMargin), want.AbsMargin) {
		t.Errorf("%+v, want %+v", w, want)
	}
	for share, interval := range want.Wilson {
		var l Labels
		fmt.Sscanf(share, "%d/%d", &l.Right, &l.Labeled)
		if _, low, high := l.Accuracy(); !near(low, interval[0]) || !near(high, interval[1]) {
			t.Errorf("%s: %v to %v, want %v", share, low, high, interval)
		}
	}
}

// TestTallyIsBounded: whatever comes, no more words are kept than may be, and
// each count misses no more than is said.
func TestTallyIsBounded(t *testing.T) {
	tally, truth := newTally(100), map[string]int{}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		word := fmt.Sprint(int(math.Exp(rng.Float64() * 9)))
		truth[word]++
		tally.add("A", word, 1)
		tally.trim()
		if len(tally.counts) > 100 {
			t.Fatalf("%d words are kept", len(tally.counts))
		}
	}
	for word, n := range truth {
		c := tally.counts[wordKey{"A", word}]
		if c == nil && n > tally.missed || c != nil && (c.n > n || n-c.n > c.missed || c.missed > tally.missed) {
			t.Errorf("word %s: in %d texts, counted %+v, at most %d missed", word, n, c, tally.missed)
		}
	}
	if tally.missed == 0 || tally.missed > 1000 {
		t.Errorf("%d missed", tally.missed)
	}
}

// corpusOf yields rows in which a class follows from words: "good" raises YES,
// "bad" lowers it, the others do nothing. Texts are drawn at random.
func corpusOf(n int) []*corpus.Row {
	rng := rand.New(rand.NewPCG(3, 4))
	rows := make([]*corpus.Row, n)
	for i := range rows {
		r := &corpus.Row{Row: int64(i + 1), ID: fmt.Sprint("t", i), Index: "SV", Scale: "log-odds", Baseline: []float64{0.5}}
		value := 0.5
		sign := 1.0
		var scores []float64
		for _, word := range []string{"Good", "bad", "the", "film", "plot", "cast"} {
			if rng.IntN(2) == 0 {
				continue
			}
			score := map[string]float64{"Good": 3, "bad": -2}[word]
			r.Players = append(r.Players, corpus.Player{Text: word, Score: []float64{0}, Error: []jsonfloat.Number{0}})
			scores = append(scores, score)
			value += score
		}
		p := 1 / (1 + math.Exp(-value))
		r.Probabilities = []corpus.Probability{{Class: "NO", Probability: 1 - p}, {Class: "YES", Probability: p}}
		if r.Prediction = "YES"; value < 0 {
			r.Prediction, sign = "NO", -1
		}
		r.Label = fmt.Sprint(i % 2) // by number
		r.Outputs, r.Full = []string{r.Prediction}, []float64{sign * value}
		for j, score := range scores {
			r.Players[j].Score[0] = sign * score
		}
		rows[i] = r
	}
	return rows
}

func each(rows []*corpus.Row) iter.Seq2[*corpus.Row, error] {
	return func(yield func(*corpus.Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// TestOf: a report finds what was put into a corpus.
func TestOf(t *testing.T) {
	rows := corpusOf(600)
	r, err := Of(t.Context(), each(rows), Options{Seed: 1, Terms: 2})
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows != 600 || r.Sampled != 600 || len(r.Classes) != 2 || r.Classes[0].Rows+r.Classes[1].Rows != 600 {
		t.Errorf("%d rows, sample %d, classes %v", r.Rows, r.Sampled, r.Classes)
	}
	for _, w := range r.Words {
		sign := map[string]float64{"YES": 1, "NO": -1}[w.Class]
		if want := sign * map[string]float64{"good": 3, "bad": -2}[w.Word]; !near(float64(w.Mean), want) || !near(float64(w.MeanAbs), math.Abs(want)) {
			t.Errorf("%+v, want a mean of %v", w, want)
		}
	}
	labels := r.Labels
	if labels.Labeled != 600 || labels.Right < 200 || labels.Right > 400 || len(labels.Confusion) != 4 || len(labels.Errors) != 8 {
		t.Errorf("labels: %d, right %d, %v, %d errors", labels.Labeled, labels.Right, labels.Confusion, len(labels.Errors))
	}
	for i, e := range labels.Errors {
		if i > 0 && e.Probability > labels.Errors[i-1].Probability {
			t.Errorf("error %d is surer than the one before", i)
		}
	}
	if w := labels.Words[0]; w.Word != "good" || w.Class != "YES" || !near(float64(w.Mean), 3) || !near(float64(w.Total), 3*float64(w.Errors)) || !near(float64(w.Overall), 3) {
		t.Errorf("errors are driven by %+v", w)
	}
	// YES unless bad without good.
	for _, rule := range r.Tree.Rules() {
		bad, good := slices.Contains(rule.Has, "bad"), slices.Contains(rule.Has, "good")
		if rule.Right != rule.Rows || (rule.Class == "NO") != (bad && !good) {
			t.Errorf("rule %+v", rule)
		}
	}
	if r.Tree.Agreement != 1 || r.Tree.HeldOut != 120 || r.Tree.Learned != 480 {
		t.Errorf("fidelity %+v", r.Tree.Fidelity)
	}
	l := r.Linear[0]
	if len(r.Linear) != 1 || l.Class != "YES" || len(l.Terms) != 2 || math.Abs(float64(l.Terms[0].Coefficient)-3) > 0.1 || l.Terms[1].Word != "bad" ||
		math.Abs(float64(l.Terms[1].Coefficient)+2) > 0.1 || l.R2 < 0.99 || l.Agreement < 0.95 {
		t.Errorf("linear model %+v", l)
	}
	again, err := Of(t.Context(), each(rows), Options{Seed: 1, Terms: 2})
	if err != nil || !reflect.DeepEqual(jsonOf(t, r), jsonOf(t, again)) {
		t.Errorf("the same rows made another report (%v)", err)
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestClusters: explanations that lean on different words are told apart.
func TestClusters(t *testing.T) {
	var rows []*corpus.Row
	for i := range 90 {
		word := []string{"slow", "funny", "long"}[i%3]
		rows = append(rows, &corpus.Row{Row: int64(i), Full: []float64{1}, Baseline: []float64{0}, Players: []corpus.Player{
			{Text: word, Score: []float64{1 + float64(i%7)}, Error: []jsonfloat.Number{0}},
			{Text: "the", Score: []float64{0.5}, Error: []jsonfloat.Number{0}},
		}})
	}
	r, err := Of(t.Context(), each(rows), Options{Clusters: 3, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	var leads []string
	for _, c := range r.Clusters {
		if c.Rows != 30 {
			t.Errorf("cluster of %d rows", c.Rows)
		}
		leads = append(leads, c.Words[0].Word)
	}
	slices.Sort(leads)
	if strings.Join(leads, " ") != "funny long slow" {
		t.Errorf("clusters are led by %v", leads)
	}
	if r.Tree != nil {
		t.Error("a tree was learned of rows without classes")
	}
}

// TestTreeAsScikitLearn: a tree gets as many rows right as scikit-learn's with
// the same bounds, and first asks for the same word.
func TestTreeAsScikitLearn(t *testing.T) {
	want := readGolden(t).Tree
	var rows []*corpus.Row
	state := 1
	for i := range 120 {
		r := &corpus.Row{Row: int64(i), Full: []float64{1}, Baseline: []float64{0}}
		var has [6]bool
		for w := range has {
			state = (state*1103515245 + 12345) % (1 << 31)
			has[w] = state>>16&1 == 1
			if has[w] {
				r.Players = append(r.Players, corpus.Player{Text: fmt.Sprint("w", w), Score: []float64{float64(6 - w)}, Error: []jsonfloat.Number{0}})
			}
		}
		if r.Prediction = "no"; has[1] && !has[4] || has[2] && i%3 == 0 {
			r.Prediction = "yes"
		}
		rows = append(rows, r)
	}
	var digests []*digested
	for _, r := range rows {
		digests = append(digests, digest(r))
	}
	l := newTraining(newVectors(digests), 1)
	l.learn = append(slices.Clone(l.learn), l.heldOut...)
	tree, right := l.tree(t.Context(), 3), 0
	for _, rule := range tree.Rules() {
		right += rule.Right
	}
	if right != want.Right || tree.Root.Word != fmt.Sprint("w", want.Root) {
		t.Errorf("%d of 120 right, first word %s; scikit-learn: %d, w%d", right, tree.Root.Word, want.Right, want.Root)
	}
}

// TestSampleIsBounded: a corpus larger than the sample is sampled evenly.
func TestSampleIsBounded(t *testing.T) {
	r, err := Of(t.Context(), each(corpusOf(500)), Options{Sample: 50, Seed: 1, Texts: 3})
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows != 500 || r.Sampled != 50 || len(r.Texts) != 3 {
		t.Errorf("%d rows, %d sampled, %d texts", r.Rows, r.Sampled, len(r.Texts))
	}
	sums := 0.0
	for seed := range uint64(200) {
		s := newSample(10, seed)
		for i := range 100 {
			s.add(&digested{Row: &corpus.Row{Row: int64(i)}})
		}
		for _, d := range s.rows {
			sums += float64(d.Row.Row) / 2000
		}
	}
	if sums < 46 || sums > 53 { // 49.5, and five standard errors
		t.Errorf("the mean row of many samples of 0 to 99 is %v", sums)
	}
}

func TestOfRefuses(t *testing.T) {
	rows := corpusOf(3)
	if _, err := Of(t.Context(), each(nil), Options{}); err == nil {
		t.Error("no rows made a report")
	}
	rows[2].Scale = "logit"
	if _, err := Of(t.Context(), each(rows), Options{}); err == nil || !strings.Contains(err.Error(), "row 3") {
		t.Errorf("two scales made a report: %v", err)
	}
	rows = corpusOf(3)
	for _, r := range rows {
		r.Label = "five stars"
	}
	r, err := Of(t.Context(), each(rows), Options{})
	if err != nil || r.Labels.Unknown != 3 || len(r.Warnings) != 1 || r.Tree != nil || r.Linear != nil {
		t.Errorf("%+v (%v)", r, err)
	}
}

// TestInfinite: scores and values without bound, which rows of other programs may
// have, do not keep a report from being written.
func TestInfinite(t *testing.T) {
	rows := corpusOf(60)
	for i, r := range rows {
		r.Probabilities = nil
		for w := range r.Players {
			r.Players[w].Score[0] = math.Inf(i%2*2 - 1)
		}
		r.Full[0] = math.Inf(-1)
	}
	r, err := Of(t.Context(), each(rows), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range r.Texts[0].Words {
		if got := jsonOf(t, w.Score); got != `"Infinity"` && got != `"-Infinity"` {
			t.Errorf("%s scores %s", w.Word, got)
		}
	}
	jsonOf(t, r)
}

// TestOfEnds: a context ends a report, among the rows and behind them.
func TestOfEnds(t *testing.T) {
	for _, last := range []int{1, 60} {
		ctx, cancel := context.WithCancel(t.Context())
		seen := 0
		_, err := Of(ctx, func(yield func(*corpus.Row, error) bool) {
			for _, r := range corpusOf(60) {
				seen++
				if seen == last+1 || !yield(r, nil) {
					return
				}
				if seen == last {
					cancel()
				}
			}
		}, Options{})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("after row %d: %v", last, err)
		}
	}
}
