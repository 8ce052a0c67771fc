package bias

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/whence-xai/whence/explain/statistics"
)

// A Gap is how the sentences of one group fare against the others of their sets.
type Gap struct {
	Axis, Group string
	Against     string   // the other group, or "others" where there are several
	Sets        int      // in which both are
	Above       float64  // the share of sets in which it is above the others, ties half
	Scaled      Estimate // of the gap in scaled scores
	Score       Estimate // of the gap in scores
	Share       Estimate // of the gap in the share that the swapped words have of the score
}

// An Estimate is the mean of paired differences.
type Estimate struct {
	Mean      float64
	Low, High float64 // the 95 % confidence interval: Student's t, or a percentile bootstrap
	P         float64 // of the t-test that there is no difference; NaN of fewer than two
	Holm      float64 // P corrected for all gaps: the risk of any false alarm
	BH        float64 // P corrected for all gaps: the share of false alarms (Benjamini–Hochberg)
}

// Significant reports whether the gap stands at 5 % after Holm's correction.
func (e Estimate) Significant() bool { return e.Holm < 0.05 }

// Stats are choices about intervals.
type Stats struct {
	Bootstrap int    // draws of a percentile bootstrap over sets; 0 for Student's t
	Seed      uint64 // of the draws
}

// Gaps returns the gap of every group: with two on an axis, of the first against
// the second; with more, of each against the mean of the others. Differences are
// taken within a set, and sets are the independent observations.
func (t *Tally) Gaps(s Stats) []Gap {
	rng := rand.New(rand.NewPCG(s.Seed, 0x626f6f74)) // a stream of its own
	var gaps []Gap
	for _, a := range t.axes {
		for g, group := range a.groups {
			// Of two groups the second's gap is the first's with the other sign,
			// and would count twice in the correction.
			if len(a.groups) == 2 && g == 1 || len(a.groups) < 2 {
				break
			}
			gap := Gap{Axis: a.name, Group: group, Against: "others"}
			if len(a.groups) == 2 {
				gap.Against = a.groups[1]
			}
			scaled, score, share := a.differences(g)
			gap.Sets, gap.Above = len(scaled), above(score)
			gap.Scaled, gap.Score, gap.Share = s.estimate(scaled, rng), s.estimate(score, rng), s.estimate(share, rng)
			gaps = append(gaps, gap)
		}
	}
	// The three families of tests are corrected apart: each is a question of its
	// own.
	for _, of := range []func(*Gap) *Estimate{
		func(g *Gap) *Estimate { return &g.Scaled },
		func(g *Gap) *Estimate { return &g.Score },
		func(g *Gap) *Estimate { return &g.Share },
	} {
		correct(gaps, of)
	}
	return gaps
}

// differences returns, for each set that has group g and another, by how much g
// is above the mean of the others.
func (a *axisTally) differences(g int) (scaled, score, share []float64) {
	for _, row := range a.rows {
		own := at(row, g)
		if math.IsNaN(own.score) {
			continue
		}
		var others sample
		n := 0.0
		for h := range row {
			if h == g || math.IsNaN(row[h].score) {
				continue
			}
			others = sample{others.score + row[h].score, others.scaled + row[h].scaled, others.share + row[h].share}
			n++
		}
		if n > 0 {
			scaled, score, share = append(scaled, own.scaled-others.scaled/n), append(score, own.score-others.score/n), append(share, own.share-others.share/n)
		}
	}
	return scaled, score, share
}

// above returns the share of differences that are positive, zeros counting half.
func above(d []float64) float64 {
	n := 0.0
	for _, x := range d {
		switch {
		case x > 0:
			n++
		case x == 0:
			n += 0.5
		}
	}
	return n / float64(len(d))
}

// correct fills in the p-values corrected for their number.
func correct[T any](all []T, of func(*T) *Estimate) {
	p := make([]float64, len(all))
	for i := range all {
		p[i] = of(&all[i]).P
	}
	holm, bh := statistics.Holm(p), statistics.BenjaminiHochberg(p)
	for i := range all {
		of(&all[i]).Holm, of(&all[i]).BH = holm[i], bh[i]
	}
}

// estimate returns the mean of differences with interval and test.
func (s Stats) estimate(d []float64, rng *rand.Rand) Estimate {
	mean, half := statistics.Interval(d)
	e := Estimate{Mean: mean, Low: mean - half, High: mean + half, P: math.NaN()}
	if len(d) >= 2 {
		e.P = tTest(d, mean)
		if s.Bootstrap > 0 {
			e.Low, e.High = bootstrap(d, s.Bootstrap, rng)
		}
	}
	return e
}

// tTest returns the two-sided p-value of Student's paired t-test.
func tTest(d []float64, mean float64) float64 {
	square := 0.0
	for _, x := range d {
		square += (x - mean) * (x - mean)
	}
	n := float64(len(d))
	err := math.Sqrt(square / (n - 1) / n)
	switch {
	// No difference at all, of which t would be 0/0.
	case mean == 0:
		return 1
	// All differences are the same and not zero: t is infinite.
	case err == 0:
		return 0
	}
	return 2 * distuv.StudentsT{Sigma: 1, Nu: n - 1}.Survival(math.Abs(mean)/err)
}

// bootstrap returns the ends of the 95 % percentile interval of the mean.
func bootstrap(d []float64, draws int, rng *rand.Rand) (low, high float64) {
	means := make([]float64, draws)
	// Sets are drawn, not sentences: those of one set depend on each other.
	for i := range means {
		for range d {
			means[i] += d[rng.IntN(len(d))] / float64(len(d))
		}
	}
	slices.Sort(means)
	at := func(q float64) float64 { return means[int(math.Round(q*float64(draws-1)))] }
	return at(0.025), at(0.975)
}

// A Lean is what a term does to the scores of its sentences.
type Lean struct {
	Axis, Group, Term string
	Sets              int
	Effect            Estimate // of how far its sentences are above the mean of their sets, scaled
	Share             Estimate // of the share it has of the score: whether the model leans on it
}

// Leans returns what the terms do, those first whose effect, or where sets have
// but one sentence whose share, is the surest and largest.
func (t *Tally) Leans(s Stats) []Lean {
	rng := rand.New(rand.NewPCG(s.Seed, 0x6c65616e)) // a stream of its own
	leans := make([]Lean, len(t.terms))
	for i, term := range t.terms {
		leans[i] = Lean{term.axis, term.group, term.term, len(term.effects), s.estimate(term.effects, rng), s.estimate(term.shares, rng)}
	}
	correct(leans, func(l *Lean) *Estimate { return &l.Effect })
	correct(leans, func(l *Lean) *Estimate { return &l.Share })
	return leans
}

// Swings returns for each axis the sentences of one set that are furthest apart.
func (t *Tally) Swings() map[string]Swing {
	out := map[string]Swing{}
	for _, a := range t.axes {
		if a.extreme.By() > 0 {
			out[a.name] = a.extreme
		}
	}
	return out
}

// Largest returns the largest scaled gap that is significant, 0 where none is.
func Largest(gaps []Gap) float64 {
	largest := 0.0
	for _, g := range gaps {
		if g.Scaled.Significant() {
			largest = max(largest, math.Abs(g.Scaled.Mean))
		}
	}
	return largest
}
