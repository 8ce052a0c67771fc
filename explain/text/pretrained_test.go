package text_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// tolerance is what float32 leaves of equality with another implementation.
const tolerance = 1e-4

func sentiment(t *testing.T) *model.Classifier {
	t.Helper()
	m, err := pretrained.Sentiment()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestValuesAreTransformers compares all coalitions of a text, masked in every
// way, with testdata/values.py.
func TestValuesAreTransformers(t *testing.T) {
	var want struct {
		Text   string
		Words  []string
		Values map[string][]float64 // masker → value of each coalition, by its bits
	}
	data, err := os.ReadFile("testdata/values.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	m := sentiment(t)
	if len(want.Values) != 6 {
		t.Fatalf("golden values of %d maskers", len(want.Values))
	}
	for name, values := range want.Values {
		masker, err := text.ParseMasker(name)
		if err != nil {
			t.Fatal(err)
		}
		g := must(t)(text.Options{Masker: masker}.NewGame(m, want.Text, m.LogOdds("positive")))
		if got := names(g); !slices.Equal(got, want.Words) {
			t.Fatalf("players %q, want %q", got, want.Words)
		}
		batch := explain.NewCoalitions(g.Players(), len(values))
		for c := range values {
			batch.Append(explain.Coalition{uint64(c)})
		}
		got := make([]float64, batch.Len())
		if err := g.Value(t.Context(), got, batch); err != nil {
			t.Fatal(err)
		}
		for c := range values {
			if math.Abs(got[c]-values[c]) > tolerance {
				t.Errorf("%s: coalition %b is worth %v, want %v", name, c, got[c], values[c])
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	m := sentiment(t)
	g := must(t)(text.Options{Unit: unit.Words, Bag: true, Masker: text.Hide{}}.NewGame(m, "good, good film", m.Probability()))
	if x := explain.NewExplanation(g, explain.SV); len(x.Subject.Scores) != 0 {
		t.Errorf("the model's answer %v before it was asked", x.Subject.Scores)
	}
	dst := make([]float64, 2)
	batch := explain.NewCoalitions(3, 1)
	batch.Append(explain.Grand(3))
	if err := g.Value(t.Context(), dst, batch); err != nil {
		t.Fatal(err)
	}
	x := explain.NewExplanation(g, explain.SV)
	s := x.Subject
	want := []explain.Player{{Text: "good", Start: 0, End: 4}, {Text: ",", Start: 4, End: 5}, {Text: "film", Start: 11, End: 15}}
	if !slices.Equal(x.Players, want) {
		t.Errorf("players %v, want %v", x.Players, want)
	}
	if !slices.Equal(x.Outputs, []string{"NEGATIVE", "POSITIVE"}) {
		t.Errorf("outputs %q", x.Outputs)
	}
	if s.Text != "good, good film" || s.Model != "sentiment-minilm" || len(s.SHA256) != 64 || s.Scale != "probability" || s.Masker != "hide" || s.Unit != "bag of words" {
		t.Errorf("subject %+v", s)
	}
	classes := []explain.ClassScore{{Class: "NEGATIVE", Probability: dst[0]}, {Class: "POSITIVE", Probability: dst[1]}}
	if !slices.Equal(s.Scores, classes) {
		t.Errorf("answer %v, want %v", s.Scores, classes)
	}
	known := must(t)(text.Options{Classes: classes[:1]}.NewGame(m, "good, good film", m.Probability()))
	x = explain.NewExplanation(known, explain.SV)
	if !slices.Equal(x.Subject.Scores, classes[:1]) {
		t.Errorf("answer %v where another one was known", x.Subject.Scores)
	}
	if got, err := text.Classify(t.Context(), m, "good, good film", text.Refuse); err != nil || !slices.Equal(got, classes) {
		t.Errorf("Classify = %v (%v), want %v", got, err, classes)
	}
}

func TestUnknownClassesAndOverlongTextsAreTold(t *testing.T) {
	m := sentiment(t)
	if _, err := text.NewGame(m, "a film", unit.Words, m.LogOdds("NEUTRAL")); err == nil {
		t.Error("an unknown class was accepted")
	}
	if _, err := text.Classify(t.Context(), m, "\xff", text.Refuse); err == nil {
		t.Error("a text that is not UTF-8 was classified")
	}
}
