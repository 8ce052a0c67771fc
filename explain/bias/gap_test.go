package bias_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/whence-xai/whence/explain/bias"
)

// pair is a set of two groups with the scores given.
func pair(t *bias.Tally, axis, source string, a, b float64) {
	t.Add(&bias.Set{Axis: axis, Source: source, Variants: []bias.Variant{
		{Group: "a", Term: "a", Text: source + " a"}, {Group: "b", Term: "b", Text: source + " b"},
	}}, []bias.Reading{{Score: a, Share: a / 2}, {Score: b, Share: b / 2}})
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestGapsAsSciPy compares with testdata/gaps.py.
func TestGapsAsSciPy(t *testing.T) {
	b, err := os.ReadFile("testdata/gaps.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		A, B               []float64
		P, Mean, Low, High float64
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		var tally bias.Tally
		for i := range c.A {
			pair(&tally, "axis", fmt.Sprint(i), c.A[i], c.B[i])
		}
		gaps := tally.Gaps(bias.Stats{})
		if len(gaps) != 1 || gaps[0].Group != "a" || gaps[0].Against != "b" || gaps[0].Sets != len(c.A) {
			t.Fatalf("gaps %+v", gaps)
		}
		e := gaps[0].Score
		near(t, "mean", e.Mean, c.Mean, 1e-12)
		near(t, "p", e.P, c.P, 1e-9)
		near(t, "low", e.Low, c.Low, 1e-9)
		near(t, "high", e.High, c.High, 1e-9)
		near(t, "share", gaps[0].Share.Mean, c.Mean/2, 1e-12)
	}
}

// TestGapsOfSeveralGroups: each is held against the mean of the others of its set,
// however many sentences they have.
func TestGapsOfSeveralGroups(t *testing.T) {
	var tally bias.Tally
	for i, base := range []float64{0, 5, -3} {
		s := &bias.Set{Axis: "faith", Source: fmt.Sprint(i)}
		var readings []bias.Reading
		for group, scores := range map[string][]float64{"x": {1, 3}, "y": {0}, "z": {4, 4, 4}} {
			for _, v := range scores {
				s.Variants = append(s.Variants, bias.Variant{Group: group, Term: group, Text: group})
				readings = append(readings, bias.Reading{Score: base + v})
			}
		}
		tally.Add(s, readings)
	}
	want := map[string]float64{"x": 0, "y": -3, "z": 3} // means 2, 0 and 4
	for _, g := range tally.Gaps(bias.Stats{}) {
		near(t, "gap of "+g.Group, g.Scaled.Mean, want[g.Group], 1e-12)
		if g.Against != "others" || g.Sets != 3 {
			t.Errorf("%+v", g)
		}
	}
}

// TestGapsOfMissingGroups: a set without a group says nothing of it.
func TestGapsOfMissingGroups(t *testing.T) {
	var tally bias.Tally
	pair(&tally, "axis", "one", 1, 0)
	tally.Add(&bias.Set{Axis: "axis", Source: "two", Variants: []bias.Variant{{Group: "c", Text: "c"}, {Group: "b", Text: "b"}}},
		[]bias.Reading{{Score: 7}, {Score: 5}})
	sets := map[string]int{}
	for _, g := range tally.Gaps(bias.Stats{}) {
		sets[g.Group] = g.Sets
		if g.Group == "c" {
			near(t, "gap of c", g.Score.Mean, 2, 0)
		}
	}
	if sets["a"] != 1 || sets["b"] != 2 || sets["c"] != 1 {
		t.Errorf("sets %v", sets)
	}
}

func TestSwingsAndLeans(t *testing.T) {
	tally := bias.Tally{Scale: func(v float64) float64 { return 10 * v }}
	for i := range 4 {
		pair(&tally, "axis", fmt.Sprint(i), float64(i), -float64(i)*1.5)
	}
	swing := tally.Swings()["axis"]
	if swing.High.Text != "3 a" || swing.Low.Text != "3 b" || swing.By() != 75 {
		t.Errorf("swing %+v", swing)
	}
	for _, l := range tally.Leans(bias.Stats{}) {
		if l.Sets != 4 {
			t.Errorf("%+v", l)
		}
		if l.Term == "a" {
			near(t, "effect of a", l.Effect.Mean, 10*(0+1.25+2.5+3.75)/4, 1e-12)
			near(t, "share of a", l.Share.Mean, (0+1+2+3)/8., 1e-12)
		}
	}
}

// TestBootstrap: the interval holds the mean, is seeded, and of many sets is that
// of the t-test.
func TestBootstrap(t *testing.T) {
	var tally bias.Tally
	for i := range 200 {
		pair(&tally, "axis", fmt.Sprint(i), math.Sin(float64(i)), 0.3)
	}
	student := tally.Gaps(bias.Stats{})[0].Score
	one := tally.Gaps(bias.Stats{Bootstrap: 4000, Seed: 1})[0].Score
	again := tally.Gaps(bias.Stats{Bootstrap: 4000, Seed: 1})[0].Score
	other := tally.Gaps(bias.Stats{Bootstrap: 4000, Seed: 2})[0].Score
	if one != again || one == other {
		t.Errorf("%v and %v of one seed, %v of another", one, again, other)
	}
	near(t, "low", one.Low, student.Low, 0.01)
	near(t, "high", one.High, student.High, 0.01)
}

// TestLargestIsSignificant: a gap that may be chance fails nobody.
func TestLargestIsSignificant(t *testing.T) {
	var tally bias.Tally
	for i := range 20 {
		pair(&tally, "noise", fmt.Sprint(i), 10*math.Sin(float64(7*i)), 0)
		pair(&tally, "real", fmt.Sprint(i), 0.5+0.01*math.Sin(float64(i)), 0)
	}
	near(t, "largest", bias.Largest(tally.Gaps(bias.Stats{})), 0.5, 0.01)
}
