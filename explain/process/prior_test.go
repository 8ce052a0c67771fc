package process

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// someWeights returns weights of all kinds.
func someWeights(rng *rand.Rand, players int) weights {
	w := weights{relevance: make([]float64, players)}
	for i := range w.relevance {
		w.relevance[i] = math.Exp(rng.NormFloat64())
	}
	for i := range w.scale {
		w.scale[i] = math.Exp(rng.NormFloat64() - 2)
	}
	return w
}

// coefficientVariance returns the variance of the coefficient of a set as the
// package comment defines it, white noise left aside.
func coefficientVariance(p *prior, set int) float64 {
	size := bits.OnesCount(uint(set))
	if (size%2 == 1) != p.odd {
		return 0
	}
	product := 1.0
	for i, a := range p.relevance {
		if set>>i&1 != 0 {
			product *= a
		}
	}
	v := 0.0
	switch size {
	case 0:
		v = constant * float64(p.players)
	case 1:
		v = 1
	}
	windows := 0.0
	for first := 0; first < 8*len(p.blocks); first += 4 {
		if set&^(0xff<<first) == 0 {
			windows++
		}
	}
	switch low, high := orders(p.odd); size {
	case low:
		v += product * (p.scale[productLow] + windows*p.scale[near])
	case high:
		v += product * p.scale[productHigh]
	}
	return v
}

func parity(set, coalition int) float64 {
	if bits.OnesCount(uint(set&^coalition))%2 == 1 {
		return -1
	}
	return 1
}

func TestCovarianceIsTheSumOverSets(t *testing.T) {
	for _, n := range []int{1, 3, 8, 11, 13} {
		for _, odd := range []bool{true, false} {
			rng := rand.New(rand.NewPCG(1, uint64(n)))
			p := newPrior(n, odd, someWeights(rng, n))
			for range 20 {
				x, y := rng.IntN(1<<n), rng.IntN(1<<n)
				want := 0.0
				for set := range 1 << n {
					want += coefficientVariance(p, set) * parity(set, x) * parity(set, y)
				}
				got := p.covariance(explain.Coalition{uint64(x)}, explain.Coalition{uint64(y)})
				if math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
					t.Fatalf("%d players, odd %v: covariance %v, want %v", n, odd, got, want)
				}
			}
		}
	}
}

// TestDifferenceCrossesWords: windows see players on both sides of a word's edge.
func TestDifferenceCrossesWords(t *testing.T) {
	x, y := explain.NewCoalition(140, 61, 66, 130), explain.NewCoalition(140, 61, 70)
	if own, shifted := difference(x, y, 7); own != 0 || shifted != 1<<(66-60) {
		t.Errorf("block 7: %b, %b", own, shifted)
	}
	if own, shifted := difference(x, y, 8); own != 1<<2|1<<6 || shifted != 1<<2 {
		t.Errorf("block 8: %b, %b", own, shifted)
	}
	if own, shifted := difference(x, y, 16); own != 1<<2 || shifted != 0 {
		t.Errorf("block 16: %b, %b", own, shifted)
	}
}

func TestLinkIsTheSumOverSets(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	random := func() (v [Orders]float64) {
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		return v
	}
	for _, n := range []int{2, 7, 12} {
		for _, odd := range []bool{true, false} {
			p := newPrior(n, odd, someWeights(rng, n))
			p.scale[white] = 0
			summaries := []Summary{{Size: 1, Inside: random()}, {Size: 2, Inside: random()}, {Size: 0, Inside: random()}, {Size: 1, Inside: random(), Outside: random()}}
			all := terms(n, summaries)
			l := newCrossCovariance(p, summaries, all)
			got, variance := make([]float64, len(all)), make([]float64, len(all))
			l.variances(variance)
			for range 4 {
				x := rng.IntN(1 << n)
				l.covariances(got, explain.Coalition{uint64(x)})
				for i, term := range all {
					want, square := 0.0, 0.0
					for set := range 1 << n {
						share := contribution(&summaries[term.of], term.players, set)
						v := coefficientVariance(p, set)
						want += v * share * parity(set, x)
						square += v * share * share
					}
					if math.Abs(got[i]-want) > 1e-9*(1+math.Abs(want)) {
						t.Fatalf("%d players, odd %v, summary %d, term %v: covariance %v, want %v", n, odd, term.of, term.players, got[i], want)
					}
					if math.Abs(variance[i]-square) > 1e-9*(1+square) {
						t.Fatalf("%d players, odd %v, summary %d, term %v: variance %v, want %v", n, odd, term.of, term.players, variance[i], square)
					}
				}
			}
		}
	}
}

func contribution(s *Summary, players []int, set int) float64 {
	size := bits.OnesCount(uint(set))
	if size >= Orders {
		return 0
	}
	for _, p := range players {
		if set>>p&1 == 0 {
			return s.Outside[size]
		}
	}
	return s.Inside[size]
}

// TestWhiteNoiseInTerms: what noise in the values adds to terms is what their weights say.
func TestWhiteNoiseInTerms(t *testing.T) {
	const n = 7
	s := Summary{Size: 2, Inside: [Orders]float64{2: 1, 3: 1}, Weight: func(present, common int) float64 {
		return float64(1+present*present) * float64(3+5*common)
	}}
	for _, odd := range []bool{true, false} {
		p := newPrior(n, odd, weights{relevance: make([]float64, n)})
		p.scale[white] = 0.3
		l := newCrossCovariance(p, []Summary{s}, []term{{0, []int{1, 4}}})
		weight := func(c int) float64 { return s.Weight(bits.OnesCount(uint(c)), c>>1&1+c>>4&1) }
		var got, silent, variance, silentVariance [1]float64
		l.variances(variance[:])
		sum := 0.0
		quiet := newCrossCovariance(newPrior(n, odd, weights{relevance: make([]float64, n)}), []Summary{s}, l.terms)
		quiet.variances(silentVariance[:])
		for c := range 1 << (n - 1) {
			x := explain.Coalition{uint64(c)}
			l.covariances(got[:], x)
			quiet.covariances(silent[:], x)
			w := weight(c) + weight(1<<n-1-c)
			if odd {
				w = weight(c) - weight(1<<n-1-c)
			}
			if math.Abs(got[0]-silent[0]-0.3*w) > 1e-9 {
				t.Fatalf("odd %v, coalition %b: white noise adds %v, want %v", odd, c, got[0]-silent[0], 0.3*w)
			}
			sum += 0.3 * w * w
		}
		if got := variance[0] - silentVariance[0]; math.Abs(got-sum) > 1e-9*sum {
			t.Errorf("odd %v: white noise adds a variance of %v, want %v", odd, got, sum)
		}
	}
}
