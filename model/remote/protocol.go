package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
)

// A request is what servers are asked, of both kinds.
type request struct {
	Model       string    `json:"model"`
	Prompt      *string   `json:"prompt,omitempty"`
	Messages    []message `json:"messages,omitempty"`
	MaxTokens   int       `json:"max_tokens,omitempty"`
	Temperature float64   `json:"temperature"`

	MaxCompletionTokens int `json:"max_completion_tokens,omitempty"` // in place of MaxTokens

	Echo           bool  `json:"echo,omitempty"`
	LogProbs       *int  `json:"logprobs,omitempty"`
	PromptLogProbs *int  `json:"prompt_logprobs,omitempty"`
	Generation     *bool `json:"add_generation_prompt,omitempty"`
	Continue       bool  `json:"continue_final_message,omitempty"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// A response is what they answer, as far as it matters.
type response struct {
	Choices []choice `json:"choices"`
	// The whole text's, in a chat.
	PromptLogProbs []position `json:"prompt_logprobs"`
	Usage          struct {
		Prompt int `json:"prompt_tokens"`
		Answer int `json:"completion_tokens"`
	} `json:"usage"`
}

type choice struct {
	Text    string `json:"text"`
	Message struct {
		Content string `json:"content"`
	} `json:"message"`
	LogProbs *struct {
		Tokens   []string   `json:"tokens"`
		LogProbs []*float64 `json:"token_logprobs"`
	} `json:"logprobs"`
	PromptLogProbs []position `json:"prompt_logprobs"`
}

// A position is what may stand at a place of a prompt, by token id: the token
// that does, and those that are likelier, up to as many as were asked for.
type position map[string]candidate

type candidate struct {
	Text    *string  `json:"decoded_token"`
	LogProb *float64 `json:"logprob"`
	Rank    int      `json:"rank"` // 1 is the likeliest
}

// token returns the one that does stand there: the last in rank.
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

// A token is a piece of a continuation.
type token struct {
	Begin   int     `json:"begin"` // byte of the continuation where it begins, 0 if before
	LogProb float64 `json:"logprob"`
}

// A reply is an answer, or the tokens of a continuation.
type reply struct {
	Text         string  `json:"text,omitempty"`
	Tokens       []token `json:"tokens,omitempty"`
	PromptTokens int     `json:"prompt_tokens"`
	AnswerTokens int     `json:"answer_tokens"`
}

// errNone is that a server does not tell the log-probabilities of a prompt.
var errNone = errors.New("the server does not tell the log-probabilities of a text that it is given")

// decode reads an answer, which has one choice.
func decode(body []byte) (response, error) {
	var r response
	if err := json.Unmarshal(body, &r); err != nil {
		return r, malformed(body, err)
	}
	if len(r.Choices) != 1 {
		return r, fmt.Errorf("the answer has %d choices, not one: %s", len(r.Choices), clip(string(body[:min(len(body), maxReason)])))
	}
	if r.Usage.Prompt < 0 || r.Usage.Answer < 0 {
		return r, errors.New("the answer counts fewer than no tokens")
	}
	return r, nil
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

// parseAnswer reads an answer as a text.
func parseAnswer(body []byte) (reply, error) {
	r, err := decode(body)
	if err != nil {
		return reply{}, err
	}
	c := r.Choices[0]
	return reply{Text: c.Text + c.Message.Content, PromptTokens: r.Usage.Prompt, AnswerTokens: r.Usage.Answer}, nil
}

// parseEcho returns what reads the tokens of a continuation of a prompt that was
// repeated with it.
func parseEcho(prompt, continuation string) func([]byte) (reply, error) {
	return func(body []byte) (reply, error) {
		r, err := decode(body)
		if err != nil {
			return reply{}, err
		}
		told := r.Choices[0].LogProbs
		if told == nil {
			return reply{}, errNone
		}
		if len(told.Tokens) != len(told.LogProbs) {
			return reply{}, fmt.Errorf("the answer has %d tokens and %d log-probabilities", len(told.Tokens), len(told.LogProbs))
		}
		n := len(told.Tokens) - r.Usage.Answer // what follows was made up
		if n < 1 || !strings.HasPrefix(r.Choices[0].Text, prompt+continuation) {
			return reply{}, errNone
		}
		return r.continuation(told.Tokens[:n], told.LogProbs[:n], prompt, continuation)
	}
}

// parsePrompt returns what reads the tokens of a continuation where those of the
// whole text stand beside the answer. What of the text stands before the
// continuation is not known of a chat.
func parsePrompt(prompt, continuation string) func([]byte) (reply, error) {
	return func(body []byte) (reply, error) {
		r, err := decode(body)
		if err != nil {
			return reply{}, err
		}
		positions := r.PromptLogProbs
		if positions == nil {
			positions = r.Choices[0].PromptLogProbs
		}
		if positions == nil {
			return reply{}, errNone
		}
		texts, logProbs := make([]string, len(positions)), make([]*float64, len(positions))
		for i, p := range positions {
			if i == 0 && len(p) == 0 {
				continue // nothing is known of the first
			}
			token, ok := p.token()
			if !ok || token.Text == nil {
				return reply{}, fmt.Errorf("the answer does not tell the token at place %d of the prompt", i)
			}
			texts[i], logProbs[i] = *token.Text, token.LogProb
		}
		return r.continuation(texts, logProbs, prompt, continuation)
	}
}

// continuation returns the tokens of a continuation out of those of the whole text.
func (r *response) continuation(texts []string, logProbs []*float64, prompt, continuation string) (reply, error) {
	begins, err := align(texts, prompt, continuation)
	if err != nil {
		return reply{}, err
	}
	out := reply{PromptTokens: r.Usage.Prompt, AnswerTokens: r.Usage.Answer}
	for k, begin := range begins {
		i := len(texts) - len(begins) + k
		switch p := logProbs[i]; {
		case p == nil && i == 0:
			return out, errors.New("nothing stands before the continuation, so its first token has no probability; keep a part of the prompt")
		case p == nil:
			return out, errNone
		case math.IsNaN(*p) || *p > 1e-3:
			return out, fmt.Errorf("the answer has the log-probability %v for the token %q", *p, texts[i])
		default:
			out.Tokens = append(out.Tokens, token{begin, min(0, *p)})
		}
	}
	return out, nil
}
