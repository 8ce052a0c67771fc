package corpus

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// A Run is all that has to be known to explain a corpus. Every process that
// works on a corpus has an equal one.
type Run struct {
	Input  *Input // the documents
	Store  Store  // where the output goes, and the parts of it
	Output string // the file to write, .jsonl or .parquet; parts go to a folder of that name and ".parts"
	Shards int    // parts into which the corpus is cut, each one process' work at a time

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

// Check returns what is wrong with the run itself, before anything is done.
func (r *Run) Check() error {
	if r.Shards < 1 || r.Shards > maxShards {
		return fmt.Errorf("corpus: %d shards are not between 1 and %d", r.Shards, maxShards)
	}
	return r.clash()
}

// All makes all parts that are not there, joins them and removes them. It
// returns the manifest of the output, which is the same if it was there already.
func (r *Run) All(ctx context.Context) (*Manifest, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	unlock, err := lock(r.Store, r.Output)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if m, err := r.finished(ctx); m != nil || err != nil {
		return m, err
	}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	// One reader for all shards: it goes on where the last one ended, so that a
	// compressed file is read once.
	in := r.Input.reader()
	defer in.close()
	parts := make([]*Manifest, r.Shards)
	for shard := range parts {
		if parts[shard], err = r.part(ctx, in, shard); err != nil {
			return nil, err
		}
	}
	m, err := merge(ctx, r.Store, r.Output, parts)
	if err != nil {
		return nil, err
	}
	// Only now that the output and its manifest stand may parts go.
	for shard := range r.Shards {
		if err := r.removePart(ctx, shard); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// prepare sees to it that nothing is in the way of the output.
func (r *Run) prepare(ctx context.Context) error {
	n := outputNames(r.Output)
	if err := sweep(r.Store, escapePattern(r.Output+partsSuffix)+"/*"); err != nil {
		return err
	}
	parts, err := r.Store.List(ctx, escapePattern(r.Output+partsSuffix)+"/*"+manifestSuffix)
	if err != nil || len(parts) > 0 { // perhaps they had been joined, and only the manifest was missing
		return err
	}
	before, err := readManifest(ctx, r.Store, n.manifest)
	if err != nil {
		return err
	}
	mine, err := writtenHere(ctx, r.Store, r.Output, before)
	if err == nil && !mine {
		err = foreign(r.Output)
	}
	return err
}

// Shard makes the part of a shard, unless it is there already, and returns its
// manifest.
func (r *Run) Shard(ctx context.Context, shard int) (*Manifest, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if shard < 0 || shard >= r.Shards {
		return nil, fmt.Errorf("corpus: no shard %d of %d: they count from 0", shard, r.Shards)
	}
	n := partNames(r.Output, r.Shards, shard)
	if err := sweep(r.Store, escapePattern(strings.TrimSuffix(n.rows, ".jsonl"))+".*"); err != nil {
		return nil, err
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
	return m, r.removeOwnParts(ctx)
}

// manifest returns what a manifest has to say for it to fit.
func (r *Run) manifest(shard int) *Manifest {
	return &Manifest{Schema: schema, Shard: shard, Shards: r.Shards, Settings: r.Settings, Hash: hashOf(r.Settings)}
}

// removeOwnParts removes the parts of this run that are still there.
func (r *Run) removeOwnParts(ctx context.Context) error {
	found, err := r.Store.List(ctx, escapePattern(r.Output+partsSuffix)+"/*"+manifestSuffix)
	if err != nil || len(found) == 0 {
		return err
	}
	there := map[string]bool{}
	for _, name := range found {
		there[path.Base(name)] = true
	}
	for shard := range r.Shards {
		name := partNames(r.Output, r.Shards, shard).manifest
		if !there[path.Base(name)] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if m, err := readManifest(ctx, r.Store, name); err != nil || m == nil || !m.fits(r.manifest(shard)) {
			continue // it is somebody else's, whatever it is
		}
		if err := r.removePart(ctx, shard); err != nil {
			return err
		}
	}
	return nil
}

// removePart removes a part, last its manifest, by which it is known.
func (r *Run) removePart(ctx context.Context, shard int) error {
	n := partNames(r.Output, r.Shards, shard)
	for _, name := range []string{n.rows, n.deadLetters, n.manifest} {
		if err := ctx.Err(); err != nil {
			return err
		}
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
