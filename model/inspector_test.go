package model

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
)

type goldenInside struct {
	IDs      []int32
	Rollout  [][]float64
	Weighted [][]float64
	Lens     [][]struct {
		ID int32
		P  float64
	}
}

// TestInsideEqualsReference compares rollout, weighted attention and the lens
// with those of transformers' maps and hidden states.
func TestInsideEqualsReference(t *testing.T) {
	var golden struct {
		Block, Head        int
		Sentiment, Stories goldenInside
	}
	readGolden(t, "inside.json", &golden)
	for dir, want := range map[string]goldenInside{"pretrained": golden.Sentiment, "pretrained/stories": golden.Stories} {
		m, err := opened(dir, Options{}, NewInspector)
		if err != nil {
			t.Fatal(err)
		}
		x, err := m.Inspect(t.Context(), Sequence{IDs: want.IDs})
		if err != nil {
			t.Fatal(err)
		}
		compareMaps(t, dir+": rollout", x.Rollout(), want.Rollout)
		compareMaps(t, dir+": weighted", x.ValueWeighted(golden.Block, golden.Head), want.Weighted)
		lens, err := m.Lens(x, 3)
		if (err == nil) != (want.Lens != nil) {
			t.Fatalf("%s: lens: %v", dir, err)
		}
		for block, top := range want.Lens {
			got := lens[block][len(want.IDs)-1]
			for i, c := range top {
				if got[i].ID != c.ID || math.Abs(got[i].Probability-c.P) > 1e-4 {
					t.Errorf("%s: lens before block %d: %v, want %v", dir, block, got, top)
				}
			}
		}
	}
}

func compareMaps(t *testing.T, what string, got [][]float32, want [][]float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for i, row := range want {
		for j, w := range row {
			if d := math.Abs(float64(got[i][j]) - w); !(d < 1e-4) {
				t.Fatalf("%s: row %d, column %d: %v, want %v", what, i, j, got[i][j], w)
			}
		}
	}
}

