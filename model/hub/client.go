package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/whence-xai/whence/model/internal/secret"
	"github.com/whence-xai/whence/model/retry"
)

// maxHeader bounds the header of an answer, in bytes.
const maxHeader = 1 << 20

// A client asks the hub about one model.
// Its lifetime is one Pull.
type client struct {
	Options
	name  Name
	token string
	page  string // the hub's address, without a password that may stand in it
	http  http.Client

	answered atomic.Bool // whether there was ever an answer
}

// The address in errors has no user and password, which stand in some mirrors'.
func newClient(o Options, n Name) (*client, error) {
	held, err := token()
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = maxHeader
	u, err := url.Parse(o.Endpoint)
	if err != nil {
		return nil, errEndpoint
	}
	u.User = nil
	c := &client{Options: o, name: n, token: held, page: u.String()}
	c.http = http.Client{Transport: transport, CheckRedirect: redirect}
	return c, nil
}

// redirect follows a redirection, without the token where it leads to another
// host: files are often kept elsewhere, at addresses that are signed. A HEAD
// request ends there, since it is the hub that knows the hash.
// The token is the hub's: another host would learn it. Go's own rule keeps headers for
// subdomains, which is too wide.
func redirect(to *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return errors.New("redirected too often")
	}
	if first := via[0]; to.URL.Host != first.URL.Host || to.URL.Scheme != first.URL.Scheme {
		if to.Method == http.MethodHead {
			return http.ErrUseLastResponse
		}
		to.Header.Del("Authorization")
		to.Header.Del("Referer")
	}
	return nil
}

// policy says how often a request is tried.
func (c *client) policy() retry.Policy { return retry.Policy{Attempts: c.Attempts, Wait: c.Wait} }

// resolve returns the path of a file at a commit.
// The commit is named, not the branch: all files are of one state of the repository.
func (c *client) resolve(commit, file string) string {
	return "/" + c.name.Repo + "/resolve/" + commit + "/" + (&url.URL{Path: file}).EscapedPath()
}

// A query is a request to the hub.
type query struct {
	method, path string
	file         string // that it is about; may be empty
	bytes        string // of it that are wanted, as the header Range has it
}

// send sends a request and returns the answer, whose body the caller closes. The
// server may not be silent for long. An answer that is no success is an error. No
// error has the token, or the query of an address, which can hold a signature.
func (c *client) send(ctx context.Context, q query) (*http.Response, error) {
	// a timeout of the whole request would end large files: it counts from the last byte
	within, stop := context.WithCancel(ctx)
	r, err := http.NewRequestWithContext(within, q.method, c.Endpoint+q.path, nil)
	if err != nil {
		stop()
		return nil, c.fault(q.file, errEndpoint)
	}
	r.Header.Set("User-Agent", "whence")
	r.Header.Set("Accept-Encoding", "identity") // sizes are those of the file
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if q.bytes != "" {
		r.Header.Set("Range", q.bytes)
	}
	// it watches the wait for the header as well
	w := &watched{stop: stop, timer: time.AfterFunc(c.Timeout, stop), timeout: c.Timeout}
	response, err := c.http.Do(r)
	if err != nil {
		defer stop()
		// the timer has run: it was silence that ended the request
		if !w.timer.Stop() && ctx.Err() == nil {
			err = &url.Error{URL: r.URL.String(), Err: w.silent()}
		}
		return nil, c.unreachable(ctx, q.file, err)
	}
	w.ReadCloser, response.Body = response.Body, w
	c.answered.Store(true)
	for _, values := range response.Header { // of which errors tell
		for i, v := range values {
			values[i] = secret.Hide(v, c.token)
		}
	}
	if response.StatusCode >= 400 {
		defer response.Body.Close()
		return nil, c.refused(q.file, response)
	}
	return response, nil
}

// fault says of which model and file an error is.
// An error that tells a model already, or the caller's own end, stays as it is.
func (c *client) fault(file string, err error) error {
	if err == nil {
		return nil
	}
	var told *Error
	if errors.As(err, &told) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &Error{Name: c.name, File: file, Err: err, Hint: diskHint(err)}
}

