package model

import (
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
