package metric

import "math"

// TopOverlap is the share of players that are among the k of the largest |score|
// both in a and in b. Of equal ones the earlier player goes first.
func TopOverlap(a, b []float64, k int) float64 {
	k = min(k, len(a))
	top := map[int]bool{}
	for _, p := range descending(sizes(a))[:k] {
		top[p] = true
	}
	both := 0
	for _, p := range descending(sizes(b))[:k] {
		if top[p] {
			both++
		}
	}
	return float64(both) / float64(k)
}

// RankOverlap is the rank-biased overlap of the players by |score| in a and b
// (Webber et al. 2010, eq. 32): the agreement of the leading d players, averaged
// over d with weights that fall by p a rank. At p = 0.9 the first ten ranks have
// 86 % of the weight. It is 1 for equal orders.
func RankOverlap(a, b []float64, p float64) float64 {
	x, y := descending(sizes(a)), descending(sizes(b))
	seen := make([]int, len(a)) // in how many of the two orders so far
	common, sum, weight := 0.0, 0.0, 1.0
	for d := range x {
		for _, player := range [2]int{x[d], y[d]} {
			if seen[player]++; seen[player] == 2 {
				common++
			}
		}
		sum += weight * common / float64(d+1)
		weight *= p
	}
	return (1-p)*sum + weight // at the end all have been seen in both
}

// Change is ‖b − a‖ / ‖a‖ in the Euclidean norm: how far scores b are from a.
// The largest over slight changes of the input is the max-sensitivity of Yeh et
// al. (2019, definition 3).
func Change(a, b []float64) float64 {
	apart, size := 0.0, 0.0
	for i, v := range a {
		apart += (b[i] - v) * (b[i] - v)
		size += v * v
	}
	return math.Sqrt(apart / size)
}
