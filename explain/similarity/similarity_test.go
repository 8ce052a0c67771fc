package similarity_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/whence-xai/whence/explain/similarity"
)

// TestGolden compares with sacrebleu; testdata/golden.py made the numbers.
func TestGolden(t *testing.T) {
	const tolerance = 1e-12 // the same sums in another order
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var pairs []struct {
		Answer, Original, Name string
		ChrF, BLEU             float64
		PlusPlus               float64 `json:"chrf++"`
	}
	if err := json.Unmarshal(b, &pairs); err != nil || len(pairs) < 100 {
		t.Fatal(len(pairs), err)
	}
	for _, p := range pairs {
		for name, got := range map[string][2]float64{
			"chrF": {similarity.ChrF(p.Answer, p.Original), p.ChrF}, "BLEU": {similarity.BLEU(p.Answer, p.Original), p.BLEU},
			"chrF++": {similarity.ChrFPlusPlus(p.Answer, p.Original), p.PlusPlus},
		} {
			if !(math.Abs(got[0]-got[1]) <= tolerance) {
				t.Errorf("%s of %q and %q: %v, want %v", name, p.Answer, p.Original, got[0], got[1])
			}
		}
	}
}

func TestSame(t *testing.T) {
	for name, of := range map[string]func(a, b string) float64{
		"exact": similarity.Exact, "chrF": similarity.ChrF, "chrF++": similarity.ChrFPlusPlus, "BLEU": similarity.BLEU,
	} {
		for _, s := range []string{"", " ", "a", "The cat sat.", "日本語"} {
			if got := of(s, s+" "); math.Abs(got-1) > 1e-12 {
				t.Errorf("%s of %q and itself: %v", name, s, got)
			}
		}
		if got := of("abc", "xyz"); got != 0 {
			t.Errorf("%s of different texts: %v", name, got)
		}
	}
}

func TestCosine(t *testing.T) {
	for _, test := range []struct {
		a, b []float64
		want float64
	}{
		{[]float64{1, 0}, []float64{2, 0}, 1}, {[]float64{1, 0}, []float64{0, 3}, 0}, {[]float64{1, 1}, []float64{-2, -2}, -1},
		{[]float64{3, 4}, []float64{4, 3}, 0.96}, {[]float64{0, 0}, []float64{1, 1}, 0}, {[]float64{1e-200, 0}, []float64{1, 0}, 0},
	} {
		if got := similarity.Cosine(test.a, test.b); math.Abs(got-test.want) > 1e-15 {
			t.Errorf("%v and %v: %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

// FuzzSimilarity: scores are between 0 and 1 whatever the texts.
func FuzzSimilarity(f *testing.F) {
	f.Add("the cat", "a cat")
	f.Add("\xff&lt;", "-\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 1<<12 {
			return
		}
		for _, got := range []float64{similarity.Exact(a, b), similarity.ChrF(a, b), similarity.ChrFPlusPlus(a, b), similarity.BLEU(a, b)} {
			if !(got >= 0 && got <= 1+1e-12) {
				t.Errorf("%q and %q: %v", a, b, got)
			}
		}
	})
}
