package command

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/model/remote"
)

// mostAnswers bounds the files of answers that are kept where none was named, in
// bytes: those that were not used for longest go first.
const mostAnswers = 256 << 20

// openAnswers opens the file where the answers of a server are kept, the one that
// is named or one of the user's. Where there is no place for the latter, the
// answers of this run are known to it alone, and the user is told.
func (p *program) openAnswers(s source, client *remote.Client) error {
	if s.noCache {
		return nil
	}
	if s.cache == "" {
		return p.openOwnAnswers(client)
	}
	cache, err := remote.OpenCache(s.cache)
	if err != nil {
		return &terminal.UsageError{Err: err}
	}
	p.tellDamage(cache, s.cache)
	client.Cache = cache
	return nil
}

// openOwnAnswers opens the user's file of a server's answers.
func (p *program) openOwnAnswers(client *remote.Client) error {
	folder, err := os.UserCacheDir()
	if err == nil {
		folder = filepath.Join(folder, "whence", "answers")
		// Answers may quote confidential prompts: the folder is for the user alone.
		err = os.MkdirAll(folder, 0o700)
	}
	if err != nil {
		p.terminal.Printf("answers are not kept: %v\nhint: --cache FILE keeps them", err)
		return nil
	}
	// A file for each server and model, under a hash: an address has characters
	// that file names must not.
	sum := sha256.Sum256([]byte(client.Endpoint + "\n" + client.Model))
	name := filepath.Join(folder, fmt.Sprintf("%x", sum[:8]))
	prune(folder, name, mostAnswers)
	cache, err := remote.OpenCache(name)
	if err != nil { // it is ours, and no use: nothing is lost that could be read
		cache, err = reopened(name, err)
	}
	if err != nil {
		p.terminal.Printf("answers are not kept: %v\nhint: --cache FILE keeps them", err)
		return nil
	}
	if !p.terminal.Quiet {
		p.terminal.Printf("answers are kept in %s (--no-cache keeps none)", folder)
	}
	p.tellDamage(cache, name)
	client.Cache = cache
	return nil
}

// reopened sets a file aside that cannot be opened as a cache and opens a new one. One
// that may not be read is left where it is: it is somebody's, and whole.
func reopened(name string, err error) (*remote.Cache, error) {
	if errors.Is(err, fs.ErrPermission) {
		return nil, err
	}
	if moved := os.Rename(name, name+".spoilt"); moved != nil {
		return nil, errors.Join(err, moved)
	}
	return remote.OpenCache(name)
}

// tellDamage tells of answers that were lost in a file.
func (p *program) tellDamage(cache *remote.Cache, name string) {
	if n := cache.Damaged(); n > 0 {
		p.terminal.Printf("%s: %d lines are damaged; what they held is asked for again", name, n)
	}
}

// prune removes the files of a folder that were not used for longest until the
// others have no more than so many bytes. used is the one that is used now.
func prune(folder, used string, most int64) {
	now := time.Now()
	_ = os.Chtimes(used, now, now) // there may be none
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
		}
	}
	slices.SortStableFunc(files, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, f := range files {
		if most -= f.Size(); most < 0 {
			_ = os.Remove(filepath.Join(folder, f.Name())) // another run may have been faster
		}
	}
}
