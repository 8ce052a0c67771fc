// Package bucket keeps the files of a corpus in object stores: Amazon S3 and what
// speaks its language (MinIO, Ceph, R2, Google Cloud Storage), beside those of the
// file system.
package bucket

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/whence-xai/whence/explain/corpus"
)

// A Store takes names of the form s3://BUCKET/KEY and gs://BUCKET/KEY to object
// stores, file://PATH and all others to the file system. The zero value is ready.
//
// S3 is told where and who by the environment, as other programs are:
// AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL (Amazon's where neither is set),
// AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, the file
// of credentials that AWS_SHARED_CREDENTIALS_FILE or AWS_PROFILE name, or the role
// of the machine. Google's store is asked through its S3 interface, with the HMAC key
// in GS_ACCESS_KEY_ID and GS_SECRET_ACCESS_KEY.
type Store struct {
	folder  corpus.Folder
	mu      sync.Mutex
	clients map[string]*minio.Client // by scheme
}

// IsURL reports whether a name is of an object store.
func IsURL(name string) bool {
	return strings.HasPrefix(name, "s3://") || strings.HasPrefix(name, "gs://")
}

// A place is an object of a store.
type place struct {
	*minio.Client
	scheme, bucket, key string
}

// place parses a URL.
func (s *Store) place(name string) (place, error) {
	scheme, rest, _ := strings.Cut(name, "://")
	bucket, key, _ := strings.Cut(rest, "/")
	if bucket == "" || key == "" {
		return place{}, fmt.Errorf("%s: want %s://BUCKET/KEY", name, scheme)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	client := s.clients[scheme]
	if client == nil {
		var err error
		if client, err = connect(scheme); err != nil {
			return place{}, fmt.Errorf("%s: %w", name, err)
		}
		if s.clients == nil {
			s.clients = map[string]*minio.Client{}
		}
		s.clients[scheme] = client
	}
	return place{client, scheme, bucket, key}, nil
}

// connect makes a client of what the environment tells.
func connect(scheme string) (*minio.Client, error) {
	if scheme == "gs" {
		return minio.New("storage.googleapis.com", &minio.Options{
			Creds: credentials.NewStaticV4(os.Getenv("GS_ACCESS_KEY_ID"), os.Getenv("GS_SECRET_ACCESS_KEY"), ""), Secure: true,
		})
	}
	endpoint := cmp.Or(os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL"), "https://s3.amazonaws.com")
	protocol, host, ok := strings.Cut(endpoint, "://")
	if !ok || protocol != "http" && protocol != "https" {
		return nil, fmt.Errorf("endpoint %q is no address with http:// or https://", endpoint)
	}
	return minio.New(strings.TrimSuffix(host, "/"), &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		Secure: protocol == "https",
		Region: cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
	})
}

// local returns the path that a name has in the file system.
func local(name string) string { return strings.TrimPrefix(name, "file://") }

// Open opens an object for reading: each read asks for a range of it.
func (s *Store) Open(ctx context.Context, name string) (corpus.File, error) {
	if !IsURL(name) {
		return s.folder.Open(ctx, local(name))
	}
	p, err := s.place(name)
	if err != nil {
		return nil, err
	}
	o, err := p.GetObject(ctx, p.bucket, p.key, minio.GetObjectOptions{})
	if err != nil {
		return nil, told(name, err)
	}
	info, err := o.Stat()
	if err != nil {
		return nil, errors.Join(told(name, err), o.Close())
	}
	return object{o, info.Size}, nil
}

// An object is open.
type object struct {
	*minio.Object
	size int64
}

func (o object) Size() int64 { return o.size }

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
	if at := strings.IndexAny(prefix, `*?[\`); at >= 0 {
		prefix = prefix[:at]
	}
	var names []string
	for o := range p.ListObjects(ctx, p.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, told(pattern, o.Err)
		}
		ok, err := path.Match(p.key, o.Key)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pattern, err)
		}
		if ok {
			names = append(names, p.scheme+"://"+p.bucket+"/"+o.Key)
		}
	}
	return names, nil
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
	return told(name, p.RemoveObject(ctx, p.bucket, p.key, minio.RemoveObjectOptions{}))
}

// told puts the name of an object before an error, which is fs.ErrNotExist where
// there is no such object.
func told(name string, err error) error {
	switch code := minio.ToErrorResponse(err).Code; {
	case err == nil:
		return nil
	case code == minio.NoSuchKey:
		return &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case errors.Is(err, io.EOF):
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// refused reports whether a condition of a write was not met.
func refused(err error) bool {
	r := minio.ToErrorResponse(err)
	return r.StatusCode == http.StatusPreconditionFailed || r.StatusCode == http.StatusConflict
}
