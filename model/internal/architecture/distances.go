package architecture

import (
	"math"

	"github.com/whence-xai/whence/model/internal/transformer"
)

// buckets are how T5 and MPNet divide distances (Raffel et al. 2020, section
// 2.1): half of them are for one distance each, the others for ranges that grow
// up to a farthest one, beyond which all are in the last.
// The bias of a bucket is learned; distances beyond the farthest share one, so that texts
// longer than any in training have a bias.
type buckets struct {
	count, farthest int
	bothWays        bool // half of the buckets are for keys after the query
}

// of returns the bucket of a distance, key − query. The logarithms are those of
// the reference in float32, whose rounding decides at the borders.
func (b buckets) of(distance int) int {
	count, first := b.count, 0
	if b.bothWays {
		count /= 2
		if distance > 0 {
			first, distance = count, -distance
		}
	}
	n := max(-distance, 0)
	exact := count / 2
	if n < exact {
		return first + n
	}
	ratio := float32(math.Log(float64(float32(n) / float32(exact))))
	large := exact + int(ratio/float32(math.Log(float64(b.farthest)/float64(exact)))*float32(count-exact))
	return first + min(large, count-1)
}

// bias reads a bias of attention for every bucket and head: [buckets][heads].
// It is written out for each distance up to the farthest, [heads][2·reach+1], so that no
// logarithm is left for a pass.
func (w weights) bias(name string, b buckets, heads int) *transformer.Bias {
	values := w.floats(name, b.count, heads)
	if values == nil {
		return nil
	}
	reach := b.farthest
	bias := &transformer.Bias{Values: make([]float32, heads*(2*reach+1)), Reach: reach}
	for d := -reach; d <= reach; d++ {
		for h := range heads {
			bias.Values[h*(2*reach+1)+reach+d] = values[b.of(d)*heads+h]
		}
	}
	return bias
}

// logBucket is how DeBERTa divides distances, query − key (microsoft/DeBERTa,
// make_log_bucket_position): up to half of the buckets one by one, then in
// ranges that grow up to farthest. Rounding as in the reference.
func logBucket(distance, buckets, farthest int) int {
	middle := buckets / 2
	n := max(distance, -distance)
	if n <= middle {
		return distance
	}
	log := func(x float64) float32 { return float32(math.Log(x)) }
	steps := log(float64(float32(n)/float32(middle))) / log(float64(float32(farthest-1)/float32(middle))) * float32(middle-1)
	bucket := int(math.Ceil(float64(steps))) + middle
	if distance < 0 {
		return -bucket
	}
	return bucket
}
