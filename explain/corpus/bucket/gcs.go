package bucket

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"
	login "golang.org/x/oauth2/google"

	"github.com/whence-xai/whence/model/retry"
)

// google is Google Cloud Storage, by its JSON API
// (https://cloud.google.com/storage/docs/json_api/v1). Its versions are generations.
// Five requests of that API are all that is needed here; the official client brings
// gRPC and much else.
type google struct {
	*http.Client
	address   string
	anonymous error // why it is asked without credentials, or nil
}

var errAnonymous = errors.New("asked without credentials, for there are none: " +
	"run gcloud auth application-default login, or name a file in GOOGLE_APPLICATION_CREDENTIALS")

// newGoogle makes a client of what the environment tells.
func newGoogle() (remote, error) {
	transport := &http.Transport{
		// No time limit on a whole request: an object takes as long as it takes.
		// Servers that do not begin to answer are given up.
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: time.Minute, IdleConnTimeout: time.Minute,
	}
	g := &google{Client: &http.Client{Transport: transport}, address: "https://storage.googleapis.com"}
	if host := os.Getenv("STORAGE_EMULATOR_HOST"); host != "" {
		if !strings.Contains(host, "://") {
			host = "http://" + host
		}
		if u, err := url.Parse(host); err != nil || u.Host == "" {
			return nil, errors.New("STORAGE_EMULATOR_HOST is no address") // which may have a password
		}
		g.address = strings.TrimSuffix(host, "/")
		return g, nil
	}
	// Not the context of a request: tokens are renewed for as long as the client lives.
	found, err := login.FindDefaultCredentials(context.Background(), "https://www.googleapis.com/auth/devstorage.read_write")
	switch {
	case err == nil:
		g.Transport = &oauth2.Transport{Source: found.TokenSource, Base: transport}
	// The package has no error for it. Credentials that are there and broken are
	// another matter.
	case strings.Contains(err.Error(), "could not find default credentials"):
		g.anonymous = errAnonymous
	default:
		return nil, err
	}
	return g, nil
}

// A googleObject is what the server tells of an object.
type googleObject struct {
	Size       int64 `json:",string"`
	Generation string
}

func (g *google) stat(ctx context.Context, bucket, key string) (info, error) {
	var is googleObject
	meta := g.url("", bucket, key, "fields", "size,generation")
	if err := g.ask(ctx, request{url: meta}, func(r *http.Response) error { return decode(r, &is) }); err != nil {
		return info{}, err
	}
	return newInfo(is.Size, is.Generation)
}

// read asks for the generation that was there at the beginning: an object that has
// been replaced since is not found, rather than read half and half.
func (g *google) read(ctx context.Context, bucket, key, version string, b []byte, from int64) error {
	return g.ask(ctx, request{
		url: g.url("", bucket, key, "alt", "media", "generation", version),
		header: map[string]string{
			"Range":           fmt.Sprintf("bytes=%d-%d", from, from+int64(len(b))-1),
			"Accept-Encoding": "gzip", // what is stored compressed comes as it is stored
		},
	}, func(r *http.Response) error {
		// A server may answer with all of the object, whose beginning is then what
		// was asked for only where that is the beginning.
		if r.StatusCode != http.StatusPartialContent && from > 0 {
			return fmt.Errorf("%s answered %s when asked for a range", r.Request.URL.Host, r.Status)
		}
		if _, err := io.ReadFull(r.Body, b); err != nil {
			return &retry.Temporary{Err: err}
		}
		return nil
	})
}

func (g *google) list(ctx context.Context, bucket, prefix string, each func(key string) error) error {
	token := ""
	for range mostPages {
		var page struct {
			Items         []struct{ Name string }
			NextPageToken string
		}
		list := g.url("", bucket, "", "prefix", prefix, "pageToken", token, "fields", "items(name),nextPageToken")
		if err := g.ask(ctx, request{url: list}, func(r *http.Response) error { return decode(r, &page) }); err != nil {
			return err
		}
		for _, o := range page.Items {
			if err := each(o.Name); err != nil {
				return err
			}
		}
		if token = page.NextPageToken; token == "" {
			return nil
		}
	}
	return errEndless
}

