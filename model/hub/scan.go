package hub

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Model is a model in the cache.
type Model struct {
	Repo      string     `json:"name"`   // such as "org/name"
	Dir       string     `json:"folder"` // of the cache, with all revisions
	Bytes     int64      `json:"bytes"`  // of its files, each counted once
	Revisions []Revision `json:"revisions"`
}

// A Revision is what the cache has of a commit of a model.
type Revision struct {
	Commit string    `json:"commit"` // its hash
	Refs   []string  `json:"refs"`   // branches and tags that stand there
	Dir    string    `json:"folder"` // that a model can be opened from
	Bytes  int64     `json:"bytes"`  // of its files
	Files  int       `json:"files"`
	Used   time.Time `json:"used"` // when it was used by this package, or filled

	blobs map[string]int64 // the files themselves and their sizes
}

// List returns the models in the cache by name, each with its revisions, the
// last used first. What is no model is passed over.
func List(o Options) ([]Model, error) {
	o, err := o.settled()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(o.Cache)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	var models []Model
	for _, entry := range entries {
		repo, ok := repoOf(entry.Name())
		if !ok {
			continue
		}
		m, err := scan(newCached(o.Cache, Name{repo, "main"}))
		if err != nil {
			return nil, fmt.Errorf("hub: %w", err)
		}
		if len(m.Revisions) > 0 {
			models = append(models, m)
		}
	}
	return models, nil
}

// scan returns what the cache has of a model.
func scan(c cached) (Model, error) {
	m := Model{Repo: c.name.Repo, Dir: c.dir}
	refs := c.refs()
	entries, err := os.ReadDir(filepath.Join(c.dir, "snapshots"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return m, err
	}
	// each blob once, however many revisions link to it
	all := map[string]int64{}
	for _, entry := range entries {
		// what is no commit was put there by somebody else
		if !entry.IsDir() || !commitHash.MatchString(entry.Name()) {
			continue
		}
		r := scanRevision(snapshot{c, entry.Name()})
		r.Refs = refs[r.Commit]
		for blob, size := range r.blobs {
			all[blob] = size
		}
		m.Revisions = append(m.Revisions, r)
	}
	for _, size := range all {
		m.Bytes += size
	}
	// the last used first
	slices.SortStableFunc(m.Revisions, func(a, b Revision) int { return cmp.Or(b.Used.Compare(a.Used), strings.Compare(a.Commit, b.Commit)) })
	return m, nil
}

// scanRevision returns what there is of a snapshot. What cannot be read counts nothing.
// A blob that several names link to counts once.
func scanRevision(s snapshot) Revision {
	r := Revision{Commit: s.commit, Dir: s.folder(), blobs: map[string]int64{}}
	if info, err := os.Stat(r.Dir); err == nil {
		r.Used = info.ModTime()
	}
	_ = filepath.WalkDir(r.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // what cannot be read counts nothing
		}
		r.Files++
		// a copy, where there are no links, counts as its own blob
		if target, err := os.Readlink(path); err == nil {
			path = filepath.Join(filepath.Dir(path), target)
		}
		if info, err := os.Stat(path); err == nil && r.blobs[path] == 0 {
			r.blobs[path] = info.Size()
			r.Bytes += info.Size()
		}
		return nil
	})
	return r
}

// refs returns the branches and tags by the commit that they stand at.
// A branch may have slashes in its name, so that it is a path below refs.
func (c cached) refs() map[string][]string {
	root := filepath.Join(c.dir, "refs")
	refs := map[string][]string{}
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // what cannot be read is no ref
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		// c is a copy of its own, as receivers are
		c.name.Revision = filepath.ToSlash(name)
		if commit := c.commit(); commit != "" {
			refs[commit] = append(refs[commit], c.name.Revision)
		}
		return nil
	})
	return refs
}
