package report

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/whence-xai/whence/explain/jsonfloat"
)

// A Cluster is explanations that are alike: the same words move the model the
// same way.
type Cluster struct {
	Rows    int           `json:"rows"` // of the sample
	Classes []Class       `json:"classes"`
	Words   []ClusterWord `json:"words"`   // that set it apart, strongest first
	Example Text          `json:"example"` // the one in its middle
}

// A ClusterWord is what a word does in the texts of a cluster.
type ClusterWord struct {
	Word  string           `json:"word"`
	Texts int              `json:"texts"` // of the cluster that have it
	Mean  jsonfloat.Number `json:"mean"`  // score in them
}

// The rounds of k-means, and how often it begins anew.
const (
	meansRounds = 50
	meansStarts = 8
)

// clusters parts rows by k-means with cosine distance (spherical k-means, Dhillon
// & Modha 2001, begun as in k-means++, Arthur & Vassilvitskii 2007). The largest
// comes first.
func clusters(ctx context.Context, v *vectors, o Options) []Cluster {
	// Four rows a cluster at least, or clusters would be single texts.
	k := min(o.Clusters, len(v.rows)/4)
	if k < 2 {
		return nil
	}
	rng := rand.New(rand.NewPCG(o.Seed, streamClusters))
	units := v.units()
	best, least := []int(nil), math.Inf(1)
	// k-means finds but a local minimum; of several starts the best is kept.
	// Clusters are compared by cosine, since texts of different lengths have scores
	// of different sizes.
	for range meansStarts {
		if of, distance := kmeans(ctx, units, k, rng); distance < least {
			best, least = of, distance
		}
	}
	var out []Cluster
	for c := range k {
		var members []int
		for i, of := range best {
			if of == c {
				members = append(members, i)
			}
		}
		if len(members) > 0 {
			out = append(out, v.cluster(units, members))
		}
	}
	slices.SortStableFunc(out, func(a, b Cluster) int { return cmp.Compare(b.Rows, a.Rows) })
	return out
}

// units returns the vectors of all rows with length 1, or 0 where no word of the
// vocabulary is in the row. A word counts the more, the fewer rows have it (the
// logarithm of their share): what is everywhere sets no explanation apart.
func (v *vectors) units() [][]float64 {
	rarity := make([]float64, len(v.words))
	for j, n := range v.having() {
		rarity[j] = math.Log(float64(len(v.rows)) / float64(n))
	}
	units := make([][]float64, len(v.scores))
	for i, row := range v.scores {
		units[i] = make([]float64, len(row))
		for j, score := range row {
			if !math.IsNaN(score) {
				units[i][j] = score * rarity[j]
			}
		}
		normalize(units[i])
	}
	return units
}

func normalize(x []float64) {
	if n := math.Sqrt(dot(x, x)); n > 0 {
		for i := range x {
			x[i] /= n
		}
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// kmeans returns the cluster of each vector and the sum of their distances. It ends
// with ctx, wherever it is.
// A center that has lost all vectors becomes zero, at distance 1 from all: it gets
// those that point away from every other center, or none, and is then no cluster.
func kmeans(ctx context.Context, units [][]float64, k int, rng *rand.Rand) (of []int, distance float64) {
	centers := begin(ctx, units, k, rng)
	of = make([]int, len(units))
	for round := range meansRounds {
		changed := round == 0
		distance = 0
		for i, u := range units {
			if ctx.Err() != nil {
				return of, distance
			}
			// A vector of no known word is at distance 1 from every center, and
			// goes to the first.
			best, least := 0, math.Inf(1)
			for c, center := range centers {
				if d := 1 - dot(u, center); d < least {
					best, least = c, d
				}
			}
			changed = changed || of[i] != best
			of[i] = best
			distance += least
		}
		if !changed {
			break
		}
		centers = make([][]float64, k)
		for c := range centers {
			centers[c] = make([]float64, len(units[0]))
		}
		for i, u := range units {
			for j, x := range u {
				centers[of[i]][j] += x
			}
		}
		for _, center := range centers {
			normalize(center)
		}
	}
	return of, distance
}

// begin chooses k vectors, each with a chance by its distance from those before.
func begin(ctx context.Context, units [][]float64, k int, rng *rand.Rand) [][]float64 {
	centers := [][]float64{units[rng.IntN(len(units))]}
	chances := make([]float64, len(units))
	for i := range chances {
		chances[i] = math.Inf(1)
	}
	for len(centers) < k && ctx.Err() == nil {
		sum, last := 0.0, centers[len(centers)-1]
		for i, u := range units {
			// 1 − cosine is half the squared distance of unit vectors, by which
			// k-means++ draws; rounding may take it below zero.
			chances[i] = max(min(chances[i], 1-dot(u, last)), 0)
			sum += chances[i]
		}
		at, left := 0, rng.Float64()*sum
		for at < len(units)-1 && left >= chances[at] {
			left -= chances[at]
			at++
		}
		centers = append(centers, units[at])
	}
	return centers
}

// cluster tells what some rows have in common.
func (v *vectors) cluster(units [][]float64, members []int) Cluster {
	c := Cluster{Rows: len(members)}
	center := make([]float64, len(v.words))
	counts := map[string]int{}
	for _, i := range members {
		counts[v.rows[i].Prediction]++
		for j, x := range units[i] {
			center[j] += x
		}
	}
	for name, n := range counts {
		c.Classes = append(c.Classes, Class{name, n})
	}
	slices.SortFunc(c.Classes, func(a, b Class) int { return byCount(b.Rows-a.Rows, a.Name, b.Name) })
	order := make([]int, len(v.words))
	for j := range order {
		order[j] = j
	}
	// By the middle rather than by the mean score: a word counts by how many of the
	// cluster's texts have it and how few others.
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(math.Abs(center[b]), math.Abs(center[a])) })
	for _, j := range order[:min(len(order), shownWords)] {
		w := ClusterWord{Word: v.words[j]}
		for _, i := range members {
			if score := v.scores[i][j]; !math.IsNaN(score) {
				w.Texts++
				w.Mean += (jsonfloat.Number(score) - w.Mean) / jsonfloat.Number(w.Texts)
			}
		}
		if w.Texts > 0 {
			c.Words = append(c.Words, w)
		}
	}
	middle := slices.MaxFunc(members, func(a, b int) int {
		return cmp.Or(cmp.Compare(dot(units[a], center), dot(units[b], center)), b-a)
	})
	c.Example = v.rows[middle].text()
	return c
}
