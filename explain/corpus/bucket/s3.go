package bucket

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/whence-xai/whence/model/retry"
)

// amazon is S3. Its versions are ETags.
// The client signs requests, finds out regions and tries again; conditions, bounds
// and reading of ranges are done here.
type amazon struct{ *minio.Client }

// newAmazon makes a client of what the environment tells.
func newAmazon() (remote, error) {
	name, endpoint := "", "https://s3.amazonaws.com"
	for _, name = range []string{"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"} {
		if value := os.Getenv(name); value != "" {
			endpoint = value
			break
		}
	}
	u, err := url.Parse(endpoint)
	switch { // not telling what it is: it may have a password
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("%s is no address with http:// or https://", name)
	case u.User != nil:
		return nil, fmt.Errorf("%s has a user or a password: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are for them", name)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "":
		return nil, fmt.Errorf("%s has more than a host and a port", name)
	}
	transport, err := minio.DefaultTransport(u.Scheme == "https")
	if err != nil {
		return nil, err
	}
	client, err := minio.New(u.Host, &minio.Options{
		// The order of Amazon's own programs: environment, file, role of the
		// machine.
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		Secure:    u.Scheme == "https",
		Transport: bounded{transport},
		Region:    cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
	})
	return amazon{client}, err
}

func (a amazon) stat(ctx context.Context, bucket, key string) (info, error) {
	is, err := a.StatObject(ctx, bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return info{}, told(err)
	}
	return newInfo(is.Size, is.ETag)
}

// read compares the ETag of the answer: a condition would have to be understood by
// every server that speaks S3.
func (a amazon) read(ctx context.Context, bucket, key, version string, b []byte, from int64) error {
	return policy.Do(ctx, func() error {
		var options minio.GetObjectOptions
		if err := options.SetRange(from, from+int64(len(b))-1); err != nil {
			return err
		}
		body, is, _, err := minio.Core{Client: a.Client}.GetObject(ctx, bucket, key, options)
		if err != nil {
			return told(err)
		}
		defer body.Close()
		// The range of another object, though of the same name, must not be put
		// together with what was read before.
		if is.ETag != version {
			return errChanged
		}
		if _, err = io.ReadFull(body, b); err != nil {
			return &retry.Temporary{Err: err} // of others that may pass the client takes care
		}
		return nil
	})
}

func (a amazon) write(ctx context.Context, bucket, key, version string, content io.ReaderAt, size int64) error {
	options := minio.PutObjectOptions{DisableMultipart: true}
	if version == "" {
		// If-None-Match: * is S3's "only where there is nothing".
		options.SetMatchETagExcept("*")
	} else {
		options.SetMatchETag(version)
	}
	return policy.Do(ctx, func() error {
		if size > onePart {
			return told(a.writeParts(ctx, bucket, key, content, size, options))
		}
		_, err := a.PutObject(ctx, bucket, key, io.NewSectionReader(content, 0, size), size, options)
		return told(err)
	})
}

// What is longer than onePart is sent in at most so many parts, in bytes.
const (
	onePart   = 32 << 20
	mostParts = 10000
)

// writeParts does what the client does too, which forgets the condition over it: S3
// wants it with the last request, when the parts are joined.
func (a amazon) writeParts(ctx context.Context, bucket, key string, content io.ReaderAt, size int64, options minio.PutObjectOptions) error {
	core := minio.Core{Client: a.Client}
	id, err := core.NewMultipartUpload(ctx, bucket, key, minio.PutObjectOptions{})
	if err != nil {
		return err
	}
	var parts []minio.CompletePart
	// One part less than allowed, since the division rounds down and leaves a rest.
	step := max(onePart, size/(mostParts-1))
	for at := int64(0); at < size && err == nil; at += step {
		n, number := min(step, size-at), len(parts)+1
		var part minio.ObjectPart
		part, err = core.PutObjectPart(ctx, bucket, key, id, number, io.NewSectionReader(content, at, n), n, minio.PutObjectPartOptions{})
		parts = append(parts, minio.CompletePart{PartNumber: number, ETag: part.ETag})
	}
	if err == nil {
		_, err = core.CompleteMultipartUpload(ctx, bucket, key, id, parts, options)
	}
	if err != nil {
		_ = core.AbortMultipartUpload(context.WithoutCancel(ctx), bucket, key, id) // as well as it can be
	}
	return err
}

// list hands its context to [bounded], which counts the pages that the client asks
// for.
func (a amazon) list(ctx context.Context, bucket, prefix string, each func(key string) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx = context.WithValue(ctx, listing{}, &pages{cancel: cancel})
	for o := range a.ListObjectsIter(ctx, bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return cmp.Or(context.Cause(ctx), told(o.Err))
		}
		if err := each(o.Key); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// listing is the key of a context's pages.
type listing struct{}

// pages counts those of a list, and ends it where there are too many.
type pages struct {
	asked  int
	cancel context.CancelCauseFunc
}

// A bounded transport sees to it that the client, which follows a list and reads an
// answer for as long as a server goes on, comes to an end.
type bounded struct{ http.RoundTripper }

// RoundTrip sends a request.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	p, ok := r.Context().Value(listing{}).(*pages)
	if !ok {
		return b.RoundTripper.RoundTrip(r)
	}
	if p.asked++; p.asked > mostPages {
		p.cancel(errEndless)
	}
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, mostAnswer), answer.Body}
	}
	return answer, err
}

func (a amazon) remove(ctx context.Context, bucket, key string) error {
	return told(a.RemoveObject(ctx, bucket, key, minio.RemoveObjectOptions{}))
}

// told returns the error of a remote for one of the client.
func told(err error) error {
	switch r := minio.ToErrorResponse(err); {
	case err == nil:
		return nil
	case r.Code == minio.NoSuchKey:
		return fs.ErrNotExist
	case r.StatusCode == http.StatusPreconditionFailed:
		return errChanged
	case r.StatusCode == http.StatusConflict: // with another request that is under way
		return &retry.Temporary{Err: err}
	}
	return err
}
