package remote

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// A request is what servers are asked, of both kinds.
// Fields that are empty are left out, since servers refuse those of the other kind.
type request struct {
	Model       string    `json:"model"`
	Prompt      *string   `json:"prompt,omitempty"`
	Messages    []message `json:"messages,omitempty"`
	MaxTokens   int       `json:"max_tokens,omitempty"`
	Temperature *float64  `json:"temperature,omitempty"`

	MaxCompletionTokens int `json:"max_completion_tokens,omitempty"` // in place of MaxTokens

	// echo, logprobs: completions of OpenAI's older API; prompt_logprobs and the two behind
	// it: vLLM's
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

// A token is a piece of a continuation.
type token struct {
	Begin   int     `json:"begin"` // byte of the continuation where it begins, 0 if before
	LogProb float64 `json:"logprob"`
}

// A reply is an answer, or the tokens of a continuation.
// It is what a cache keeps, so that its fields are a format of files: a change of their
// meaning changes cacheHead.
type reply struct {
	Text         string  `json:"text,omitempty"`
	Tokens       []token `json:"tokens,omitempty"`
	PromptTokens int     `json:"prompt_tokens"`
	AnswerTokens int     `json:"answer_tokens"`

	// What of a continuation has no log-probability, in place of its tokens:
	Bare       bool   `json:"bare,omitempty"`       // the first token, since nothing stands before it
	Impossible string `json:"impossible,omitempty"` // a token, in quotes, that cannot stand there
}

// errNone is that a server does not tell the log-probabilities of a prompt.
var errNone = errors.New("the server does not tell the log-probabilities of a text that it is given")

// errImpossible is that a token of a continuation has no probability at all.
var errImpossible = errors.New("cannot stand after this prompt, says the server: its log-probability is -Infinity; another answer, or a measure of similarity, has a score")

// parseAnswer reads an answer as a text. A refusal is one too.
// A model that reasons may use up all its tokens before it says anything.
func parseAnswer(body []byte) (reply, error) {
	r, err := decode(body)
	if err != nil {
		return reply{}, err
	}
	c := r.Choices[0]
	text := c.Text + string(c.Message.Content)
	if text == "" {
		text = c.Message.Refusal
	}
	if text == "" && c.Message.Reasoning != "" && c.Finish == "length" {
		return reply{}, errors.New("the model reasoned until its tokens were used up and gave no answer; more tokens for an answer help")
	}
	out := r.reply()
	out.Text = text
	return out, nil
}

// reply returns a reply with what the answer counts.
func (r *response) reply() (out reply) {
	out.PromptTokens, _, _ = count(r.Usage.Prompt)
	out.AnswerTokens, _, _ = count(r.Usage.Answer)
	return out
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
		// a server that ignores echo answers with what it wrote alone
		more, ok := strings.CutPrefix(r.Choices[0].Text, prompt+continuation)
		if !ok {
			return reply{}, errNone
		}
		var first error
		// the first number for which the tokens fit the text is taken
		for _, n := range r.madeUp(told.Tokens, continuation, more) {
			n = len(told.Tokens) - n
			if n < 1 {
				continue
			}
			out, err := r.continuation(told.Tokens[:n], told.LogProbs[:n], prompt, continuation)
			if err == nil {
				return out, nil
			}
			first = cmp.Or(first, err)
		}
		return reply{}, cmp.Or(first, errNone)
	}
}

// madeUp returns how many tokens at the end of a repeated text the server may
// have made up, the likeliest first. Not all servers count them, or count right;
// the text shows those that have some, more, and there may be one that ends it. A
// token without text is that one, unless it is a part of a character.
func (r *response) madeUp(tokens []string, continuation, more string) []int {
	n := 0
	for more != "" && n < len(tokens) {
		rest, ok := strings.CutSuffix(more, readable(tokens[len(tokens)-1-n]))
		if !ok {
			break
		}
		more = rest
		n++
	}
	if continuation[len(continuation)-1] < utf8.RuneSelf && n < len(tokens) && tokens[len(tokens)-1-n] == "" {
		n++
	}
	told, known, _ := count(r.Usage.Answer)
	if known && told >= n && told != n {
		return []int{told, n, n + 1}
	}
	return []int{n, n + 1}
}

// parsePrompt returns what reads the tokens of a continuation where those of the
// whole text stand beside the answer. What of the text stands before the
// continuation is not known of a chat.
// The first position is null, since nothing stands before it.
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
		texts, logProbs := make([]string, len(positions)), make([]*number, len(positions))
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
func (r *response) continuation(texts []string, logProbs []*number, prompt, continuation string) (reply, error) {
	begins, err := align(texts, prompt, continuation)
	if err != nil {
		return reply{}, err
	}
	out := r.reply()
	for k, begin := range begins {
		i := len(texts) - len(begins) + k
		if logProbs[i] == nil && i > 0 {
			return reply{}, errNone
		}
		if logProbs[i] == nil {
			out.Bare = true
			return out, nil
		}
		switch p := float64(*logProbs[i]); {
		case math.IsInf(p, -1):
			out.Tokens, out.Impossible = nil, fmt.Sprintf("%.40q", texts[i])
			return out, nil
		// rounding makes some a little larger than 0
		case math.IsNaN(p) || p > 1e-3:
			return reply{}, fmt.Errorf("the answer has the log-probability %v for the token %.40q", p, texts[i])
		default:
			out.Tokens = append(out.Tokens, token{begin, min(0, p)})
		}
	}
	return out, nil
}
