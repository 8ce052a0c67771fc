package corpus

import (
	"context"
	"math/rand/v2"
)

// A Sample is some documents of a corpus, any as likely as any other, and how
// many rows there are.
type Sample struct {
	Documents []Document
	Rows      int64 // of the whole corpus
	Bad       int64 // of them, that are no documents
}

// Sample reads the whole corpus and keeps so many documents of it (Vitter 1985,
// algorithm R), in the order of their rows where they are all of them.
func (in *Input) Sample(ctx context.Context, most int, seed uint64) (*Sample, error) {
	r := in.reader()
	defer r.close()
	s, rng := &Sample{}, rand.New(rand.NewPCG(seed, 0))
	for rec, err := range r.rangeOf(ctx, 0, in.size) {
		if err != nil {
			return nil, err
		}
		s.Rows++
		if rec.err != nil {
			s.Bad++
			continue
		}
		if len(s.Documents) < most {
			s.Documents = append(s.Documents, rec.Document)
		} else if at := rng.Int64N(s.Rows - s.Bad); at < int64(most) {
			s.Documents[at] = rec.Document
		}
	}
	return s, nil
}
