package metric

import (
	"math"
)

// Precision-recall metrics of scores against a human rationale: for every player
// whether people marked it. They are those of ERASER (DeYoung et al. 2020, §4.1)
// as ferret computes them: scores below zero count as zero.

// AUPRC is the area under the precision-recall curve that a falling threshold on
// the scores draws, by trapezoids from (0, 1) on. Higher is better; NaN where
// nothing is marked.
func AUPRC(scores []float64, marked []bool) float64 {
	positive := make([]float64, len(scores))
	all := 0.0
	for p, s := range scores {
		positive[p] = max(s, 0)
		if marked[p] {
			all++
		}
	}
	order := descending(positive)
	hits, area, recall, precision := 0.0, 0.0, 0.0, 1.0
	for i, p := range order {
		if marked[p] {
			hits++
		}
		if i+1 < len(order) && positive[order[i+1]] == positive[p] {
			continue // equal scores pass a threshold together
		}
		r, q := hits/all, hits/float64(i+1)
		area += (r - recall) * (q + precision) / 2
		recall, precision = r, q
	}
	if all == 0 {
		return math.NaN()
	}
	return area
}

// TokenF1 is the harmonic mean of precision and recall of the k largest scores
// that are positive. Higher is better; 0 where no score is.
func TokenF1(scores []float64, marked []bool, k int) float64 {
	hits, chosen, all := hardHits(scores, marked, k)
	if hits == 0 {
		return 0
	}
	return 2 * hits / (chosen + all)
}

// TokenIOU is the intersection over the union of the players marked and the k
// largest scores that are positive. Higher is better.
func TokenIOU(scores []float64, marked []bool, k int) float64 {
	hits, chosen, all := hardHits(scores, marked, k)
	if hits == 0 {
		return 0
	}
	return hits / (chosen + all - hits)
}

// hardHits returns how many of the k largest positive scores are marked, how
// many there are, and how many players are marked in all.
func hardHits(scores []float64, marked []bool, k int) (hits, chosen, all float64) {
	for _, m := range marked {
		if m {
			all++
		}
	}
	for _, p := range descending(scores)[:min(k, len(scores))] {
		if scores[p] <= 0 {
			break
		}
		chosen++
		if marked[p] {
			hits++
		}
	}
	return hits, chosen, all
}
