package explain_test

import (
	"math"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
)

func TestCheckSplitsBatches(t *testing.T) {
	var pieces []int
	g := explain.Check(explain.Observe(size(13), func(n int) { pieces = append(pieces, n) }))
	all := explain.NewCoalitions(13, 1<<13)
	for s := range uint64(1<<13 - 1) {
		all.Append(explain.Coalition{s})
	}
	dst := make([]float64, all.Len())
	if err := g.Value(t.Context(), dst, all); err != nil {
		t.Fatal(err)
	}
	if len(pieces) != 2 || pieces[0] != explain.MaxBatch || pieces[1] != explain.MaxBatch-1 {
		t.Errorf("pieces of %v coalitions", pieces)
	}
	for i, c := range all.All() {
		if dst[i] != float64(c.Size()) {
			t.Fatalf("coalition %d of size %d is worth %v", i, c.Size(), dst[i])
		}
	}
}

func TestCheckNamesTheCoalitionAtFault(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e155, -1e300} {
		g := explain.Check(explain.Func(3, func(c explain.Coalition) float64 {
			if c.Size() == 2 {
				return bad
			}
			return 0
		}))
		err := g.Value(t.Context(), make([]float64, 2), batch(3, []int{1}, []int{0, 2}))
		if err == nil || !strings.Contains(err.Error(), "players [0 2]") {
			t.Errorf("a value of %v: err = %v", bad, err)
		}
	}
}
