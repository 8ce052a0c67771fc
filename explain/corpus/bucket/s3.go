package bucket

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/whence-xai/whence/model/retry"
)

// amazon is S3. Its versions are ETags.
type amazon struct{ *minio.Client }

// newAmazon makes a client of what the environment tells.
func newAmazon() (remote, error) {
	endpoint := cmp.Or(os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL"), "https://s3.amazonaws.com")
	protocol, host, ok := strings.Cut(endpoint, "://")
	if !ok || protocol != "http" && protocol != "https" {
		return nil, fmt.Errorf("endpoint %q is no address with http:// or https://", endpoint)
	}
	client, err := minio.New(strings.TrimSuffix(host, "/"), &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		Secure: protocol == "https",
		Region: cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
	})
	return amazon{client}, err
}

func (a amazon) stat(ctx context.Context, bucket, key string) (info, error) {
	is, err := a.StatObject(ctx, bucket, key, minio.StatObjectOptions{})
	return info{is.Size, is.ETag}, told(err)
}

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

func (a amazon) list(ctx context.Context, bucket, prefix string, each func(key string) error) error {
	for o := range a.ListObjectsIter(ctx, bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return told(o.Err)
		}
		if err := each(o.Key); err != nil {
			return err
		}
	}
	return nil
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
