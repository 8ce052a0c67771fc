package transformer

// A Bias is added to the scores of attention by how far the key's position is
// from the query's.
type Bias struct {
	Values []float32 // [heads][2·Reach+1], for distances (key − query) of −Reach to Reach; farther is as far as Reach
	Reach  int
}

// A Relative lets content attend to relative positions and the reverse (He et
// al. 2021, "DeBERTa", section 3.1): to a score is added, before it is scaled,
// query·Keys[i] + key·Queries[i], i being the index of their distance.
type Relative struct {
	Keys, Queries []float32 // [rows][heads·size], projected as keys and queries are; either may be nil
	Index         []int32   // rows for distances (query − key) of −Reach to Reach; farther is as far as Reach
	Reach         int
}
