package shap

import (
	"reflect"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// TestChoose holds the policy of Auto.
func TestChoose(t *testing.T) {
	for _, c := range []struct {
		auto    Auto
		players int
		want    explain.PlannedEstimator
	}{
		{Auto{}, 9, Exact{}},
		{Auto{Index: explain.SII}, 10, Bayes{}},
		{Auto{Budget: 1 << 12}, 12, Exact{}},
		{Auto{Index: explain.OV}, 9, Exact{}},
		{Auto{Index: explain.OV}, 20, Partition{}},
		{Auto{Index: explain.SII, Order: 3}, 20, Proxy{}},
		{Auto{Budget: 2*maxPairs + 1}, 20, Proxy{}},
		{Auto{Budget: 2 * maxPairs}, 20, Bayes{}},
		{Auto{}, 800, Bayes{}},
		{Auto{}, 1000, Proxy{}},
	} {
		got, reason := c.auto.Choose(c.players)
		if reflect.TypeOf(got) != reflect.TypeOf(c.want) || reason == "" {
			t.Errorf("%+v of %d players: %T because %q, want %T", c.auto, c.players, got, reason, c.want)
		}
	}
}
