package corpus

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
)

// A Run is all that has to be known to explain a corpus. Every process that
// works on a corpus has an equal one.
type Run struct {
	Input  *Input
	Store  Store
	Output string // the file to write, .jsonl or .parquet; parts go to a folder of that name and ".parts"
	Shards int

	// Settings are what a row depends on beside its document: the model, the
	// estimator, the seed. Parts made with others are made again.
	Settings map[string]string
	// Explain explains a document. It is called by several goroutines at a time.
	// Its error makes the document a dead letter, but for those of the context.
	Explain func(ctx context.Context, d Document) (*explain.Explanation, error)

	Documents int         // explained at a time; 16 where zero
	OmitText  bool        // from the rows
	Watch     func(Event) // is told of progress, where it is not nil, by one goroutine
}

// An Event is a step forward in a run.
type Event struct {
	Explained, Dead int   // rows more
	Skipped         int64 // of the corpus, in its size: found done already
	Done            int64 // of the corpus, in its size, more
}

// DefaultDocuments is how many documents are explained at a time: enough for the model to be asked by some while others
// think about what it said.
const DefaultDocuments = 16

// partsSuffix is what the name of an output has behind it as the folder of its parts.
const partsSuffix = ".parts"

// All makes all parts that are not there, joins them and removes them. It
// returns the manifest of the output, which is the same if it was there already.
func (r *Run) All(ctx context.Context) (*Manifest, error) {
	if m, err := r.finished(ctx); m != nil || err != nil {
		return m, err
	}
	in := r.Input.reader()
	defer in.close()
	parts := make([]*Manifest, r.Shards)
	for shard := range parts {
		var err error
		if parts[shard], err = r.part(ctx, in, shard); err != nil {
			return nil, err
		}
	}
	m, err := merge(ctx, r.Store, r.Output, parts)
	if err != nil {
		return nil, err
	}
	return m, r.removeParts(ctx)
}

// Shard makes the part of a shard, unless it is there already, and returns its
// manifest.
func (r *Run) Shard(ctx context.Context, shard int) (*Manifest, error) {
	if shard < 0 || shard >= r.Shards {
		return nil, fmt.Errorf("corpus: no shard %d of %d: they count from 0", shard, r.Shards)
	}
	in := r.Input.reader()
	defer in.close()
	return r.part(ctx, in, shard)
}

// finished returns the manifest of the output if the output is there, whole, and
// was made of this corpus with these settings.
func (r *Run) finished(ctx context.Context) (*Manifest, error) {
	m, err := readManifest(ctx, r.Store, r.Output+manifestSuffix)
	if m == nil || err != nil || !m.fits(r.manifest(joined)) {
		return nil, err
	}
	if ok, err := m.holds(ctx, r.Store, outputNames(r.Output)); !ok || err != nil {
		return nil, err
	}
	in := r.Input.reader()
	defer in.close()
	all := newInputHash()
	for shard := range r.Shards {
		part, err := r.identity(ctx, in, shard)
		if err != nil {
			return nil, err
		}
		all.part(part)
	}
	if all.sum() != m.Input {
		return nil, nil
	}
	r.tell(Event{Explained: int(m.Good), Dead: int(m.Dead), Skipped: r.Input.Size()})
	return m, r.removeParts(ctx)
}

// manifest returns what a manifest has to say for it to fit.
func (r *Run) manifest(shard int) *Manifest {
	return &Manifest{Schema: schema, Shard: shard, Shards: r.Shards, Settings: r.Settings, Hash: hashOf(r.Settings)}
}

// removeParts removes all parts of the output, also those of other runs.
func (r *Run) removeParts(ctx context.Context) error {
	names, err := r.Store.List(ctx, escapePattern(r.Output+partsSuffix)+"/*")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := r.Store.Remove(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) tell(e Event) {
	if r.Watch != nil {
		r.Watch(e)
	}
}
