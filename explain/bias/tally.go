package bias

import (
	"cmp"
	"math"
	"slices"
)

// A Tally gathers readings, set by set. Its memory grows with the number of sets
// and groups, not with that of sentences. The zero value is ready.
type Tally struct {
	// Scale turns a score into what gaps are told in, such as a probability; nil
	// for the score itself.
	Scale func(score float64) float64

	axes  []*axisTally // in the order in which they came
	terms []*termTally
}

// An axisTally is what is known of an axis.
// rows grow with the sets; a row is as long as there were groups when its set came,
// and at reads what is beyond as missing.
type axisTally struct {
	name    string
	groups  []string
	rows    [][]sample // set × group; NaN where the set has no sentence of the group
	extreme Swing
}

// A sample is the means of a group's sentences in a set.
type sample struct{ score, scaled, share float64 }

// A Swing is the two sentences of one set that are furthest apart.
type Swing struct {
	High, Low             Variant
	HighScaled, LowScaled float64
}

// By returns how far apart they are.
func (s Swing) By() float64 { return s.HighScaled - s.LowScaled }

// A termTally is what is known of a term: for each set how far its sentences are
// from the mean of the set, and the shares it had.
type termTally struct {
	axis, group, term string
	effects, shares   []float64
}

// Add adds the readings of a set.
func (t *Tally) Add(s *Set, readings []Reading) {
	samples := make([]sample, len(readings))
	for i, r := range readings {
		samples[i] = sample{r.Score, r.Score, r.Share}
		if t.Scale != nil {
			samples[i].scaled = t.Scale(r.Score)
		}
	}
	a := t.axis(s.Axis)
	a.swing(s, samples)
	a.add(s, samples)
	t.addTerms(s, samples)
}

// axis returns the tally of an axis, a new one where it has not been seen.
func (t *Tally) axis(name string) *axisTally {
	for _, a := range t.axes {
		if a.name == name {
			return a
		}
	}
	t.axes = append(t.axes, &axisTally{name: name})
	return t.axes[len(t.axes)-1]
}

// swing notes the two sentences of a set that are furthest apart, if none have
// been further.
func (a *axisTally) swing(s *Set, samples []sample) {
	high, low := 0, 0
	for i, x := range samples {
		if x.scaled > samples[high].scaled {
			high = i
		}
		if x.scaled < samples[low].scaled {
			low = i
		}
	}
	w := Swing{s.Variants[high], s.Variants[low], samples[high].scaled, samples[low].scaled}
	if w.By() > a.extreme.By() {
		a.extreme = w
	}
}

// add adds the means of the groups.
func (a *axisTally) add(s *Set, samples []sample) {
	row := make([]sample, len(a.groups))
	counts := make([]float64, len(a.groups))
	for i, v := range s.Variants {
		g := slices.Index(a.groups, v.Group)
		if g < 0 {
			g = len(a.groups)
			a.groups, row, counts = append(a.groups, v.Group), append(row, sample{}), append(counts, 0)
		}
		counts[g]++
		row[g].score += samples[i].score
		row[g].scaled += samples[i].scaled
		row[g].share += samples[i].share
	}
	for g, n := range counts {
		row[g] = sample{row[g].score / n, row[g].scaled / n, row[g].share / n} // NaN of none
	}
	a.rows = append(a.rows, row)
}

// at returns the sample of a group in a row, NaN where it has none.
func at(row []sample, group int) sample {
	if group >= len(row) {
		return sample{math.NaN(), math.NaN(), math.NaN()}
	}
	return row[group]
}

// addTerms adds, for each term of a set, how far the mean of its sentences is
// from that of the set.
func (t *Tally) addTerms(s *Set, samples []sample) {
	mean := 0.0
	for _, x := range samples {
		mean += x.scaled / float64(len(samples))
	}
	sums, counts := map[*termTally]sample{}, map[*termTally]float64{}
	for i, v := range s.Variants {
		tally := t.term(s.Axis, v.Group, v.Term)
		sum := sums[tally]
		sums[tally] = sample{0, sum.scaled + samples[i].scaled - mean, sum.share + samples[i].share}
		counts[tally]++
	}
	for tally, n := range counts {
		tally.effects = append(tally.effects, sums[tally].scaled/n)
		tally.shares = append(tally.shares, sums[tally].share/n)
	}
}

// term keeps terms sorted, so that the tables of two runs have them in one order.
func (t *Tally) term(axis, group, term string) *termTally {
	i, ok := slices.BinarySearchFunc(t.terms, [3]string{axis, group, term}, func(have *termTally, want [3]string) int {
		return cmp.Or(cmp.Compare(have.axis, want[0]), cmp.Compare(have.group, want[1]), cmp.Compare(have.term, want[2]))
	})
	if !ok {
		t.terms = slices.Insert(t.terms, i, &termTally{axis: axis, group: group, term: term})
	}
	return t.terms[i]
}
