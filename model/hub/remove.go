package hub

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Removal is what can be taken out of the cache. [Removal.Do] does it.
// It is found and shown before anything is removed.
type Removal struct {
	Repo      string
	Revisions []Revision
	Bytes     int64 // that become free

	paths []string
}

// FindRemoval returns what stands in the cache for a name: a whole model, or a
// revision that is named by a branch, a tag, or the beginning of its commit. The
// files that other revisions have too are not part of it.
func FindRemoval(name string, o Options) (*Removal, error) {
	n, err := ParseName(name)
	if err != nil {
		return nil, err
	}
	if o, err = o.settled(); err != nil {
		return nil, err
	}
	c := newCached(o.Cache, n)
	m, err := scan(c)
	if err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	if !exists(c.dir) {
		return nil, &Error{Name: n, Err: fmt.Errorf("is not in %s", o.Cache), Hint: "explain model list tells what is"}
	}
	if !strings.Contains(name, "@") {
		return whole(c, m), nil
	}
	// by the beginning of a commit, or a name that stands at it
	chosen := slices.DeleteFunc(slices.Clone(m.Revisions), func(r Revision) bool {
		begins := len(n.Revision) >= 6 && strings.HasPrefix(r.Commit, n.Revision)
		return !begins && !slices.Contains(r.Refs, n.Revision)
	})
	switch {
	case len(chosen) == 0:
		return nil, &Error{Name: n, Err: errors.New("no such revision is in the cache"), Hint: "explain model list tells which are"}
	case len(chosen) > 1:
		return nil, &Error{Name: n, Err: errors.New("several commits begin so"), Hint: "name more of the commit"}
	// nothing would be left
	case len(m.Revisions) == 1:
		return whole(c, m), nil
	}
	return one(c, m, chosen[0]), nil
}

// whole is the removal of all there is of a model.
// Locks of the model go too; whoever holds one keeps an open file.
func whole(c cached, m Model) *Removal {
	r := &Removal{Repo: m.Repo, Revisions: m.Revisions, Bytes: m.Bytes}
	entries, _ := os.ReadDir(filepath.Join(c.dir, "blobs"))
	for _, entry := range entries { // also what no revision has
		path := c.blob(entry.Name())
		counted := slices.ContainsFunc(m.Revisions, func(r Revision) bool { _, ok := r.blobs[path]; return ok })
		if info, err := entry.Info(); err == nil && !counted {
			r.Bytes += info.Size()
		}
	}
	r.paths = []string{c.dir, filepath.Join(c.cache, ".locks", c.name.folder())}
	return r
}

// one is the removal of a revision.
// A blob goes if no other revision has a link to it.
func one(c cached, m Model, gone Revision) *Removal {
	r := &Removal{Repo: m.Repo, Revisions: []Revision{gone}}
	for _, ref := range gone.Refs {
		r.paths = append(r.paths, filepath.Join(c.dir, "refs", filepath.FromSlash(ref)))
	}
	r.paths = append(r.paths, gone.Dir, filepath.Join(c.dir, ".no_exist", gone.Commit))
	for path, size := range gone.blobs {
		kept := slices.ContainsFunc(m.Revisions, func(other Revision) bool {
			_, has := other.blobs[path]
			return has && other.Commit != gone.Commit
		})
		if !kept {
			r.Bytes += size
			// a copy lies in the snapshot's folder, which goes as a whole
			if filepath.Dir(path) == filepath.Join(c.dir, "blobs") {
				r.paths = append(r.paths, path)
			}
		}
	}
	return r
}

// Do removes it.
func (r *Removal) Do() error {
	var errs []error
	for _, path := range r.paths {
		if err := os.RemoveAll(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("hub: %w", err))
		}
	}
	return errors.Join(errs...)
}
