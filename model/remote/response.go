package remote

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A response is what servers answer, as far as it matters.
// Both kinds of answers are in one: completions have a text, chats a message.
type response struct {
	Choices []choice `json:"choices"`
	// The whole text's, in a chat.
	PromptLogProbs []position `json:"prompt_logprobs"`
	Usage          struct {
		Prompt *number `json:"prompt_tokens"`
		Answer *number `json:"completion_tokens"`
	} `json:"usage"`
}

type choice struct {
	Text    string `json:"text"`
	Message struct {
		Content   content `json:"content"`
		Refusal   string  `json:"refusal"`
		Reasoning content `json:"reasoning_content"`
	} `json:"message"`
	LogProbs *struct {
		Tokens   []string  `json:"tokens"`
		LogProbs []*number `json:"token_logprobs"`
	} `json:"logprobs"`
	PromptLogProbs []position `json:"prompt_logprobs"`
	Finish         string     `json:"finish_reason"`
}

// A position is what may stand at a place of a prompt, by token id: the token
// that does, and those that are likelier, up to as many as were asked for.
type position map[string]candidate

type candidate struct {
	Text    *string `json:"decoded_token"`
	LogProb *number `json:"logprob"`
	Rank    number  `json:"rank"` // 1 is the likeliest
}

// token returns the one that does stand there: the last in rank.
// It is told by rank and not by id, since ids are not the prompt's order: the token that
// stands there comes with those that are likelier. Two of one rank can't be told apart.
func (p position) token() (last candidate, unique bool) {
	for _, c := range p {
		switch {
		case !unique || c.Rank > last.Rank:
			last, unique = c, true
		case c.Rank == last.Rank:
			return last, false
		}
	}
	return last, unique
}

// A number is one as servers write it: 5, 5.0, and "-Infinity", which is what
// [plain] makes of Python's.
type number float64

// UnmarshalJSON reads a number.
func (n *number) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return fmt.Errorf("%.20q is no number", b)
	}
	*n = number(v)
	return nil
}

// maxTokens bounds what a server may count, so that sums of it stay exact.
const maxTokens = 1 << 31

// count returns a number of tokens, and whether it was told.
func count(n *number) (tokens int, told bool, err error) {
	switch {
	case n == nil || math.IsNaN(float64(*n)):
		return 0, false, nil
	case *n < 0:
		return 0, false, errors.New("the answer counts fewer than no tokens")
	case *n > maxTokens:
		return 0, false, fmt.Errorf("the answer counts %v tokens", float64(*n))
	}
	return int(math.Round(float64(*n))), true, nil
}

// A content is a text, alone or in parts, of which those that are no text count nothing.
type content string

// UnmarshalJSON reads a content.
func (c *content) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil { // null too
		*c = content(text)
		return nil
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return errors.New("the content is neither a text nor a list of parts")
	}
	*c = ""
	for _, p := range parts {
		var part struct{ Type, Text string }
		switch {
		case json.Unmarshal(p, &text) == nil:
			*c += content(text)
		case json.Unmarshal(p, &part) == nil && (part.Type == "" || part.Type == "text" || part.Type == "output_text"):
			*c += content(part.Text)
		}
	}
	return nil
}

// decode reads an answer, which has one choice.
// An error may come with status 200, so that it is looked for where choices are missing.
func decode(body []byte) (response, error) {
	var r response
	if err := unmarshal(body, &r); err != nil {
		return r, err
	}
	if len(r.Choices) != 1 {
		if c := readRefusal(body); c.reason != "" {
			return r, c.error("answered with an error: " + clip(c.reason))
		}
		return r, fmt.Errorf("the answer has %d choices, not one: %s", len(r.Choices), clip(string(body[:min(len(body), maxReason)])))
	}
	_, _, err1 := count(r.Usage.Prompt)
	_, _, err2 := count(r.Usage.Answer)
	return r, errors.Join(err1, err2)
}

// unmarshal reads what a server sent as JSON, as Python writes it too.
func unmarshal(body []byte, to any) error {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	// server-sent events, from a proxy that streams whatever is asked
	for _, field := range []string{"data:", "event:", "id:", "retry:"} {
		if bytes.HasPrefix(body, []byte(field)) {
			return errors.New("the answer is a stream of events, which was not asked for, not a JSON object")
		}
	}
	if !json.Valid(body) {
		body = plain(body)
	}
	if err := json.Unmarshal(body, to); err != nil {
		return malformed(body, err)
	}
	return nil
}

// pythons are the numbers that JSON has not, and Python writes; and texts, in
// which they are none.
var pythons = regexp.MustCompile(`"(?s:[^"\\]|\\.)*"?|-?Infinity|NaN`)

// plain puts quotes around the numbers that JSON has not.
func plain(body []byte) []byte {
	return pythons.ReplaceAllFunc(body, func(b []byte) []byte {
		if b[0] == '"' {
			return b
		}
		return slices.Concat([]byte{'"'}, b, []byte{'"'})
	})
}

// malformed says where an answer is not what it should be.
func malformed(body []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := int64(0)
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at, err = kind.Offset, fmt.Errorf("%s is a %s", kind.Field, kind.Value)
	}
	const around = 40
	lo, hi := max(0, int(at)-around), min(len(body), int(at)+around)
	return fmt.Errorf("the answer is not what it should be: byte %d of %d: %w, near %q", at, len(body), err, clip(string(body[min(lo, hi):hi])))
}
