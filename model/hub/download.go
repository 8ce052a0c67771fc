package hub

import (
	"context"
	"crypto/sha1" //nolint:gosec // git names its blobs so
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/whence-xai/whence/model/retry"
)

// download makes the blob of a file, from what there may be of it already. Only
// a blob whose size and hash are right gets its name. The caller holds the lock.
// What an earlier attempt has left, maybe of another program, is continued, and the
// rename makes the blob whole at once.
func (c *client) download(ctx context.Context, commit string, f remote, blob string, progress func(int64)) error {
	if err := os.MkdirAll(filepath.Dir(blob), 0o777); err != nil { //nolint:gosec // as the umask will have it
		return c.fault(f.name, err)
	}
	p, err := openPart(blob+".incomplete", f)
	if err != nil {
		return c.fault(f.name, err)
	}
	defer p.file.Close()
	progress(p.have)
	p.progress = progress
	err = c.policy().Do(ctx, func() error { return c.more(ctx, c.resolve(commit, f.name), p) })
	if err != nil {
		return c.fault(f.name, err)
	}
	if err := p.file.Close(); err != nil {
		return c.fault(f.name, err)
	}
	return c.fault(f.name, os.Rename(p.file.Name(), blob))
}

// more asks for what a part lacks, and checks it. What may go better at another
// time is a [retry.Temporary] error.
// What a server sends is never trusted, only hashed: a proxy that answers with a page of
// its own, or a range of another file, is found out at the end.
func (c *client) more(ctx context.Context, path string, p *part) error {
	before := p.have
	// an empty file is asked for too, so that there is an answer to check
	if before < p.size || p.size == 0 {
		q := query{path: path, file: p.name}
		if before > 0 {
			q.bytes = fmt.Sprintf("bytes=%d-", before)
		}
		err := c.get(ctx, q, p.receive)
		// the part is longer than the server's file, or another's
		if told := (*Error)(nil); errors.As(err, &told) && told.Status == http.StatusRequestedRangeNotSatisfiable {
			err = errors.Join(errRestart, p.restart())
		}
		if err != nil && (ctx.Err() != nil || !passes(err)) {
			return err
		}
		if err != nil {
			return &retry.Temporary{Err: c.fault(p.name, err), Progress: p.further(), After: asked(err)}
		}
	}
	switch err := p.check(); {
	case err == nil:
		return nil
	case p.spoilt > 1: // twice is no accident, and files are large
		return c.fault(p.name, err)
	default:
		return &retry.Temporary{Err: c.fault(p.name, err), Progress: p.further()}
	}
}

// passes reports whether an error of a download may pass: those of the disk do
// not, nor do answers that say no.
// What is wrapped decides: a cut connection is no Error of the hub's.
func passes(err error) bool {
	var t *retry.Temporary
	var told *Error
	var disk *os.PathError
	return errors.As(err, &t) || !errors.As(err, &told) && !errors.As(err, &disk)
}

// asked returns how long the server asked to be left alone.
func asked(err error) time.Duration {
	if t := (*retry.Temporary)(nil); errors.As(err, &t) {
		return t.After
	}
	return 0
}

// A part is the beginning of a file.
// sum has hashed all have bytes of it, so that no file is read twice.
type part struct {
	remote
	file     *os.File
	have     int64
	reached  int64 // of it, before the last attempt that came further
	sum      hash.Hash
	spoilt   int         // times that it was not what the hub said
	progress func(int64) // is told of what comes, and what is given up
}

// step is how much more of a file is worth another five attempts, in bytes.
const step = 1 << 20

// further reports whether there is a good deal more of the file than there ever
// was. What is given up and comes again does not count, or a server that gives a
// part and all of it by turns would be asked for ever.
func (p *part) further() bool {
	if p.have < p.reached+min(step, p.size/8+1) {
		return false
	}
	p.reached = p.have
	return true
}

// openPart opens the file of that path, which may have the beginning of f.
// What is there already is hashed first. More than the file has is another's.
func openPart(path string, f remote) (*part, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666) //nolint:gosec // as the umask will have it
	if err != nil {
		return nil, err
	}
	p := &part{remote: f, file: file, sum: f.newHash(), progress: func(int64) {}}
	// at most one byte more than the file has
	if p.have, err = io.Copy(p.sum, io.LimitReader(file, f.size+1)); err == nil && p.have > f.size {
		err = p.restart()
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	p.reached = p.have
	return p, nil
}

// newHash returns the hash that names the blob of a file.
// Large files have SHA-256 (git LFS), small ones git's hash of a blob, which begins with
// its length.
func (f remote) newHash() hash.Hash {
	if len(f.hash) == sha256.Size*2 {
		return sha256.New()
	}
	h := sha1.New() //nolint:gosec // git names its blobs so
	fmt.Fprintf(h, "blob %d\x00", f.size)
	return h
}

// restart gives up what there is.
func (p *part) restart() error {
	p.progress(-p.have)
	p.have, p.sum = 0, p.newHash()
	if err := p.file.Truncate(0); err != nil {
		return err
	}
	_, err := p.file.Seek(0, io.SeekStart)
	return err
}

// receive appends what a response has of the file.
// A server may answer a range with all of the file, or with another range.
func (p *part) receive(r *http.Response, body io.Reader) error {
	if r.StatusCode == http.StatusPartialContent {
		var from int64
		if _, err := fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-", &from); err != nil || from != p.have {
			return errors.Join(errRestart, p.restart())
		}
	} else if p.have > 0 { // it sends all of it again
		if err := p.restart(); err != nil {
			return err
		}
	}
	_, err := io.Copy(p, body)
	if errors.Is(err, errTooLong) {
		return errors.Join(err, p.restart())
	}
	return err
}

// Write appends to the file, never more than there is of it.
func (p *part) Write(b []byte) (int, error) {
	if p.have+int64(len(b)) > p.size {
		return 0, errTooLong
	}
	n, err := p.file.Write(b)
	// what was written, and not what was to be
	p.sum.Write(b[:n])
	p.have += int64(n)
	p.progress(int64(n))
	return n, err
}

var (
	errTooLong = errors.New("more came than the hub said")
	errRestart = errors.New("another part came than was asked for")
)

// check is an error, and a new beginning, where the file is not what the hub said.
func (p *part) check() error {
	if p.have < p.size {
		return fmt.Errorf("cut off after %d of %d bytes", p.have, p.size)
	}
	got := hex.EncodeToString(p.sum.Sum(nil))
	if got == p.hash {
		return nil
	}
	p.spoilt++
	return errors.Join(fmt.Errorf("what came has the hash %s, the hub says %s", got, p.hash), p.restart())
}
