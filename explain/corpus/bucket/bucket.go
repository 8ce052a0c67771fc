// Package bucket keeps the files of a corpus in object stores: Amazon S3 and what
// speaks its language (MinIO, Ceph, R2), and Google Cloud Storage, beside those of
// the file system.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/model/retry"
)

// A Store takes names of the form s3://BUCKET/KEY and gs://BUCKET/KEY to object
// stores, file://PATH and all others to the file system. The zero value is ready.
//
// An object store is told where and who by the environment, as other programs are.
//
// S3: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL (Amazon's where neither is set),
// AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, the file
// of credentials that AWS_SHARED_CREDENTIALS_FILE or AWS_PROFILE name, or the role
// of the machine.
//
// Google: the file of credentials that GOOGLE_APPLICATION_CREDENTIALS names, the one
// that gcloud auth application-default login leaves, or the account of the machine;
// where there is none of them nobody in particular asks, who may read what is
// public. STORAGE_EMULATOR_HOST is the address of an emulator, with http:// or
// without, which is asked without credentials.
type Store struct {
	folder  corpus.Folder
	mu      sync.Mutex
	remotes map[string]remote // by scheme
}

// IsURL reports whether a name is of an object store.
func IsURL(name string) bool {
	return strings.HasPrefix(name, "s3://") || strings.HasPrefix(name, "gs://")
}

// A remote is an object store. It says fs.ErrNotExist of an object that is not there.
type remote interface {
	// stat tells what is under a key.
	stat(ctx context.Context, bucket, key string) (info, error)
	// read fills b with what an object of that version has from a byte on.
	read(ctx context.Context, bucket, key, version string, b []byte, from int64) error
	// write puts the first size bytes of content under a key where that version is,
	// or nothing where it is "". The error is errChanged where something else is.
	write(ctx context.Context, bucket, key, version string, content io.ReaderAt, size int64) error
	// list calls each with all keys that begin with prefix.
	list(ctx context.Context, bucket, prefix string, each func(key string) error) error
	// remove removes what is under a key, if there is something.
	remove(ctx context.Context, bucket, key string) error
}

// An info tells of an object.
type info struct {
	size    int64
	version string // another one whenever the object has been written
}

// newInfo returns what a server told of an object, if that can be.
func newInfo(size int64, version string) (info, error) {
	if size < 0 || version == "" {
		return info{}, fmt.Errorf("the server tells of %d bytes in version %q", size, version)
	}
	return info{size, version}, nil
}

// What servers may answer to a request that is not for an object's content.
const (
	mostPages  = 10000    // of a list, of about a thousand keys each
	mostAnswer = 64 << 20 // bytes
)

var errEndless = fmt.Errorf("the server's list does not end in %d pages", mostPages)

// policy ends after half a minute.
var policy = retry.Policy{Attempts: 8, Wait: 200 * time.Millisecond}

// errChanged says that the condition of a request was not met.
var errChanged = errors.New("somebody else has written it since")

// A place is where an object is, or may be.
type place struct {
	remote
	scheme, bucket, key string
}

// place parses a URL.
func (s *Store) place(name string) (place, error) {
	scheme, rest, _ := strings.Cut(name, "://")
	bucket, key, _ := strings.Cut(rest, "/")
	if bucket == "" || key == "" {
		return place{}, fmt.Errorf("%s: want %s://BUCKET/KEY", name, scheme)
	}
	// One client a store and process: it has the connections, and the tokens that
	// it renews.
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.remotes[scheme]
	if r == nil {
		var err error
		if r, err = connect(scheme); err != nil {
			return place{}, fmt.Errorf("%s: %w", name, err)
		}
		if s.remotes == nil {
			s.remotes = map[string]remote{}
		}
		s.remotes[scheme] = r
	}
	return place{r, scheme, bucket, key}, nil
}

func connect(scheme string) (remote, error) {
	if scheme == "gs" {
		return newGoogle()
	}
	return newAmazon()
}

// local returns the path that a name has in the file system.
func local(name string) string { return strings.TrimPrefix(name, "file://") }

// Same reports whether two names are of one file or object.
func (s *Store) Same(a, b string) bool {
	if IsURL(a) || IsURL(b) {
		return a == b
	}
	return s.folder.Same(local(a), local(b))
}

// List returns the objects that match a pattern, in ascending order.
func (s *Store) List(ctx context.Context, pattern string) ([]string, error) {
	if !IsURL(pattern) {
		return s.folder.List(ctx, local(pattern))
	}
	p, err := s.place(pattern)
	if err != nil {
		return nil, err
	}
	prefix := p.key
	// Stores list by prefix alone; the rest of the pattern is matched here. A
	// backslash ends the prefix, too, since it may be before a character that is
	// meant as it is.
	if at := strings.IndexAny(prefix, `*?[\`); at >= 0 {
		prefix = prefix[:at]
	}
	var names []string
	err = p.list(ctx, p.bucket, prefix, func(key string) error {
		ok, err := path.Match(p.key, key)
		if ok {
			names = append(names, p.scheme+"://"+p.bucket+"/"+key)
		}
		return err
	})
	slices.Sort(names)
	return names, of(pattern, err)
}

// Remove removes an object, if it is there.
func (s *Store) Remove(ctx context.Context, name string) error {
	if !IsURL(name) {
		return s.folder.Remove(ctx, local(name))
	}
	p, err := s.place(name)
	if err != nil {
		return err
	}
	return of(name, p.remove(ctx, p.bucket, p.key))
}

// Lock keeps other processes from writing an output of the file system. Those of an
// object store write on the condition that nobody else has.
func (s *Store) Lock(name string) (unlock func(), err error) {
	if IsURL(name) {
		return func() {}, nil
	}
	return s.folder.Lock(local(name))
}

// Sweep removes what processes that were killed have left in the file system.
func (s *Store) Sweep(pattern string) error {
	if IsURL(pattern) {
		return nil
	}
	return s.folder.Sweep(local(pattern))
}

// of puts the name of an object before an error.
func of(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}