// unreachable is the error of a server that gave no answer.
// The address of the request is left out but for the host, since it may be signed.
func (c *client) unreachable(ctx context.Context, file string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	host := "the hub"
	if e := (*url.Error)(nil); errors.As(err, &e) {
		if u, bad := url.Parse(e.URL); bad == nil && u.Host != "" {
			host = u.Host
		}
		err = e.Err
	}
	dial := (*net.OpError)(nil)
	refused := errors.As(err, &dial) && dial.Op == "dial"
	if text := secret.Hide(err.Error(), c.token); text != err.Error() {
		err = errors.New(text)
	}
	e := &Error{
		Name: c.name, File: file, Temporary: true, Err: fmt.Errorf("cannot reach %s: %w", plain(host), err),
		Hint: "HF_HUB_OFFLINE=1 uses what is here already, HF_ENDPOINT names another hub",
	}
	if refused && !c.answered.Load() {
		return e // nobody waits for a hub that was never there
	}
	return &retry.Temporary{Err: e}
}

// refused is the error of an answer that is no success.
func (c *client) refused(file string, r *http.Response) error {
	e := &Error{Name: c.name, File: file, Status: r.StatusCode, Temporary: retry.Status(r.StatusCode)}
	e.Hint, e.Err = c.reason(r)
	if e.Temporary {
		return &retry.Temporary{Err: e, After: retry.After(r.Header)}
	}
	return e
}

// reason says what an answer that is no success means, and what to do.
// The codes in X-Error-Code are the hub's; mirrors have none, so that the status decides
// there. A model that is not there and one that may not be seen are one answer.
func (c *client) reason(r *http.Response) (hint string, err error) {
	page := c.page + "/" + c.name.Repo
	known := c.token != ""
	switch code := r.Header.Get("X-Error-Code"); {
	case code == "RevisionNotFound":
		return page + "/refs lists its branches and tags", fmt.Errorf("has no revision %q", c.name.Revision)
	case code == "EntryNotFound":
		return "", errors.New("the model has no such file")
	case code == "GatedRepo" && !known, code != "RepoNotFound" && r.StatusCode == http.StatusForbidden && !known:
		return "ask for access at " + page + " and set HF_TOKEN to a token of yours", errors.New("the model is gated")
	case code == "GatedRepo", r.StatusCode == http.StatusForbidden:
		return "ask for access at " + page, errors.New("the model is not open to your token")
	case r.StatusCode == http.StatusUnauthorized && known:
		return "look at " + page, errors.New("there is no such model, or your token is not valid")
	case r.StatusCode == http.StatusUnauthorized:
		return "look at " + page + "; once you have access, set HF_TOKEN to a token of yours",
			errors.New("there is no such model, or it is private or gated")
	case r.StatusCode == http.StatusNotFound:
		return "models are listed at " + c.page + "/models", errors.New("there is no such model")
	}
	return "", fmt.Errorf("%s answered %s", plain(r.Request.URL.Host), retry.Words(r.StatusCode))
}

// plain returns a host, which a redirection may name, in characters that a
// terminal only shows.
func plain(host string) string { return strings.Trim(strconv.QuoteToASCII(host), `"`) }

// A watched body gives up when nothing comes for a while.
type watched struct {
	io.ReadCloser
	stop    context.CancelFunc // ends the request
	timer   *time.Timer        // until it does
	timeout time.Duration
}

// silent is the error of a server that sends nothing for that long.
func (w *watched) silent() error { return fmt.Errorf("nothing came for %v", w.timeout) }

// Read winds the timer up again, so that only silence runs it out.
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	// the timer has run out, and its cancellation is why the read failed
	if !w.timer.Reset(w.timeout) && err != nil {
		err = w.silent()
	}
	return n, err
}

func (w *watched) Close() error {
	w.timer.Stop()
	w.stop()
	return w.ReadCloser.Close()
}

// get sends a GET request and gives the answer to read.
// An end of the caller's context counts over what it did to the read.
func (c *client) get(ctx context.Context, q query, read func(*http.Response, io.Reader) error) error {
	q.method = http.MethodGet
	response, err := c.send(ctx, q)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if err := read(response, response.Body); ctx.Err() == nil {
		return err
	}
	return ctx.Err()
}