// remove counts an object that is not there as removed, as S3 does.
func (g *google) remove(ctx context.Context, bucket, key string) error {
	err := g.ask(ctx, request{method: http.MethodDelete, url: g.url("", bucket, key)}, nil)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// mostAtOnce bounds what is sent in one request, in bytes. What is longer is sent in
// a session, in which it can go on from where it was cut off.
const mostAtOnce = 8 << 20

// write sends content from its beginning again after a failure that leaves nothing,
// which is why it takes an [io.ReaderAt].
func (g *google) write(ctx context.Context, bucket, key, version string, content io.ReaderAt, size int64) error {
	kind := "media"
	if size > mostAtOnce {
		kind = "resumable"
	}
	begin := request{method: http.MethodPost, url: g.url("/upload", bucket, "",
		// Generation 0 is that of an object that is not there.
		"uploadType", kind, "name", key, "ifGenerationMatch", cmp.Or(version, "0"))}
	if size <= mostAtOnce {
		begin.body = io.NewSectionReader(content, 0, size)
		return g.ask(ctx, begin, nil)
	}
	session := ""
	err := g.ask(ctx, begin, func(r *http.Response) error {
		session = r.Header.Get("Location")
		return nil
	})
	if err != nil {
		return err
	}
	again := false
	return policy.Do(ctx, func() (err error) {
		// After a failure the server is asked how much has come, by an empty
		// request with the range "*", and sending goes on from there ("resumable
		// uploads" in the documentation).
		from := int64(0)
		if again {
			if from, err = g.send(ctx, session, io.NewSectionReader(content, 0, 0), size); err != nil || from == size {
				return err
			}
		}
		again = true
		come, err := g.send(ctx, session, io.NewSectionReader(content, from, size-from), size)
		if err == nil && come < size {
			err = &retry.Temporary{Err: fmt.Errorf("only %d of %d bytes have come", come, size)}
		}
		return err
	})
}

// send sends the rest of an object of that size in a session, or nothing, and returns
// how many bytes of the object have come.
func (g *google) send(ctx context.Context, session string, rest *io.SectionReader, size int64) (come int64, err error) {
	span := "*"
	if rest.Size() > 0 {
		span = fmt.Sprintf("%d-%d", size-rest.Size(), size-1)
	}
	err = g.once(ctx, request{
		method: http.MethodPut, url: session, body: rest,
		header: map[string]string{"Content-Range": fmt.Sprintf("bytes %s/%d", span, size)},
	}, func(r *http.Response) error {
		come = size
		if r.StatusCode == http.StatusPermanentRedirect { // here it means: there is more to come
			last, err := strconv.ParseInt(strings.TrimPrefix(r.Header.Get("Range"), "bytes=0-"), 10, 64)
			if come = last + 1; err != nil {
				come = 0
			}
			if come < 0 || come > size {
				return fmt.Errorf("%s says that %d of %d bytes have come", r.Request.URL.Host, come, size)
			}
		}
		return nil
	})
	return come, err
}

// url returns the address of an object, or of a bucket's objects where key is "",
// with a query of names and values; of those without value it leaves the name out too.
func (g *google) url(prefix, bucket, key string, query ...string) string {
	values := url.Values{}
	for i := 0; i < len(query); i += 2 {
		if query[i+1] != "" {
			values.Set(query[i], query[i+1])
		}
	}
	address := g.address + prefix + "/storage/v1/b/" + url.PathEscape(bucket) + "/o"
	if key != "" {
		address += "/" + url.PathEscape(key)
	}
	return address + "?" + values.Encode()
}

// A request is what is asked: by GET where no method is given.
type request struct {
	method, url string
	header      map[string]string
	body        *io.SectionReader
}

// ask sends a request until it is answered otherwise than for now, and hands a good
// answer over.
func (g *google) ask(ctx context.Context, q request, then func(*http.Response) error) error {
	return policy.Do(ctx, func() error { return g.once(ctx, q, then) })
}

// once sends a request and tells failures that may pass, of the network and of the
// server, from those that will not.
func (g *google) once(ctx context.Context, q request, then func(*http.Response) error) error {
	r, err := http.NewRequestWithContext(ctx, q.method, q.url, http.NoBody)
	if err != nil {
		return err
	}
	if q.body != nil && q.body.Size() > 0 {
		r.Body, r.ContentLength = io.NopCloser(io.NewSectionReader(q.body, 0, q.body.Size())), q.body.Size()
	}
	for name, value := range q.header {
		r.Header.Set(name, value)
	}
	answer, err := g.Do(r)
	if err != nil {
		var e *url.Error
		if errors.As(err, &e) {
			err = e.Err // without the address, which lets whoever has it go on in a session
		}
		if errors.As(err, new(*oauth2.RetrieveError)) {
			return err
		}
		return &retry.Temporary{Err: err}
	}
	defer answer.Body.Close()
	switch code := answer.StatusCode; {
	case code/100 != 2 && code != http.StatusPermanentRedirect:
		return g.refusal(answer)
	case then != nil:
		return then(answer)
	}
	return nil
}

// refusal returns the error that an answer stands for, with what it says.
func (g *google) refusal(r *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 2000)) // as much as there is
	text := strings.TrimSpace(string(body))
	var told struct{ Error struct{ Message string } }
	if json.Unmarshal(body, &told) == nil && told.Error.Message != "" {
		text = told.Error.Message
	}
	err := fmt.Errorf("%s answered %s: %s", r.Request.URL.Host, r.Status, text)
	switch r.StatusCode {
	case http.StatusNotFound:
		// A bucket that is missing is 404 as well. It is a mistake in a name, and
		// must not pass for a part that is not made yet.
		if !strings.Contains(text, "bucket does not exist") {
			err = fmt.Errorf("%w: %w", fs.ErrNotExist, err)
		}
	case http.StatusPreconditionFailed:
		err = fmt.Errorf("%w: %w", errChanged, err)
	case http.StatusUnauthorized, http.StatusForbidden:
		if g.anonymous != nil {
			err = fmt.Errorf("%w; %w", err, g.anonymous)
		}
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		err = &retry.Temporary{Err: err}
	default:
		if r.StatusCode >= http.StatusInternalServerError {
			err = &retry.Temporary{Err: err}
		}
	}
	return err
}

// decode reads an answer in JSON.
func decode(r *http.Response, to any) error {
	if err := json.NewDecoder(io.LimitReader(r.Body, mostAnswer)).Decode(to); err != nil {
		return &retry.Temporary{Err: fmt.Errorf("%s: %w", r.Request.URL.Host, err)}
	}
	return nil
}
