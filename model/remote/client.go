package remote

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/whence-xai/whence/model/retry"
)

// A Client asks a model on a server. Its fields are set before it is used, and
// not changed then; it is safe for concurrent use.
type Client struct {
	Endpoint string // the address of the API, as in http://localhost:8000/v1
	Model    string // by the server's name for it
	Key      Key    // the zero Key for none
	Chat     bool   // prompts are messages of a chat, not texts to be continued
	System   string // the message before the prompt in a chat; may be empty
	Mode     Mode   // how log-probabilities are asked for; Auto probes the server

	MaxTokens int           // of an answer; 0 means 64
	Parallel  int           // requests at a time; 0 means 4
	Attempts  int           // at a request, in a row, that fails for a while; 0 means 5
	Wait      time.Duration // before the second attempt, doubled from then on; 0 means a second
	Timeout   time.Duration // for an answer; 0 means two minutes
	Cache     *Cache        // of answers, if not nil
	Price     Price         // of tokens, if known

	// probing is held while the server is probed, so that one probe serves all who wait.
	probing sync.Mutex
	found   Mode        // by Probe, where Mode is Auto
	why     string      // it found that
	renamed atomic.Bool // the server wants max_completion_tokens, not max_tokens
	warm    atomic.Bool // the model takes no temperature
	bare    atomic.Bool // it has no token of its own that texts begin with
	memory  memory      // where there is no Cache

	// mu guards usage.
	mu    sync.Mutex
	usage Usage
}

// Name returns the name of the model.
func (c *Client) Name() string { return c.Model }

// parallel returns how many requests there may be at a time.
func (c *Client) parallel() int {
	if c.Parallel <= 0 {
		return 4
	}
	return c.Parallel
}

// maxTokens bounds an answer, whose tokens cost money.
func (c *Client) maxTokens() int {
	if c.MaxTokens <= 0 {
		return 64
	}
	return c.MaxTokens
}

// maxBody bounds what a server may answer, in bytes.
// It is read into memory whole.
const maxBody = 64 << 20

// An Error tells what a server answered that is no use.
type Error struct {
	URL    string // that was asked, without what may be secret in it
	Status int    // 0 where it is not about the status
	Err    error

	field refusedField // what of the request is to be left out
}

// Error names the address and the fault.
func (e *Error) Error() string { return fmt.Sprintf("remote: %s: %v", e.URL, e.Err) }

// Unwrap returns the fault alone.
func (e *Error) Unwrap() error { return e.Err }

// ErrEndpoint is that there can be no server at a client's endpoint.
var ErrEndpoint = errors.New("remote: bad endpoint")

// address returns the address of a path of the API.
// A key in an address would be told in errors and kept in caches.
func (c *Client) address(path string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(c.Endpoint, "/") + path)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%w: it is no address, as http://localhost:8000/v1 is", ErrEndpoint)
	}
	if u.User != nil || u.RawQuery != "" {
		return nil, fmt.Errorf("%w: there is more than an address in it; a key is read from the environment or a file", ErrEndpoint)
	}
	return u, nil
}

// shown returns an address as errors may show it.
func shown(u *url.URL) string { return u.Scheme + "://" + u.Host + u.Path }

