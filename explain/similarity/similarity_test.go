package similarity_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain/similarity"
)

var measures = map[string]func(ctx context.Context, a, b string) (float64, error){
	"exact": func(_ context.Context, a, b string) (float64, error) { return similarity.Exact(a, b), nil },
	"chrF":  similarity.ChrF, "chrF++": similarity.ChrFPlusPlus, "BLEU": similarity.BLEU,
}

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
		for name, want := range map[string]float64{"chrF": p.ChrF, "BLEU": p.BLEU, "chrF++": p.PlusPlus} {
			got, err := measures[name](t.Context(), p.Answer, p.Original)
			if err != nil || !(math.Abs(got-want) <= tolerance) {
				t.Errorf("%s of %q and %q: %v, %v, want %v", name, p.Answer, p.Original, got, err, want)
			}
		}
	}
}

func TestSame(t *testing.T) {
	for name, of := range measures {
		for _, s := range []string{"", " ", "a", "The cat sat.", "日本語"} {
			if got, err := of(t.Context(), s, s+" "); err != nil || math.Abs(got-1) > 1e-12 {
				t.Errorf("%s of %q and itself: %v, %v", name, s, got, err)
			}
		}
		if got, err := of(t.Context(), "abc", "xyz"); err != nil || got != 0 {
			t.Errorf("%s of different texts: %v, %v", name, got, err)
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

// TestLong: megabytes take memory by their length. The answer is the original and
// something else, so that all of the original is in it.
func TestLong(t *testing.T) {
	const words, more = 100_000, 30_000
	var b strings.Builder
	r := rand.New(rand.NewPCG(1, 2))
	for range words {
		fmt.Fprintf(&b, "%06d ", r.IntN(1_000_000))
	}
	original := b.String()
	answer := original + strings.Repeat("z ", more)
	part := func(items, more, orders int) (sum, logs float64) {
		for n := range orders {
			p := float64(items-n) / float64(items+more-n)
			sum, logs = sum+p/float64(orders), logs+math.Log(p)/float64(orders)
		}
		return sum, logs
	}
	f := func(precision float64) float64 { return 5 * precision / (4*precision + 1) }
	letters, _ := part(6*words, more, 6)
	_, logs := part(words, more, 4)
	twos, _ := part(words, more, 2)
	for name, want := range map[string]float64{"chrF": f(letters), "chrF++": f((6*letters + 2*twos) / 8), "BLEU": math.Exp(logs)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := measures[name](t.Context(), answer, original)
		runtime.ReadMemStats(&after)
		if err != nil || math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want)
		}
		if got, most := after.TotalAlloc-before.TotalAlloc, uint64(70*(len(answer)+len(original))); got > most {
			t.Errorf("%s: %d bytes, want no more than %d", name, got, most)
		}
	}
}

// TestCancelled: a context ends a comparison.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"chrF", "chrF++", "BLEU"} {
		if _, err := measures[name](ctx, "a cat", "a dog"); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
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
		for name, of := range measures {
			if got, err := of(t.Context(), a, b); err != nil || !(got >= 0 && got <= 1+1e-12) {
				t.Errorf("%s of %q and %q: %v, %v", name, a, b, got, err)
			}
		}
	})
}
