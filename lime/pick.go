package lime

import (
	"cmp"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// Pick chooses count explanations that together show most of what moves a model
// (SP-LIME, Ribeiro et al. 2016, section 4): greedily, each time the one that adds
// most to the importance of all players covered, where the importance of a player is the root of
// the sum of its absolute scores over all explanations. Players of different
// explanations are the same where their texts are. Of each explanation the
// leading attributions count, those largest in absolute value over all outputs, zeros excepted;
// leading 0 stands for 10, as in the reference implementation. Pick returns the
// explanations' numbers in the order of their choice; ties go to the lower number.
func Pick(explanations []*explain.Explanation, count, leading int) []int {
	if leading == 0 {
		leading = 10
	}
	covers := make([][]string, len(explanations)) // players that each shows
	importance := map[string]float64{}
	for i, x := range explanations {
		for text, score := range strengths(x, leading) {
			covers[i] = append(covers[i], text)
			importance[text] += score
		}
		slices.Sort(covers[i]) // sums in a fixed order
	}
	for text, sum := range importance {
		importance[text] = math.Sqrt(sum)
	}
	picked := make([]int, 0, max(0, min(count, len(explanations))))
	for len(picked) < cap(picked) {
		best, most := -1, math.Inf(-1)
		for i, texts := range covers {
			gain := 0.0
			for _, text := range texts {
				gain += importance[text]
			}
			if gain > most && !slices.Contains(picked, i) {
				best, most = i, gain
			}
		}
		picked = append(picked, best)
		for _, text := range covers[best] {
			importance[text] = 0 // it is covered and adds no more
		}
	}
	return picked
}

// strengths returns the absolute scores of an explanation's leading players by
// their texts; the scores of players with the same text are added first.
func strengths(x *explain.Explanation, leading int) map[string]float64 {
	terms := slices.Clone(x.Attributions())
	slices.SortStableFunc(terms, func(a, b explain.Term) int { return cmp.Compare(strength(b.Score), strength(a.Score)) })
	sums := map[string][]float64{}
	for _, t := range terms[:min(leading, len(terms))] {
		text := x.Players[t.Players[0]].Text
		if sums[text] == nil {
			sums[text] = make([]float64, len(t.Score))
		}
		for k, v := range t.Score {
			sums[text][k] += v
		}
	}
	result := map[string]float64{}
	for text, scores := range sums {
		if s := strength(scores); s > 0 {
			result[text] = s
		}
	}
	return result
}

// strength returns the sum of the absolute scores of all outputs.
func strength(scores []float64) float64 {
	sum := 0.0
	for _, v := range scores {
		sum += math.Abs(v)
	}
	return sum
}
