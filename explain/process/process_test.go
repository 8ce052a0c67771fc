package process

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

func TestSubsetsInOrder(t *testing.T) {
	var got [][]int
	for s := range Subsets(4, 2) {
		got = append(got, slices.Clone(s))
	}
	want := [][]int{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i, s := range want {
		if !slices.Equal(got[i], s) {
			t.Errorf("set %d is %v, want %v", i, got[i], s)
		}
	}
	for range Subsets(2, 3) {
		t.Error("three of two players")
	}
}

// TestChooseNoPairTwice: no coalition is chosen that is known, by itself or by its
// complement, and when all pairs are known there is none left to choose.
func TestChooseNoPairTwice(t *testing.T) {
	const players = 5
	p, seen := New(players, 1, 1, shapleySummary(players)), map[string]bool{}
	first := explain.NewCoalitions(players, 1)
	first.Append(explain.Grand(players))
	for batch := first; batch.Len() > 0; batch = p.Choose(3) {
		own, other := make([]float64, batch.Len()), make([]float64, batch.Len())
		for i, c := range batch.All() {
			absent := explain.NewCoalition(players)
			absent.Complement(c, players)
			if seen[c.Key()] || seen[absent.Key()] {
				t.Fatalf("%v is chosen twice", slices.Collect(c.Players()))
			}
			seen[c.Key()] = true
			own[i], other[i] = saturating(players, c), saturating(players, absent)
		}
		p.Learn(batch, own, other)
	}
	if p.Len() != 1<<(players-1) || len(seen) != p.Len() {
		t.Errorf("%d pairs known, %d seen, of %d", p.Len(), len(seen), 1<<(players-1))
	}
}

// TestStudyIsExactInTheEnd: of a game whose pairs are all known the means are the
// Shapley values, here of a game that anyone can reckon: who is there first of two
// takes all.
func TestStudyIsExactInTheEnd(t *testing.T) {
	const players = 4
	study := &Study{Process: New(players, 1, 1, shapleySummary(players)), Value: func(_ context.Context, batch *explain.Coalitions) ([]float64, error) {
		values := make([]float64, batch.Len())
		for i, c := range batch.All() {
			if c.Has(0) || c.Has(1) {
				values[i] = 1
			}
			if c.Has(3) {
				values[i] += 2
			}
		}
		return values, nil
	}}
	if done, err := study.Learn(t.Context(), 1<<(players-1)); err != nil || !done {
		t.Fatal(done, err)
	}
	means, errs := study.Estimate()
	for p, want := range []float64{0.5, 0.5, 0, 2} {
		if math.Abs(means[p]-want) > 1e-4 || !(errs[p] < 1e-2) {
			t.Errorf("player %d: %v ± %v, want %v", p, means[p], errs[p], want)
		}
	}
}

// TestStudyEnds: an error of the game is handed on, and Show may end the study.
func TestStudyEnds(t *testing.T) {
	broken, calls := errors.New("broken"), 0
	value := func(_ context.Context, batch *explain.Coalitions) ([]float64, error) {
		if calls++; calls > 1 {
			return nil, broken
		}
		return make([]float64, batch.Len()), nil
	}
	study := &Study{Process: New(6, 1, 1, shapleySummary(6)), Value: value}
	if done, err := study.Learn(t.Context(), 20); done || !errors.Is(err, broken) {
		t.Errorf("done %v, error %v", done, err)
	}
	calls = math.MinInt
	study = &Study{Process: New(6, 1, 1, shapleySummary(6)), Value: value, Show: func() bool { return false }}
	if done, err := study.Learn(t.Context(), 20); done || err != nil {
		t.Errorf("told to stop: done %v, error %v", done, err)
	}
}
