package bias_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/bias"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A reader reads as the built-in model does and understands nothing.
type reader struct{ tokens *tokenizer.Tokenizer }

func (r reader) Tokenizer() *tokenizer.Tokenizer { return r.tokens }
func (r reader) MaxTokens() int                  { return 0 }
func (r reader) MaskID() (int32, bool)           { return r.tokens.MaskID() }

// A sum scores a sequence by the ids of its tokens added up.
type sum struct{ err error }

func (sum) Outputs() int { return 1 }

func (s sum) Score(_ context.Context, dst []float64, seqs []model.Sequence) error {
	for i, q := range seqs {
		dst[i] = 0
		for _, id := range q.IDs {
			dst[i] += float64(id)
		}
	}
	return s.err
}

func newReader(t testing.TB) reader {
	t.Helper()
	tokens, err := tokenizer.Load("../../model/pretrained")
	if err != nil {
		t.Fatal(err)
	}
	return reader{tokens}
}

// id returns the token of a word.
func (r reader) id(t testing.TB, word string) float64 {
	t.Helper()
	id, ok := r.tokens.ID(word)
	if !ok {
		t.Fatalf("no token %q", word)
	}
	return float64(id)
}

// TestMeter: of a model that adds up, the share of words is what they add over masks.
func TestMeter(t *testing.T) {
	r := newReader(t)
	s := &bias.Set{Variants: []bias.Variant{
		{Text: "A young man came.", Spans: []explain.Span{{Start: 2, End: 7}}},
		{Text: "He saw him.", Spans: []explain.Span{{End: 2}, {Start: 7, End: 10}}},
		{Text: "He saw him."},
	}}
	want := []float64{
		r.id(t, "young") - r.id(t, "[MASK]"),
		r.id(t, "he") + r.id(t, "him") - 2*r.id(t, "[MASK]"),
		math.NaN(),
	}
	for _, workers := range []int{0, 3} {
		var got []bias.Reading
		meter := bias.Meter{Model: r, Target: sum{}, Workers: workers}
		if err := meter.Run(t.Context(), bias.Of([]*bias.Set{{}, s}), func(_ *bias.Set, r []bias.Reading) { got = append(got, r...) }); err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			if !(math.Abs(got[i].Share-w) < 1e-9) && !math.IsNaN(w) || math.IsNaN(w) != math.IsNaN(got[i].Share) {
				t.Errorf("%q: share %v, want %v", s.Variants[i].Text, got[i].Share, w)
			}
		}
		if got[1].Score != got[2].Score {
			t.Errorf("scores %v and %v of one text", got[1].Score, got[2].Score)
		}
	}
}

func TestMeterTellsWhich(t *testing.T) {
	s := &bias.Set{Variants: []bias.Variant{{Text: "one"}, {Text: "two"}}}
	_, err := bias.Meter{Model: newReader(t), Target: sum{errors.New("broken")}, Options: text.Options{Masker: text.Drop{}}}.Measure(t.Context(), s)
	if err == nil || !strings.Contains(err.Error(), `"one"`) || !strings.Contains(err.Error(), "broken") {
		t.Errorf("err = %v", err)
	}
}

// A filler says of every masked token that its logit is 2, of others 0.
type filler struct{ reader }

func (filler) Name() string { return "filler" }

func (f filler) EachMask(_ context.Context, seqs []model.Sequence, do func(i, t int, logits []float32)) error {
	words, err := f.tokens.Encode("the young man came")
	if err != nil {
		return err
	}
	mask, _ := f.MaskID()
	for i, s := range seqs {
		for t, id := range s.IDs {
			if id == mask {
				row := make([]float32, 30522)
				row[words.IDs[t]] = 2
				do(i, t, row)
			}
		}
	}
	return nil
}

// TestMaskedLikelihood: only tokens outside the swapped words count.
func TestMaskedLikelihood(t *testing.T) {
	s := &bias.Set{Variants: []bias.Variant{
		{Text: "the young man came"},
		{Text: "the young man came", Spans: []explain.Span{{Start: 4, End: 9}}},
	}}
	got, err := bias.Masked{Model: filler{newReader(t)}}.Read(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	each := 2 - math.Log(math.Exp(2)+30521)
	for i, tokens := range []float64{4, 3} {
		if math.Abs(got[i].Score-tokens*each) > 1e-9 || !math.IsNaN(got[i].Share) {
			t.Errorf("%+v, want %v", got[i], tokens*each)
		}
	}
}
