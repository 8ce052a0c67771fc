package hub

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/whence-xai/whence/model/atomicfile"
	"github.com/whence-xai/whence/model/internal/weightfile"
)

// A file of this name and beginning tells programs that make backups that a
// folder can be had again: https://bford.info/cachedir.
const (
	tagFile = "CACHEDIR.TAG"
	tag     = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder keeps models of the Hugging Face hub.\n"
)

// A cached is a model in the cache, of which there may be nothing yet.
// The layout is huggingface_hub's, so that Python and this program share one cache:
// blobs/ has the contents by their hash, snapshots/COMMIT/ links to them by the files'
// names, refs/ the commit of every branch, .no_exist/COMMIT/ the names that are not there.
type cached struct {
	cache, dir string // the cache, and the model's folder in it
	name       Name
}

func newCached(cache string, n Name) cached {
	return cached{cache, filepath.Join(cache, n.folder()), n}
}

// commit returns the commit that the name's revision stood at when the hub was
// last asked, "" where that is unknown.
func (c cached) commit() string {
	if commitHash.MatchString(c.name.Revision) {
		return c.name.Revision
	}
	b, err := os.ReadFile(filepath.Join(c.dir, "refs", filepath.FromSlash(c.name.Revision)))
	if commit := strings.TrimSpace(string(b)); err == nil && commitHash.MatchString(commit) {
		return commit
	}
	return ""
}

// setCommit notes the commit that the name's revision stands at.
// It is written last, once the snapshot is whole: whoever reads it finds all files.
func (c cached) setCommit(commit string) error {
	if c.commit() == commit {
		return nil
	}
	return writeFile(filepath.Join(c.dir, "refs", filepath.FromSlash(c.name.Revision)), strings.NewReader(commit))
}

// blob returns the path of a content by its hash, which is as the hub's ETag has it.
func (c cached) blob(hash string) string { return filepath.Join(c.dir, "blobs", hash) }

// A snapshot is the files of one commit.
// A commit does not change, so that a file that is there is never asked for again.
type snapshot struct {
	cached
	commit string
}

func (s snapshot) folder() string { return filepath.Join(s.dir, "snapshots", s.commit) }

// path returns where a file of the repository is, whose name has slashes on any system.
func (s snapshot) path(file string) string {
	return filepath.Join(s.folder(), filepath.FromSlash(file))
}

// has reports whether a file is there. A link whose blob is gone is not.
func (s snapshot) has(file string) bool {
	info, err := os.Stat(s.path(file))
	return err == nil && info.Mode().IsRegular()
}

// noExist returns the path of the note that the repository lacks a file.
func (s snapshot) noExist(file string) string {
	return filepath.Join(s.dir, ".no_exist", s.commit, filepath.FromSlash(file))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// known reports whether it is known of a file that it is there, or that the
// repository lacks it.
func (s snapshot) known(file string) bool {
	return exists(s.noExist(file)) || s.has(file)
}

// setLacking notes that the repository has no such file. It does not matter
// much: where the note cannot be written, the hub is asked again.
func (s snapshot) setLacking(file string) {
	if !s.known(file) {
		_ = writeFile(s.noExist(file), strings.NewReader(""))
	}
}

// missing returns what a model cannot run without and is not there.
// An index tells which shards there must be. Of the other files a model may have some
// and lack others, which is for who opens it to say.
func (s snapshot) missing() []string {
	var lacking []string
	if !s.has(config) {
		lacking = append(lacking, config)
	}
	switch weights := weightfile.Of(s.has); {
	case weights == "":
		lacking = append(lacking, "model.safetensors")
	case isIndex(weights):
		names, err := shards(s.path(weights), suffix(weights))
		if err != nil {
			lacking = append(lacking, weights)
		}
		for _, name := range names {
			if !s.has(name) {
				lacking = append(lacking, name)
			}
		}
	}
	// it may have older files instead, or is known to have none at all
	if !slices.ContainsFunc(vocabularies, s.has) && !s.known(tokenizer) {
		lacking = append(lacking, tokenizer)
	}
	return lacking
}

// unknown returns the files of which it is not known whether the repository has them.
func (s snapshot) unknown() []string {
	var names []string
	for _, name := range wanted(s.has(tokenizer)) {
		if !s.known(name) {
			names = append(names, name)
		}
	}
	return names
}

// touch notes that the snapshot was used now, for [List].
func (s snapshot) touch() {
	now := time.Now()
	_ = os.Chtimes(s.folder(), now, now) // of no matter in a cache that cannot be written
}

// link makes a file of the snapshot of a blob: a link to it, or, where the
// system has none, the blob itself if nothing else can refer to it, or a copy.
// fresh tells that this process has just made the blob, which no other snapshot has yet.
func (s snapshot) link(file, hash string, fresh bool) error {
	path, blob := s.path(file), s.blob(hash)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil { //nolint:gosec // as the umask will have it
		return err
	}
	if !isTrue("HF_HUB_DISABLE_SYMLINKS") {
		target, err := filepath.Rel(filepath.Dir(path), blob)
		if err != nil {
			return err
		}
		_ = os.Remove(path) // a link whose blob is gone
		if err := os.Symlink(target, path); err == nil || os.IsExist(err) && s.has(file) {
			return nil
		}
	}
	if fresh {
		return os.Rename(blob, path)
	}
	source, err := os.Open(blob)
	if err != nil {
		return err
	}
	defer source.Close()
	return writeFile(path, source)
}

// writeFile writes a file whole or not at all, with the folders it lies in.
func writeFile(path string, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil { //nolint:gosec // as the umask will have it
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := io.Copy(w, content)
		return err
	})
}
