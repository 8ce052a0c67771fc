package text

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/whence-xai/whence/explain"
)

// notation writes a tree as nested brackets.
func notation(t *explain.Tree) string {
	switch {
	case t == nil:
		return ""
	case t.IsLeaf():
		return fmt.Sprint(t.Player)
	}
	return "(" + notation(t.Left) + " " + notation(t.Right) + ")"
}

// TestTreeIsShaps compares trees with those of testdata/tree.py.
func TestTreeIsShaps(t *testing.T) {
	var cases []struct {
		Text   string
		Spans  [][2]int
		Merges [][2]int // of nodes: the leaves, then the merges in their order
	}
	data, err := os.ReadFile("testdata/tree.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 100 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		var players []explain.Player
		var nodes []*explain.Tree
		for i, s := range c.Spans {
			players = append(players, explain.Player{Start: s[0], End: s[1]})
			nodes = append(nodes, &explain.Tree{Player: i})
		}
		for _, m := range c.Merges {
			nodes = append(nodes, &explain.Tree{Left: nodes[m[0]], Right: nodes[m[1]]})
		}
		got, want := notation(merge(leaves(c.Text, players))), notation(nodes[len(nodes)-1])
		if got != want {
			t.Errorf("%q\ngot  %s\nwant %s", c.Text, got, want)
		}
	}
}

// TestTreeHoldsAll merges tokens of all sorts and wants each at one leaf, in order.
func TestTreeHoldsAll(t *testing.T) {
	token := rapid.SampledFrom(strings.Fields("a ##b ' t s [x] ( ) , . ? and or word"))
	rapid.Check(t, func(t *rapid.T) {
		tokens := rapid.SliceOfN(token, 0, 60).Draw(t, "tokens")
		tree := merge(tokens)
		if err := tree.Check(len(tokens)); err != nil {
			t.Fatal(err)
		}
		if players := slices.Collect(tree.Players()); !slices.IsSorted(players) {
			t.Fatalf("leaves are %v", players)
		}
	})
}

func BenchmarkTree(b *testing.B) {
	tokens := strings.Fields(strings.Repeat("the plot is thin , but ( as ever ) the act ##ing is not bad . ", 128))
	for b.Loop() {
		merge(tokens)
	}
}
