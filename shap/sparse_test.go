package shap_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
	"github.com/whence-xai/whence/shap"
)

// TestSparseInteractions: of the 4950 pairs of a hundred players few interact,
// and they are found from fifteen coalitions a player.
func TestSparseInteractions(t *testing.T) {
	const players, strong = 100, 8
	rng := rand.New(rand.NewPCG(3, 3))
	var sets [][]int
	var amounts []float64
	for p := range players {
		sets, amounts = append(sets, []int{p}), append(amounts, 0.5*rng.NormFloat64())
	}
	var want [][]int
	for i := range strong {
		pair := rng.Perm(players)[:2]
		slices.Sort(pair)
		want = append(want, pair)
		sets, amounts = append(sets, pair), append(amounts, 4-0.2*float64(i))
	}
	slices.SortFunc(want, slices.Compare)
	g := explaintest.Sum("pairs", players, sets, amounts)
	x, err := shap.Bayes{Index: explain.SII, Budget: 1500}.Estimate(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	terms := slices.DeleteFunc(slices.Clone(x.Terms), func(t explain.Term) bool { return len(t.Players) != 2 })
	slices.SortStableFunc(terms, func(a, b explain.Term) int { return cmp.Compare(math.Abs(b.Score[0]), math.Abs(a.Score[0])) })
	var got [][]int
	for _, term := range terms[:strong] {
		got = append(got, term.Players)
	}
	slices.SortFunc(got, slices.Compare)
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the leading pairs are %v, want %v", got, want)
	}
}
