package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/whence-xai/whence/model/retry"
)

// A Mode is how a server tells the log-probabilities of a text that it is given.
type Mode uint8

// The modes; the package comment tells them apart.
const (
	Auto           Mode = iota // find out
	Echo                       // completions only
	PromptLogProbs             // completions and chats
	Answers                    // not at all
)

// String returns the mode in the server's words.
func (m Mode) String() string {
	switch m {
	case Echo:
		return "echo"
	case PromptLogProbs:
		return "prompt_logprobs"
	case Answers:
		return "answers only"
	}
	return "auto"
}

// What a server is probed with.
// several tokens, for an answer that has only the first to be found out
const probePrompt, probeContinuation = "The capital of France is", " Paris, and that of Italy is Rome."

// Probe finds out how the server tells log-probabilities, and why not in the
// ways before that; Answers is no error. It asks once: what it found is what
// [Auto] stands for from then on.
// Servers of one API differ in what they do: some ignore a field that they don't know,
// so that only the answer tells.
func (c *Client) Probe(ctx context.Context) (mode Mode, why string, err error) {
	if c.Mode != Auto {
		return c.Mode, "asked for", nil
	}
	c.probing.Lock()
	defer c.probing.Unlock()
	if c.found != Auto {
		return c.found, c.why, nil
	}
	var reasons []string
	for _, mode := range []Mode{Echo, PromptLogProbs} {
		if c.Chat && mode == Echo {
			continue
		}
		_, err := c.continuation(ctx, mode, probePrompt, probeContinuation)
		// that a token is impossible is an answer too
		if err == nil || errors.Is(err, errImpossible) {
			c.found, c.why = mode, strings.Join(append(reasons, mode.String()+" works"), "; ")
			return c.found, c.why, nil
		}
		if !declined(err) {
			return Auto, "", err
		}
		reasons = append(reasons, fmt.Sprintf("%s: %v", mode, reason(err)))
	}
	c.found, c.why = Answers, strings.Join(reasons, "; ")
	return c.found, c.why, nil
}

// declined reports whether an error says that a server does not do what it was
// asked for, and not that it cannot be asked at all.
// A key that is not taken, or a server that is busy, says nothing of what it can do.
func declined(err error) bool {
	var e *Error
	if !errors.As(err, &e) || errors.As(err, new(*retry.Temporary)) {
		return false
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return false
	}
	return true
}

// reason returns an error without the address.
func reason(err error) error {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

// Models returns the names of the server's models.
func (c *Client) Models(ctx context.Context) ([]string, error) {
	u, err := c.address("/models")
	if err != nil {
		return nil, err
	}
	var names []string
	err = retry.Policy{Attempts: c.Attempts, Wait: c.Wait}.Do(ctx, func() error {
		names = nil
		body, err := c.send(ctx, u, http.MethodGet, nil)
		if err != nil {
			return c.wrong(u, err)
		}
		names, err = parseModels([]byte(c.Key.hide(string(body))))
		return c.wrong(u, err)
	})
	return names, err
}

// parseModels reads a list of models.
func parseModels(body []byte) (names []string, err error) {
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := unmarshal(body, &list); err != nil {
		return nil, err
	}
	for _, m := range list.Data {
		names = append(names, m.ID)
	}
	return names, nil
}
