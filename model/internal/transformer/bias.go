package transformer

import "github.com/whence-xai/whence/model/internal/f32"

// A Bias is added to the scores of attention by how far the key's position is
// from the query's.
type Bias struct {
	Values []float32 // [heads][2·Reach+1], for distances (key − query) of −Reach to Reach; farther is as far as Reach
	Reach  int
}

// add adds the bias of a head to the scores of a query at position at with keys
// at those positions, which may follow one another.
func (b *Bias) add(row []float32, head int, at int32, keys []int32, running bool) {
	values := b.Values[head*(2*b.Reach+1):][:2*b.Reach+1]
	if !running {
		for j, key := range keys {
			row[j] += values[clamp(int(key-at), b.Reach)+b.Reach]
		}
		return
	}
	// of the first key; each further one is one more, up to the ends of the table
	distance := int(keys[0] - at)
	lo := min(len(row), max(0, -b.Reach-distance))
	hi := max(lo, min(len(row), b.Reach+1-distance))
	for j := range lo {
		row[j] += values[0]
	}
	if lo < hi {
		f32.Add(row[lo:hi], row[lo:hi], values[distance+lo+b.Reach:])
	}
	for j := hi; j < len(row); j++ {
		row[j] += values[2*b.Reach]
	}
}

// clamp returns x within -reach..reach.
func clamp(x, reach int) int { return max(-reach, min(reach, x)) }