func TestInspectRefusesWhatItCannotRun(t *testing.T) {
	m, err := opened("pretrained", Options{}, NewInspector)
	if err != nil {
		t.Fatal(err)
	}
	for what, s := range map[string]Sequence{
		"no tokens": {}, "hidden": {IDs: []int32{101, 102}, Hidden: []bool{false, true}}, "vocabulary": {IDs: []int32{1 << 20}},
	} {
		if _, err := m.Inspect(t.Context(), s); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// TestCountsAreChecked: a count that makes no sense is an error.
func TestCountsAreChecked(t *testing.T) {
	m := openGolden(t, "gpt2")
	i := &Inspector{m.loaded, m.Model}
	x, err := i.Inspect(t.Context(), Sequence{IDs: []int32{5, 6}})
	if err != nil {
		t.Fatal(err)
	}
	for _, top := range []int{0, -1} {
		if _, err := i.Lens(x, top); err == nil || !strings.Contains(err.Error(), "tokens") {
			t.Errorf("the %d likeliest tokens: error %v", top, err)
		}
		g := &Generator{&writer{facts: facts{m: m.loaded}}}
		if _, err := g.Likeliest(t.Context(), Sequence{IDs: []int32{5}}, nil, top); err == nil || !strings.Contains(err.Error(), "tokens") {
			t.Errorf("the %d likeliest tokens to follow: error %v", top, err)
		}
	}
}

// TestArgumentsAreChecked: places, parts and tokens that there are not give an
// error, or nothing, from whatever is asked about them.
func TestArgumentsAreChecked(t *testing.T) {
	type scorer interface {
		Validate() error
		Outputs() int
		Score(ctx context.Context, dst []float64, seqs []Sequence) error
	}
	scored := func(x scorer, err error, s Sequence) error {
		if err == nil {
			err = x.Score(t.Context(), make([]float64, x.Outputs()), []Sequence{s})
		}
		return err
	}
	ids := []int32{5, 6}
	writers := map[string]interface {
		NextTokens(before, ids []int32) (*Target, error)
		Change(ctx context.Context, before []int32, whole Sequence) (*Target, error)
		Likeliest(ctx context.Context, s Sequence, before []int32, most int) ([]Candidate, error)
		Continuation(ids []int32) (*Continuation, error)
	}{"generator": stories(t), "translator": g2p(t)}
	for name, w := range writers {
		tokens := map[string][]int32{"negative": {-1}, "large": {math.MaxInt32}, "behind": {5, 1 << 20}, "many": make([]int32, 1<<16)}
		for what, bad := range tokens {
			next, err := w.NextTokens(bad, ids)
			checkRefused(t, name+": next after "+what, scored(next, err, Sequence{IDs: ids}))
			_, err = w.Change(t.Context(), bad, Sequence{IDs: ids})
			checkRefused(t, name+": change after "+what, err)
			_, err = w.Likeliest(t.Context(), Sequence{IDs: ids}, bad, 1)
			checkRefused(t, name+": likeliest after "+what, err)
			if what != "many" {
				_, err = w.NextTokens(nil, bad)
				checkRefused(t, name+": next of "+what, err)
				_, err = w.Continuation(bad)
				checkRefused(t, name+": continuation of "+what, err)
				continue
			}
			c, err := w.Continuation(bad)
			checkRefused(t, name+": continuation of many", scored(c.LogProb(), err, Sequence{IDs: ids}))
		}
		if best, err := w.Likeliest(t.Context(), Sequence{IDs: ids}, nil, math.MaxInt); err != nil || len(best) < 10 {
			t.Errorf("%s: all tokens, likeliest first: %d, %v", name, len(best), err)
		}
		c, err := w.Continuation([]int32{5, 6, 7})
		next, err1 := w.NextTokens(ids, ids)
		if err != nil || err1 != nil {
			t.Fatal(name, err, err1)
		}
		for what, s := range map[string]Sequence{
			"no tokens": {}, "no tokens with places": {Positions: []int32{}, Types: []uint8{}, Hidden: []bool{}},
			"short positions": {IDs: ids, Positions: []int32{0}}, "short types": {IDs: ids, Types: []uint8{0}},
			"short marks": {IDs: ids, Hidden: []bool{true}}, "long positions": {IDs: ids, Positions: make([]int32, 3)},
			"long types": {IDs: ids, Types: make([]uint8, 3)}, "long marks": {IDs: ids, Hidden: make([]bool, 3)},
			"negative": {IDs: []int32{-1}}, "place": {IDs: ids, Positions: []int32{0, -1}}, "all hidden": {IDs: ids, Hidden: []bool{true, true}},
		} {
			checkRefused(t, name+": continuation: "+what, scored(c.LogProb(), nil, s))
			checkRefused(t, name+": next: "+what, scored(next, nil, s))
		}
		for _, p := range [][2]int{{-1, 1}, {0, 4}, {1, 1}, {2, 1}, {3, 4}, {math.MaxInt, math.MinInt}, {math.MinInt, 1}, {0, math.MaxInt}} {
			part := c.Part(p[0], p[1])
			for what, x := range map[string]*ContinuationTarget{
				"sum": part.LogProb(), "each": part.LogProbs(), "odds": part.TokenLogOdds(), "part": part.Part(0, 1).LogProb(),
				"against": c.Against(part), "of it": part.Against(c),
			} {
				checkRefused(t, fmt.Sprint(name, ": part ", p, ": ", what), x.Validate())
				checkRefused(t, fmt.Sprint(name, ": part ", p, ": ", what), scored(x, nil, Sequence{IDs: ids}))
			}
			if len(part.Pieces()) != 0 {
				t.Errorf("%s: part %v is %q", name, p, part.Pieces())
			}
		}
	}
	tagger := taskModel(t, "words-token", NewTagger)
	for _, at := range [][2]int{{2, -1}, {2, 2}, {0, 0}, {-1, 0}, {-1, -2}, {math.MaxInt, 1}} {
		x := tagger.Label(at[0], at[1], "x", tagger.Labels()[0])
		checkRefused(t, fmt.Sprint("label of ", at), scored(x, nil, Sequence{IDs: ids}))
	}
	checkRefused(t, "no labels", tagger.Label(2, 0, "x").Validate())
	m := openGolden(t, "gpt2")
	x, err := (&Inspector{m.loaded, m.Model}).Inspect(t.Context(), Sequence{IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{-1, 1 << 20} {
		if x.MeanAttention(n) != nil || x.ValueWeighted(n, 0) != nil || x.ValueWeighted(0, n) != nil {
			t.Errorf("block or head %d has attention", n)
		}
	}
}

func checkRefused(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
	}
}
