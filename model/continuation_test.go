package model

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/whence-xai/whence/model/internal/decode"
)

// A fakeContinuer has a vocabulary of three. Its logits depend on how many
// tokens came before and on the first of them.
type fakeContinuer struct{ asked int }

func (f *fakeContinuer) logits(s Sequence, before []int32) []float32 {
	n := float32(len(s.IDs) + len(before))
	return []float32{n, float32(s.IDs[0]), -n / 2}
}

func (f *fakeContinuer) continued(_ context.Context, seqs []Sequence, answers [][]int32, do func(i, t int, logits []float32)) error {
	f.asked += len(seqs)
	for i, a := range answers {
		for t := range a {
			do(i, t, f.logits(seqs[i], a[:t]))
		}
	}
	return nil
}

// plain is the log-probability of an answer's tokens by the textbook.
func (f *fakeContinuer) plain(s Sequence, answer []int32) []float64 {
	var out []float64
	for t, id := range answer {
		z := f.logits(s, answer[:t])
		sum := 0.0
		for _, v := range z {
			sum += math.Exp(float64(v))
		}
		out = append(out, math.Log(math.Exp(float64(z[id]))/sum))
	}
	return out
}

func TestContinuationTargets(t *testing.T) {
	f := &fakeContinuer{}
	c := &Continuation{model: f, ids: []int32{1, 0, 2}, pieces: []string{"a", " b", "c"}, hi: 3}
	other := &Continuation{model: f, ids: []int32{2}, pieces: []string{"c"}, hi: 1}
	seqs := []Sequence{{IDs: []int32{2, 1}}, {IDs: []int32{0}}}
	for name, target := range map[string]*ContinuationTarget{
		"sum": c.LogProb(), "tokens": c.LogProbs(), "part": c.Part(1, 3).LogProb(), "odds": c.LogOdds(),
		"probability": c.Probability(), "against": c.Against(other),
	} {
		dst := make([]float64, len(seqs)*target.Outputs())
		if err := target.Score(t.Context(), dst, seqs); err != nil {
			t.Fatal(err)
		}
		var want []float64
		for _, s := range seqs {
			p := f.plain(s, c.ids)
			sum := p[0] + p[1] + p[2]
			want = append(want, map[string][]float64{
				"sum": {sum}, "tokens": p, "part": {p[1] + p[2]}, "odds": {sum - math.Log(1-math.Exp(sum))},
				"probability": {math.Exp(sum)}, "against": {sum - f.plain(s, other.ids)[0]},
			}[name]...)
		}
		if !slices.EqualFunc(dst, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }) {
			t.Errorf("%s: %v, want %v", name, dst, want)
		}
	}
	if got, want := c.Part(1, 3).Part(1, 2).LogProb().Names(), []string{"c"}; !slices.Equal(got, want) {
		t.Errorf("part of a part is called %q, want %q", got, want)
	}
	if got, want := c.Against(other).Names(), []string{"a bc / c"}; !slices.Equal(got, want) {
		t.Errorf("contrast is called %q, want %q", got, want)
	}
	if (&Continuation{model: &fakeContinuer{asked: 1}, hi: 0}).Against(c).Validate() == nil {
		t.Error("two models were compared")
	}
}

// TestCertainContinuation: odds of what is all but certain are finite.
func TestCertainContinuation(t *testing.T) {
	logits := []float32{300, 0, 0}
	if p := decode.LogProb(logits, 0); p >= 0 || p < -1e-100 {
		t.Errorf("log-probability %g", p)
	}
	if odds := -log1mexp(decode.LogProb(logits, 0)); math.Abs(odds-(300-math.Ln2)) > 1e-9 {
		t.Errorf("log-odds %g, want %g", odds, 300-math.Ln2)
	}
	if p := decode.LogProb(logits, 1); math.Abs(p+300) > 1e-9 {
		t.Errorf("log-probability %g, want -300", p)
	}
}

func TestNextTargets(t *testing.T) {
	f := &fakeContinuer{}
	whole, less := Sequence{IDs: []int32{1, 1, 2}}, Sequence{IDs: []int32{2}}
	before := []int32{1}
	p, q := distribution(f.logits(whole, before)), distribution(f.logits(less, before))
	d, err := divergence(t.Context(), f, before, whole)
	if err != nil {
		t.Fatal(err)
	}
	kl, rise := 0.0, 0.0
	for i := range p {
		kl += p[i] * math.Log(p[i]/q[i])
		rise += p[i]*math.Log(p[i]) - q[i]*math.Log(q[i])
	}
	dst := make([]float64, 4)
	if err := d.Score(t.Context(), dst, []Sequence{whole, less}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0, 0, -kl, rise} {
		if math.Abs(dst[i]-want) > 1e-12 {
			t.Errorf("output %d: %g, want %g", i, dst[i], want)
		}
	}
	next := nextTokens(f, before, []int32{2, 0}, []string{"c", "a"})
	if err := next.Score(t.Context(), dst, []Sequence{whole, less}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{p[2], p[0], q[2], q[0]} {
		if math.Abs(dst[i]-math.Log(want)) > 1e-12 {
			t.Errorf("token %d: %g, want %g", i, dst[i], math.Log(want))
		}
	}
}

func distribution(logits []float32) []float64 {
	sum := 0.0
	for _, v := range logits {
		sum += math.Exp(float64(v))
	}
	var p []float64
	for _, v := range logits {
		p = append(p, math.Exp(float64(v))/sum)
	}
	return p
}
