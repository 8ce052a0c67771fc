package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-xai/whence/model/retry"
)

// A refusal is what a server says of a request that it does not answer.
type refusal struct {
	reason      string
	code, param string
	status      int // where the code is one
}

// readRefusal reads a refusal: an object with an error, which is a text or an
// object with a message, or with the message itself, or a list of such.
// OpenAI, vLLM, llama.cpp, Google and proxies each have their own form.
func readRefusal(body []byte) (c refusal) {
	// Google's API puts the object into a list
	var list []json.RawMessage
	if json.Unmarshal(body, &list) == nil && len(list) > 0 {
		body = list[0]
	}
	var told struct {
		Error           json.RawMessage
		Message, Detail json.RawMessage
	}
	var inner struct {
		Message     json.RawMessage
		Code, Param any // texts, mostly
	}
	if json.Unmarshal(body, &told) != nil {
		return c
	}
	for _, raw := range []json.RawMessage{told.Detail, told.Message, told.Error} { // the last counts
		var text string
		if json.Unmarshal(raw, &text) == nil && text != "" {
			c.reason = text
		}
	}
	if json.Unmarshal(told.Error, &inner) == nil {
		_ = json.Unmarshal(inner.Message, &c.reason)
		c.code, _ = inner.Code.(string)
		c.param, _ = inner.Param.(string)
		// vLLM's code is the status again, OpenAI's a word
		if status, ok := inner.Code.(float64); ok {
			c.status = int(max(0, min(status, 999)))
		}
	}
	return c
}

// error returns a refusal as an error with that text, which may pass where the
// status that it has says so.
func (c refusal) error(text string) error {
	if retry.Status(c.status) {
		return &retry.Temporary{Err: errors.New(text)}
	}
	return errors.New(text)
}

// A refusedField is a field of a request that a server refuses.
type refusedField uint8

const (
	nothing     refusedField = iota
	tokenLimit               // max_tokens: it wants max_completion_tokens
	temperature              // which models that reason have not
)

// field returns the field that a refusal is about.
// Servers tell it by code and parameter, or in words alone.
func (c refusal) field() refusedField {
	switch reason := strings.ToLower(c.reason); {
	case c.param == "max_tokens" && c.code == "unsupported_parameter",
		strings.Contains(reason, "use 'max_completion_tokens' instead"): // all that some proxies pass on
		return tokenLimit
	case c.param == "temperature", strings.Contains(reason, "temperature"):
		return temperature
	}
	return nothing
}

// refused is the error of an answer that is no success, whose body has no key in it.
func refused(u *url.URL, r *http.Response, body []byte) error {
	c := readRefusal(body)
	e := &Error{URL: shown(u), Status: r.StatusCode, Err: fmt.Errorf("answered %s", retry.Words(r.StatusCode))}
	if reason := clip(c.reason); reason != "" {
		e.Err = fmt.Errorf("%w: %s", e.Err, reason)
	}
	switch {
	case r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusForbidden:
		e.Err = fmt.Errorf("answered %s: it wants another key", retry.Words(r.StatusCode)) // its words may have the key
	// its status, 429, is else that of too many requests
	case c.code == "insufficient_quota": // which no waiting brings back
	case retry.Status(r.StatusCode):
		return &retry.Temporary{Err: e, After: retry.After(r.Header)}
	case r.StatusCode == http.StatusBadRequest || r.StatusCode == http.StatusUnprocessableEntity:
		e.field = c.field()
	}
	return e
}

// maxReason bounds what is shown of a server's words.
const maxReason = 300

// clip returns the beginning of a text, fit for a line: without line ends and
// without what a terminal would obey. Keys are hidden before.
// The words are a server's, and go to a terminal.
func clip(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " ")
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\ufffd'
	}, s)
	if len(s) <= maxReason {
		return s
	}
	cut := maxReason
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
