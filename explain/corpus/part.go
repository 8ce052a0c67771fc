package corpus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/whence-xai/whence/explain"
)

// part makes the part of a shard, unless it is there and fits.
func (r *Run) part(ctx context.Context, in *reader, shard int) (*Manifest, error) {
	done, err := r.found(ctx, in, shard)
	if done != nil || err != nil {
		return done, err
	}
	m := r.manifest(shard)
	name := partNames(r.Output, r.Shards, shard)
	out, err := newPartFile(ctx, r.Store, name.rows)
	if err != nil {
		return nil, err
	}
	defer out.Abort()
	dead, err := newPartFile(ctx, r.Store, name.deadLetters)
	if err != nil {
		return nil, err
	}
	defer dead.Abort()
	if err := r.fill(ctx, in, m, out, dead); err != nil {
		return nil, err
	}
	m.Output, m.DeadLetters = out.content(), dead.content()
	// The manifest comes last: a part without it is not there, whoever was killed
	// where.
	if err := errors.Join(out.Commit(), dead.Commit()); err != nil {
		return nil, err
	}
	return m, m.write(ctx, r.Store, name.manifest)
}

// found returns the manifest of a part that is there, whole, and was made of the
// shard's documents with these settings.
func (r *Run) found(ctx context.Context, in *reader, shard int) (*Manifest, error) {
	name := partNames(r.Output, r.Shards, shard)
	m, err := readManifest(ctx, r.Store, name.manifest)
	if m == nil || err != nil || !m.fits(r.manifest(shard)) {
		return nil, err
	}
	if ok, err := m.holds(ctx, r.Store, name); !ok || err != nil {
		return nil, err
	}
	// Last, since it reads the shard; the checks before it read what is small or
	// near.
	identity, err := r.identity(ctx, in, shard)
	if err != nil || identity != m.Input {
		return nil, err
	}
	from, to := r.Input.bounds(r.Shards, shard)
	r.tell(Event{Explained: int(m.Good), Dead: int(m.Dead), Skipped: to - from})
	return m, nil
}

// identity returns the hash of a shard's documents.
func (r *Run) identity(ctx context.Context, in *reader, shard int) (string, error) {
	from, to := r.Input.bounds(r.Shards, shard)
	h := newInputHash()
	for rec, err := range in.rangeOf(ctx, from, to) {
		if err != nil {
			return "", err
		}
		h.record(&rec)
	}
	return h.sum(), nil
}

// fill writes the rows of the manifest's shard and counts them.
func (r *Run) fill(ctx context.Context, in *reader, m *Manifest, out, dead *partFile) error {
	from, to := r.Input.bounds(r.Shards, m.Shard)
	at, h := from, newInputHash()
	for o, err := range r.outcomes(ctx, in.rangeOf(ctx, from, to)) {
		if err != nil {
			return err
		}
		h.record(&o.record)
		m.Rows++
		// The last row may reach into the next shard, whose bytes are not this
		// one's to count.
		e := Event{Done: min(o.end, to) - at}
		if at = min(o.end, to); o.err != nil {
			m.Dead++
			e.Dead = 1
			if errors.Is(o.err, errEmpty) {
				m.Empty++
			}
			err = dead.write(deadLetter(m.Rows, o.record, o.err))
		} else {
			m.Good++
			e.Explained = 1
			m.Evaluations += int64(o.x.Evaluations)
			if r.OmitText {
				o.Text = ""
			}
			row := newRow(o.Document, o.x)
			row.Row = m.Rows
			err = out.write(row)
		}
		if err != nil {
			return err
		}
		r.tell(e)
	}
	r.tell(Event{Done: to - at})
	m.Input = h.sum()
	return nil
}

// An outcome is what became of a record.
type outcome struct {
	record
	x   *explain.Explanation
	err error // why there is none
}

// outcomes explains records, several at a time, and yields them in their order.
// It ends with the first error of the records or the context, and when it has ended
// nothing is being explained any more.
func (r *Run) outcomes(ctx context.Context, records iter.Seq2[record, error]) iter.Seq2[outcome, error] {
	return func(yield func(outcome, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var explaining sync.WaitGroup
		// In this order: cancel runs first, and what is being explained then ends.
		defer explaining.Wait()
		defer cancel()
		documents := r.Documents
		if documents == 0 {
			documents = DefaultDocuments
		}
		var fault error // of the records; to be read when queue is closed
		// What is in the queue, and one more, is being explained.
		// A channel of channels keeps the order of the rows: each outcome is waited
		// for in turn, whichever is done first.
		queue := make(chan chan outcome, max(documents-1, 0))
		go func() {
			defer close(queue)
			for rec, err := range records {
				if err != nil {
					fault = err
					return
				}
				done := make(chan outcome, 1)
				// The queue is full while as many documents as may be are being
				// explained: the reader waits, and memory does not grow with the
				// corpus.
				select {
				case queue <- done:
					explaining.Go(func() { done <- r.explain(ctx, rec) })
				case <-ctx.Done():
					return
				}
			}
		}()
		for done := range queue {
			o := <-done
			if err := cmp.Or(ctx.Err(), canceled(o.err)); err != nil || !yield(o, nil) {
				cancel()
				for range queue { // until the reader has ended
				}
				if err != nil {
					yield(outcome{}, err)
				}
				return
			}
		}
		if err := errors.Join(fault, ctx.Err()); err != nil {
			yield(outcome{}, err)
		}
	}
}

// canceled returns err if it tells that a document was given up: it is then neither
// explained nor a dead letter.
func canceled(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// explain explains a record, if it is a document.
func (r *Run) explain(ctx context.Context, rec record) outcome {
	o := outcome{record: rec, err: rec.err}
	if o.err == nil {
		o.x, o.err = r.Explain(ctx, rec.Document)
	}
	if o.err == nil && o.x == nil {
		o.err = fmt.Errorf("no explanation")
	}
	return o
}
