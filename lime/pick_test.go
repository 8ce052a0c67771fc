package lime

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// words makes an explanation of words and their scores.
func words(texts []string, scores ...float64) *explain.Explanation {
	x := &explain.Explanation{Index: explain.LIME, Order: 1}
	for i, text := range texts {
		x.Players = append(x.Players, explain.Player{Text: text})
		x.Terms = append(x.Terms, explain.Term{Players: []int{i}, Score: []float64{scores[i]}})
	}
	return x
}

// TestPickGolden compares with the submodular pick of the lime package.
func TestPickGolden(t *testing.T) {
	file, err := os.ReadFile("testdata/pick.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Explanations [][][2]any
		Picked       []int
	}
	if err := json.Unmarshal(file, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 3 {
		t.Fatalf("%d cases", len(cases))
	}
	for i, c := range cases {
		var explanations []*explain.Explanation
		for _, pairs := range c.Explanations {
			var texts []string
			var scores []float64
			for _, pair := range pairs {
				texts, scores = append(texts, pair[0].(string)), append(scores, pair[1].(float64))
			}
			explanations = append(explanations, words(texts, scores...))
		}
		if got := Pick(explanations, len(c.Picked), 0); !slices.Equal(got, c.Picked) {
			t.Errorf("case %d: picked %v, want %v", i, got, c.Picked)
		}
	}
}

func TestPick(t *testing.T) {
	xs := []*explain.Explanation{
		words([]string{"good", "film"}, 1, 0),
		words([]string{"good", "plot"}, 1, 0.5),
		words([]string{"bad"}, -1.2),
		words([]string{"plot", "film", "end"}, 0.2, 0, 0.1),
	}
	for _, c := range []struct {
		count, leading int
		want           []int
	}{
		{0, 0, []int{}},
		{2, 0, []int{1, 2}},       // good and plot, then bad
		{3, 0, []int{1, 2, 3}},    // end is new, though weak; good is not
		{9, 0, []int{1, 2, 3, 0}}, // no more than there are
		{1, 1, []int{0}},          // by leading words alone, 0 and 1 are equal
		{-1, 0, []int{}},
	} {
		if got := Pick(xs, c.count, c.leading); !slices.Equal(got, c.want) {
			t.Errorf("Pick(%d, %d) = %v, want %v", c.count, c.leading, got, c.want)
		}
	}
}
