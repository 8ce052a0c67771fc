package corpus

import (
	"context"
	"iter"
)

// Documents yields the documents of the input in order. Where a row is no
// document it yields what is wrong and goes on; after an error of a file it
// yields no more.
func (in *Input) Documents(ctx context.Context) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		r := in.reader()
		defer r.close()
		for rec, err := range r.rangeOf(ctx, 0, in.size) {
			if err == nil {
				err = rec.err
			}
			if !yield(rec.Document, err) {
				return
			}
		}
	}
}
