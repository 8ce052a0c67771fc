package hub_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/hub"
	"github.com/whence-xai/whence/model/hub/hubtest"
)

// twice is a cache with a model at two commits that differ in one file.
func twice(t *testing.T) (o hub.Options, dirs [2]string) {
	t.Helper()
	s, o := start(t, tinyFiles())
	changed := tinyFiles()
	changed["config.json"] = []byte(`{"model_type": "new"}`)
	s.Models[tiny].Commits[hubtest.Commit("b")] = changed
	s.Models[tiny].Refs["v2"] = hubtest.Commit("b")
	for i, name := range []string{tiny, tiny + "@v2"} {
		var err error
		if dirs[i], err = hub.Resolve(t.Context(), name, o); err != nil {
			t.Fatal(err)
		}
	}
	return o, dirs
}

// sizeOf returns the bytes of needed files.
func sizeOf(files map[string][]byte) (n int64) {
	for _, name := range needed {
		n += int64(len(files[name]))
	}
	return n
}

func TestList(t *testing.T) {
	o, dirs := twice(t)
	for _, other := range []string{"datasets--whence--data/snapshots", "models--../snapshots", "models--empty--one", ".locks/x"} {
		if err := os.MkdirAll(filepath.Join(o.Cache, other), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	models, err := hub.List(o)
	if err != nil || len(models) != 1 || len(models[0].Revisions) != 2 {
		t.Fatalf("%+v, %v", models, err)
	}
	m := models[0]
	if want := sizeOf(tinyFiles()) + int64(len(`{"model_type": "new"}`)); m.Repo != tiny || m.Bytes != want {
		t.Errorf("%s of %d bytes, want %d", m.Repo, m.Bytes, want)
	}
	for i, r := range m.Revisions { // the last used first
		want := []string{"v2", "main"}[i]
		if !slices.Equal(r.Refs, []string{want}) || r.Dir != dirs[1-i] || r.Files != len(needed) || r.Used.IsZero() {
			t.Errorf("revision %d: %+v, want %s", i, r, want)
		}
	}
	if models, err := hub.List(hub.Options{Cache: filepath.Join(o.Cache, "none")}); err != nil || len(models) != 0 {
		t.Errorf("no cache: %v, %v", models, err)
	}
}

// blobs counts the files that the cache keeps.
func blobs(t *testing.T, cache string) (n int) {
	t.Helper()
	_ = filepath.WalkDir(cache, func(path string, entry fs.DirEntry, _ error) error {
		if entry != nil && entry.Type().IsRegular() && strings.Contains(path, "/blobs/") {
			n++
		}
		return nil
	})
	return n
}

// TestRemove: a revision takes with it what no other has.
func TestRemove(t *testing.T) {
	for _, name := range []string{tiny + "@v2", tiny + "@" + hubtest.Commit("b")[:8]} {
		o, dirs := twice(t)
		r, err := hub.FindRemoval(name, o)
		if err != nil {
			t.Fatal(err)
		}
		before := blobs(t, o.Cache)
		if err := r.Do(); err != nil || r.Bytes != int64(len(`{"model_type": "new"}`)) || blobs(t, o.Cache) != before-1 {
			t.Errorf("%s: %+v, %v, %d of %d blobs left", name, r, err, blobs(t, o.Cache), before)
		}
		same(t, dirs[0], tinyFiles(), needed...)
		if models, err := hub.List(o); err != nil || len(models[0].Revisions) != 1 {
			t.Errorf("%+v, %v", models, err)
		}
		r, err = hub.FindRemoval(tiny, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Do(); err != nil || r.Bytes != sizeOf(tinyFiles()) || exists(filepath.Join(o.Cache, "models--whence--tiny")) {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

func TestRemoveNothing(t *testing.T) {
	o, _ := twice(t)
	for name, want := range map[string]string{
		"whence/other": "is not in " + o.Cache, tiny + "@v9": "no such revision", "..": "is no name",
		tiny + "@bbbb": "no such revision", // too short to be a commit
	} {
		if _, err := hub.FindRemoval(name, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if n := blobs(t, o.Cache); n != len(needed)+1 {
		t.Errorf("%d blobs", n)
	}
}

// TestRemoveStaysInside: a link out of the cache is taken away, what it leads to is not.
func TestRemoveStaysInside(t *testing.T) {
	o, dirs := twice(t)
	outside := filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(outside, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dirs[1], "mine")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{tiny + "@v2", tiny} {
		r, err := hub.FindRemoval(name, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Do(); err != nil || !exists(outside) {
			t.Errorf("%s: %v, the file outside is there: %v", name, err, exists(outside))
		}
	}
}
