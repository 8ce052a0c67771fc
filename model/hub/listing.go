package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/model/internal/secret"
	"github.com/whence-xai/whence/model/retry"
)

// maxListing bounds what the hub may say about a model, in bytes.
const maxListing = 16 << 20

// A listing is what a repository has at a commit.
type listing struct {
	commit string
	files  map[string]bool
}

// has tells whether the revision has a file.
func (l listing) has(name string) bool { return l.files[name] }

// list asks what a revision of the model has.
// A branch may move while a model is loaded; the commit that this returns is what all
// else is asked for.
func (c *client) list(ctx context.Context, revision string) (l listing, err error) {
	q := query{path: "/api/models/" + c.name.Repo + "/revision/" + url.PathEscape(revision)}
	err = c.policy().Do(ctx, func() error {
		return c.get(ctx, q, func(_ *http.Response, body io.Reader) (err error) {
			b, err := io.ReadAll(io.LimitReader(body, maxListing+1))
			switch {
			case err != nil:
				return &retry.Temporary{Err: c.fault("", fmt.Errorf("the hub's list of files: %w", err))}
			case len(b) > maxListing:
				return fmt.Errorf("the hub's list of files has more than %d bytes", maxListing)
			}
			if l, err = parseListing(b); err != nil { // which is shown without the token
				_, err = parseListing([]byte(secret.Hide(string(b), c.token)))
			}
			return err
		})
	})
	return l, c.fault("", err)
}

// parseListing reads the answer of /api/models/REPO/revision/REV: its commit and the names
// of its files, of which neither sizes nor hashes are told.
func parseListing(b []byte) (listing, error) {
	var answer struct {
		SHA      string
		Siblings []struct{ RFilename string }
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return listing{}, fmt.Errorf("the hub's list of files: %w", err)
	}
	if !commitHash.MatchString(answer.SHA) {
		return listing{}, fmt.Errorf("the hub's list of files is of %.50q, which is no commit", answer.SHA)
	}
	l := listing{answer.SHA, map[string]bool{}}
	for _, s := range answer.Siblings {
		l.files[s.RFilename] = true
	}
	return l, nil
}

// A remote file is one of the hub's.
// Its hash is what the content is checked by, and named by in the cache.
type remote struct {
	name string
	hash string // SHA-256, or the SHA-1 of a blob in git
	size int64
}

// mostBytes bounds what a file may have: weights are large, all else is read whole.
func mostBytes(name string) int64 {
	if strings.HasSuffix(name, ".safetensors") || strings.HasSuffix(name, ".bin") {
		return 1 << 44
	}
	return 1 << 30
}

// fileHash is what blobs are named by.
var fileHash = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)

// stat asks for the hash and the size of a file.
// HEAD of a large file is answered with a redirection, whose own headers, X-Linked-…,
// speak of the file; those behind it are another server's.
func (c *client) stat(ctx context.Context, commit, file string) (remote, error) {
	f := remote{name: file}
	err := c.policy().Do(ctx, func() error {
		response, err := c.send(ctx, query{method: http.MethodHead, path: c.resolve(commit, file), file: file})
		if err != nil {
			return err
		}
		defer response.Body.Close()
		f, err = parseStat(f, commit, response)
		return err
	})
	return f, c.fault(file, err)
}

// A weak ETag has W/ in front. X-Repo-Commit tells that the answer is of the commit that
// was asked for.
func parseStat(f remote, commit string, r *http.Response) (remote, error) {
	redirected := r.StatusCode >= 300
	// of the file itself, behind a redirection
	etag, size := r.Header.Get("X-Linked-Etag"), r.Header.Get("X-Linked-Size")
	if etag == "" && !redirected {
		etag = r.Header.Get("ETag")
	}
	f.hash = strings.Trim(strings.TrimPrefix(etag, "W/"), `"`)
	var err error
	// small files are answered at once, with their length
	if f.size = r.ContentLength; size != "" {
		f.size, err = strconv.ParseInt(size, 10, 64)
	} else if redirected {
		f.size = -1
	}
	switch at := r.Header.Get("X-Repo-Commit"); {
	case at != commit:
		return f, fmt.Errorf("the hub speaks of commit %.50q, not of %s", at, commit)
	case !fileHash.MatchString(f.hash):
		return f, fmt.Errorf("the hub gives %.80q for its hash", f.hash)
	case err != nil || f.size < 0:
		return f, errors.New("the hub does not say how large it is")
	case f.size > mostBytes(f.name):
		return f, fmt.Errorf("the hub says that it has %d bytes, which is too large for such a file", f.size)
	}
	return f, nil
}
