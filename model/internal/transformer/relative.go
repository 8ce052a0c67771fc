package transformer

import "github.com/whence-xai/whence/model/internal/f32"

// A Relative lets content attend to relative positions and the reverse (He et
// al. 2021, "Decoding-enhanced BERT with disentangled attention", section 3.1):
// to query·key is added, before it is scaled, query·Keys[i] + key·Queries[i], i
// being the row of their distance. Heads of keys must be as many as of queries.
type Relative struct {
	Keys, Queries []*f32.Matrix // one a head, HeadSize to rows; made by [Heads]
	Index         []int32       // rows for distances (query − key) of −Reach to Reach; farther is as far as Reach
	Reach         int
}

// Heads packs rows of [heads·size] numbers, as a layer makes queries or keys,
// for the fields of [Relative].
func Heads(rows []float32, heads, size int) []*f32.Matrix {
	list := make([]*f32.Matrix, heads)
	width := heads * size
	for h := range list {
		list[h] = new(f32.Matrix)
		list[h].Repack(rows[h*size:], width, len(rows)/width, size)
	}
	return list
}

// rows returns the number of relative positions.
func (r *Relative) rows() int { return r.Keys[0].Out() }

// panels returns the panels of the rows that keys at those positions need.
func (r *Relative) panels(keys []int32) (lo, hi int) {
	first, last := keys[0], keys[0]
	for _, p := range keys {
		first, last = min(first, p), max(last, p)
	}
	far := min(r.Reach, int(last-first))
	least, most := r.Index[r.Reach], r.Index[r.Reach]
	for _, i := range r.Index[r.Reach-far : r.Reach+far+1] {
		least, most = min(least, i), max(most, i)
	}
	width := r.Keys[0].PanelWidth()
	return int(least) / width, int(most)/width + 1
}

// turnKeys computes the scaled products of the keys with relative queries.
func (l *attendedKeys) turnKeys(q *question) {
	r := q.relative
	n := r.rows()
	l.turned = grow(l.turned, l.n*n)
	lo, hi := r.panels(l.positions)
	e := f32.Epilogue{Scale: q.scale}
	for _, k := range l.rows {
		f32.Gemm(l.turned[k.at*n:], n, k.x, k.ld, k.n, r.Queries[q.head], lo, hi, &e)
	}
}

// bendQueries computes those of queries from lo on with relative keys.
func (l *attendedKeys) bendQueries(q *question, lo, rows int) {
	r := q.relative
	n := r.rows()
	l.bent = grow(l.bent, rows*n)
	first, last := r.panels(l.positions)
	f32.Gemm(l.bent, n, q.from[lo*q.ldFrom:], q.ldFrom, rows, r.Keys[q.head], first, last, &f32.Epilogue{Scale: q.scale})
}

// add adds to the scores of a query at position at, of which bent are the
// products with relative keys, with keys at those positions, of which turned
// are the products with relative queries.
func (r *Relative) add(row, bent, turned []float32, at int32, keys []int32) {
	n := r.rows()
	for j, key := range keys {
		i := int(r.Index[clamp(int(at-key), r.Reach)+r.Reach])
		row[j] += bent[i] + turned[j*n+i]
	}
}
