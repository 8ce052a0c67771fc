package hub

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sync/errgroup"
)

// pull brings a model into the cache as it is on the hub.
// The order matters: the list of files at a commit, the files, the shards that an index
// among them names, and the note of the commit last.
func pull(ctx context.Context, c cached, o Options) (string, error) {
	if o.Offline {
		return "", offline(c)
	}
	from, err := newClient(o, c.name)
	if err != nil {
		return "", err
	}
	defer from.http.CloseIdleConnections()
	list, err := from.list(ctx, c.name.Revision)
	if err != nil {
		return "", err
	}
	// a commit is asked for by its hash, and nothing else is it
	if commitHash.MatchString(c.name.Revision) && list.commit != c.name.Revision {
		return "", from.fault("", fmt.Errorf("the hub speaks of commit %s", list.commit))
	}
	files, err := from.choose(ctx, list)
	if err != nil {
		return "", err
	}
	p := &pulling{client: from, snapshot: snapshot{c, list.commit}}
	if err := p.fetch(ctx, files); err != nil {
		return "", err
	}
	if err := p.fetchShards(ctx, files[len(files)-1], list); err != nil {
		return "", err
	}
	// what is not there is noted, so that the next run asks nobody
	for _, name := range wanted(list.has(tokenizer)) {
		if !list.has(name) {
			p.setLacking(name)
		}
	}
	// a cache that can be read only is of use as long as nothing was to be written
	if err := p.setCommit(list.commit); err != nil && (p.fresh || !readOnly(err)) {
		return "", from.fault("", err)
	}
	p.touch()
	return p.folder(), nil
}

// readOnly reports that a path cannot be written and that this is meant.
func readOnly(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// A pulling is the download of a snapshot.
type pulling struct {
	*client
	snapshot
	fresh bool // something was loaded

	// mu guards done and total, and the calls of Progress.
	mu          sync.Mutex
	done, total int64
}

// fetchShards downloads the files of weights that an index names.
func (p *pulling) fetchShards(ctx context.Context, weights string, l listing) error {
	if !isIndex(weights) {
		return nil
	}
	names, err := shards(p.path(weights), suffix(weights))
	if err != nil {
		return p.fault(weights, err)
	}
	for _, name := range names {
		if !l.has(name) {
			return p.fault(weights, fmt.Errorf("names %s, which the model does not have", name))
		}
	}
	return p.fetch(ctx, names)
}

// fetch downloads the files that are not there yet, some at a time.
// All sizes are asked for first, so that progress knows its total.
func (p *pulling) fetch(ctx context.Context, names []string) error {
	var lacking []string
	for _, name := range names {
		if !p.has(name) {
			lacking = append(lacking, name)
		}
	}
	files := make([]remote, len(lacking))
	err := p.each(ctx, lacking, func(ctx context.Context, i int) (err error) {
		files[i], err = p.stat(ctx, p.commit, lacking[i])
		return err
	})
	if err != nil || len(files) == 0 {
		return err
	}
	// the first download into a cache marks it as one
	if p.fresh = true; !exists(filepath.Join(p.cache, tagFile)) {
		_ = writeFile(filepath.Join(p.cache, tagFile), strings.NewReader(tag)) // of no matter if it fails
	}
	for _, f := range files {
		p.total += f.size
	}
	return p.each(ctx, lacking, func(ctx context.Context, i int) error { return p.bring(ctx, files[i]) })
}

// each does something for every name, for some at a time, up to the first error.
func (p *pulling) each(ctx context.Context, names []string, do func(context.Context, int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(p.Parallel)
	for i := range names {
		group.Go(func() error { return do(ctx, i) })
	}
	return group.Wait()
}

// bring makes a file of the snapshot, downloading its blob if need be.
// The lock is on the content: two models that share a blob wait for one another as well.
func (p *pulling) bring(ctx context.Context, f remote) error {
	unlock, err := p.lock(ctx, f.hash)
	if err != nil {
		return p.fault(f.name, err)
	}
	defer unlock()
	if p.has(f.name) { // somebody else was faster
		p.count(f.size)
		return nil
	}
	blob, fresh := p.blob(f.hash), false
	// another snapshot has the same content, under a name or other
	if info, err := os.Stat(blob); err == nil && info.Size() == f.size {
		p.count(f.size)
	} else {
		fresh = true
		if err := p.download(ctx, p.commit, f, blob, p.count); err != nil {
			return err
		}
	}
	return p.fault(f.name, p.link(f.name, f.hash, fresh))
}

// count tells of bytes that have come, or were given up.
func (p *pulling) count(bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += bytes
	if p.Progress != nil && bytes != 0 {
		p.Progress(p.done, p.total)
	}
}