// ask sends a request, again where that helps, and returns what parse makes of
// the answer, which may be one that is in the cache.
// Each attempt is counted, since each may have been paid for.
func (c *Client) ask(ctx context.Context, path string, r request, parse func([]byte) (reply, error)) (reply, error) {
	u, err := c.address(path)
	if err != nil {
		return reply{}, err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return reply{}, fmt.Errorf("remote: %w", err)
	}
	key := keyOf(shown(u), body)
	if known, ok := c.known(key); ok {
		c.count(Usage{Cached: 1})
		return known, nil
	}
	var got reply
	policy := retry.Policy{Attempts: c.Attempts, Wait: c.Wait}
	err = policy.Do(ctx, func() error {
		begin := time.Now()
		b, err := c.post(ctx, u, r)
		if err == nil {
			got, err = parse(b)
			if hidden := c.Key.hide(string(b)); err != nil && hidden != string(b) {
				_, err = parse([]byte(hidden)) // what it says wrong is shown without the key
				err = cmp.Or(err, errors.New("the answer is not what it should be"))
			}
		}
		used := Usage{Requests: 1, PromptTokens: int64(got.PromptTokens), AnswerTokens: int64(got.AnswerTokens), Time: time.Since(begin)}
		if err != nil {
			used.Failed = 1
		}
		c.count(used)
		return c.wrong(u, err)
	})
	if err != nil {
		return reply{}, err
	}
	got.Text = c.Key.leave(got.Text)
	return got, c.keep(key, got)
}

// wrong says of which address an error is.
func (c *Client) wrong(u *url.URL, err error) error {
	var told *Error
	if err == nil || errors.As(err, &told) || errors.Is(err, context.Canceled) {
		return err
	}
	return &Error{URL: shown(u), Err: err}
}

// post sends a request, and sends it again without what the server does not take
// in it: max_tokens, which is called max_completion_tokens then, or a temperature.
// Answers are cached by the request as it was meant.
// What a server does not take is found out once and remembered for all requests.
func (c *Client) post(ctx context.Context, u *url.URL, r request) ([]byte, error) {
	for {
		renamed, warm := c.renamed.Load(), c.warm.Load()
		q := r
		if renamed {
			q.MaxTokens, q.MaxCompletionTokens = 0, r.MaxTokens
		}
		if warm {
			q.Temperature = nil
		}
		body, err := json.Marshal(q)
		if err != nil {
			return nil, err
		}
		answer, err := c.send(ctx, u, http.MethodPost, body)
		var e *Error
		switch {
		case !errors.As(err, &e):
			return answer, err
		case e.field == tokenLimit && !renamed:
			c.renamed.Store(true)
		case e.field == temperature && !warm:
			c.warm.Store(true)
		default:
			return nil, err
		}
		c.count(Usage{Requests: 1, Failed: 1})
	}
}

// Notes tells what whoever reads the scores should know of how the server was
// asked, as far as it is known by now.
func (c *Client) Notes() (notes []string) {
	if c.warm.Load() {
		notes = append(notes, "the model takes no temperature: its answers are drawn, and may be others another time")
	}
	if c.bare.Load() {
		notes = append(notes, "where nothing of the prompt was left, a line end stood before the answer, since the model cannot say how likely its first token is after nothing")
	}
	return notes
}

// send sends a request once and returns the body of the answer.
func (c *Client) send(ctx context.Context, u *url.URL, method string, body []byte) ([]byte, error) {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = 2 * time.Minute
	}
	// for the whole answer, unlike a download: it is short
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(within, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("is no address")
	}
	r.Header.Set("Content-Type", "application/json")
	if header := c.Key.header(); header != "" {
		r.Header.Set("Authorization", header)
	}
	response, err := client.Do(r)
	if err == nil {
		defer response.Body.Close()
		body, err = io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	}
	switch {
	case err == nil && len(body) > maxBody:
		return nil, fmt.Errorf("answered more than %d bytes", maxBody)
	case err == nil && response.StatusCode != http.StatusOK:
		return nil, refused(u, response, []byte(c.Key.hide(string(body))))
	case err == nil:
		return body, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	// the timeout, and not the caller
	case within.Err() != nil:
		err = fmt.Errorf("gave no answer within %v", timeout)
	default:
		if e := (*url.Error)(nil); errors.As(err, &e) {
			err = e.Err // without the address, in which there may be a password
		}
		err = errors.New(clip(c.Key.hide(err.Error()))) // it may be what the server sent
	}
	return nil, &retry.Temporary{Err: err}
}

// client follows no redirection: a key is for the server that it was given for.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
