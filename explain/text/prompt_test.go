package text_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
)

// lengths values a prompt at its length and its number of spaces.
type lengths struct {
	asked []string
	most  int
	fail  error
}

func (*lengths) Outputs() int    { return 2 }
func (*lengths) Names() []string { return []string{"length", "spaces"} }

func (l *lengths) Score(_ context.Context, dst []float64, prompts []string) error {
	l.asked = append(l.asked, prompts...)
	l.most = max(l.most, len(prompts))
	for i, p := range prompts {
		dst[2*i], dst[2*i+1] = float64(len(p)), float64(strings.Count(p, " "))
	}
	return l.fail
}

func TestPromptGame(t *testing.T) {
	target := &lengths{}
	g, err := text.Options{Unit: unit.Sentences, Batch: 2, Keep: []explain.Span{{Start: 0, End: 3}}}.NewPromptGame("Hi. One two. Three.", target)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := names(g), []string{"One two.", "Three."}; !slices.Equal(got, want) {
		t.Fatalf("players %q, want %q", got, want)
	}
	batch := explain.NewCoalitions(2, 0)
	for _, players := range [][]int{{0, 1}, {}, {1}, {0, 1}, {0}} {
		batch.Append(explain.NewCoalition(2, players...))
	}
	dst := make([]float64, 10)
	if err := g.Value(t.Context(), dst, batch); err != nil {
		t.Fatal(err)
	}
	if want := []string{"Hi. One two. Three.", "Hi.  ", "Hi.  Three.", "Hi. One two. "}; !slices.Equal(target.asked, want) || target.most != 2 {
		t.Errorf("asked %q, at most %d at a time", target.asked, target.most)
	}
	if want := []float64{19, 3, 5, 2, 11, 2, 19, 3, 13, 3}; !slices.Equal(dst, want) {
		t.Errorf("values %v, want %v", dst, want)
	}
	x := explain.NewExplanation(g, explain.SV)
	if x.Duplicates != 1 || x.Subject.Masker != "delete" || !slices.Equal(x.Outputs, []string{"length", "spaces"}) {
		t.Errorf("described as %+v", x)
	}
}

// halting values prompts at their length until it is asked about one that is not
// to be had.
type halting struct {
	asked []string
	not   string
}

func (*halting) Outputs() int { return 1 }

func (h *halting) Score(_ context.Context, dst []float64, prompts []string) error {
	h.asked = append(h.asked, prompts...)
	for i, p := range prompts {
		if p == h.not {
			return errors.New("busy")
		}
		dst[i] = float64(len(p))
	}
	return nil
}

// TestPromptGameKeeps: what came of a batch that failed is not asked for again.
func TestPromptGameKeeps(t *testing.T) {
	target := &halting{not: "a  c"}
	g, err := text.Options{}.NewPromptGame("a b c", target)
	if err != nil {
		t.Fatal(err)
	}
	batch := explain.NewCoalitions(3, 0)
	for _, players := range [][]int{{0}, {0, 1, 2}, {0, 2}, {1}} {
		batch.Append(explain.NewCoalition(3, players...))
	}
	dst := make([]float64, 4)
	if err := g.Value(t.Context(), dst, batch); err == nil {
		t.Fatal("no error")
	}
	first := len(target.asked)
	target.not = "none"
	if err := g.Value(t.Context(), dst, batch); err != nil || len(target.asked) != first+2 || slices.Contains(target.asked[first:], "a b c") {
		t.Errorf("asked %q, then %q, %v", target.asked[:first], target.asked[first:], err)
	}
}

func TestPromptGameErrors(t *testing.T) {
	for _, o := range []text.Options{{Masker: text.Drop{}}, {Unit: unit.Subwords}, {Second: 1}} {
		if _, err := o.NewPromptGame("a b", &lengths{}); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
	if _, err := (text.Options{}).NewPromptGame("a\xff", &lengths{}); err == nil {
		t.Error("a text that is no UTF-8 was accepted")
	}
	target := &lengths{fail: errors.New("no answer")}
	g, err := text.Options{}.NewPromptGame("a b", target)
	if err != nil {
		t.Fatal(err)
	}
	batch := explain.NewCoalitions(2, 0)
	batch.Append(explain.NewCoalition(2))
	dst := make([]float64, 2)
	if err := g.Value(t.Context(), dst, batch); !errors.Is(err, target.fail) {
		t.Errorf("error %v, want %v", err, target.fail)
	}
	if target.fail = nil; g.Value(t.Context(), dst, batch) != nil || dst[0] != 1 {
		t.Errorf("after a failure: %v", dst)
	}
}
