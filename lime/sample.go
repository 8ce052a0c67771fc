package lime

import (
	"encoding/binary"
	"math/rand/v2"

	"github.com/whence-xai/whence/explain"
)

// A sample is a multiset of coalitions of which row 0 is the grand one.
type sample struct {
	rows  *explain.Coalitions // distinct
	draws []float64           // how often each row was drawn; zero for ∅ where it was not
	total int                 // of draws
	empty int                 // row of ∅
	index map[string]int      // bytes of a coalition → row
	key   []byte
}

// stream separates the random numbers of this package from those that other
// users of the same seed draw.
const stream = 0x4c494d45

// draw returns so many coalitions: the grand one, and others from each of which
// a number of players uniform between 1 and all has been taken, at random
// without replacement. ∅ is always a row.
func draw(players, total int, seed uint64) *sample {
	s := newSample(players)
	present := explain.Grand(players)
	s.add(present)
	random := rand.New(rand.NewPCG(seed, stream))
	order := make([]int, players)
	for p := range order {
		order[p] = p
	}
	for s.total < total && players > 0 {
		present.Fill(players)
		for i := range 1 + random.IntN(players) {
			j := i + random.IntN(players-i)
			order[i], order[j] = order[j], order[i]
			present.Remove(order[i])
		}
		s.add(present)
	}
	s.close()
	return s
}

// newSample returns a sample of no coalitions.
func newSample(players int) *sample {
	return &sample{rows: explain.NewCoalitions(players, 0), index: map[string]int{}}
}

// add counts one more draw of c.
func (s *sample) add(c explain.Coalition) {
	s.draws[s.row(c)]++
	s.total++
}

// close makes sure that ∅ is a row.
func (s *sample) close() { s.empty = s.row(explain.NewCoalition(s.rows.Players())) }

// row returns the row of c, which is a new one where c has not been seen.
func (s *sample) row(c explain.Coalition) int {
	s.key = s.key[:0]
	for _, w := range c {
		s.key = binary.LittleEndian.AppendUint64(s.key, w)
	}
	row, ok := s.index[string(s.key)]
	if !ok {
		row = s.rows.Len()
		s.index[string(s.key)] = row
		s.rows.Append(c)
		s.draws = append(s.draws, 0)
	}
	return row
}
