package remote

import (
	"context"
	"errors"
	"fmt"
)

// continuation asks for the log-probabilities of a continuation of a prompt.
// A model without a token of its own at the beginning can't tell how likely its first
// token is. Then a line end stands before, for all prompts that begin so.
func (c *Client) continuation(ctx context.Context, mode Mode, prompt, continuation string) (reply, error) {
	if continuation == "" {
		return reply{}, errors.New("remote: the continuation is empty")
	}
	got, err := c.continued(ctx, mode, prompt, continuation)
	if err == nil && got.Bare {
		got, err = c.continued(ctx, mode, "\n"+prompt, continuation)
		c.bare.Store(err == nil && !got.Bare || c.bare.Load())
	}
	switch {
	case err != nil:
		return reply{}, err
	case got.Bare:
		return reply{}, fmt.Errorf("remote: %w", errNone)
	case got.Impossible != "":
		return reply{}, fmt.Errorf("remote: %s %w", got.Impossible, errImpossible)
	}
	return got, nil
}

// continued asks for them once.
// Temperature is 0 and one token is written, the least that servers take: what is wanted
// is what they tell of the prompt.
func (c *Client) continued(ctx context.Context, mode Mode, prompt, continuation string) (reply, error) {
	r := request{Model: c.Model, MaxTokens: 1, Temperature: new(float64)}
	one, no := 1, false
	switch {
	case mode == Echo && c.Chat:
		return reply{}, errors.New("remote: a chat is not repeated; prompt_logprobs tells of it, where a server does")
	case mode == Echo:
		text := prompt + continuation
		r.Prompt, r.Echo, r.LogProbs = &text, true, &one
		return c.ask(ctx, "/completions", r, parseEcho(prompt, continuation))
	case mode != PromptLogProbs:
		return reply{}, fmt.Errorf("remote: %w", errNone)
	case c.Chat:
		r.Messages = append(c.messages(prompt), message{"assistant", continuation})
		r.Generation, r.Continue, r.PromptLogProbs = &no, true, &one
		return c.ask(ctx, "/chat/completions", r, parsePrompt("", continuation))
	}
	text := prompt + continuation
	r.Prompt, r.PromptLogProbs = &text, &one
	return c.ask(ctx, "/completions", r, parsePrompt(prompt, continuation))
}

// messages returns the messages of a chat up to the prompt.
func (c *Client) messages(prompt string) []message {
	user := message{"user", prompt}
	if c.System == "" {
		return []message{user}
	}
	return []message{{"system", c.System}, user}
}

// Continuation returns where the tokens of a continuation of a prompt begin, in
// bytes of it, and their log-probabilities, each after all that stands before
// it. In a chat, the prompt is the user's message and the continuation the
// answer. A server that tells no log-probabilities is an error. Where nothing stands
// before the continuation and the model has no token of its own there, a line end
// is put before it, of which [Client.Notes] tells.
func (c *Client) Continuation(ctx context.Context, prompt, continuation string) (begins []int, logProbs []float64, err error) {
	mode, why, err := c.Probe(ctx)
	if err == nil && mode == Answers {
		err = fmt.Errorf("remote: %w (%s)", errNone, why)
	}
	if err != nil {
		return nil, nil, err
	}
	r, err := c.continuation(ctx, mode, prompt, continuation)
	for _, t := range r.Tokens {
		begins, logProbs = append(begins, t.Begin), append(logProbs, t.LogProb)
	}
	return begins, logProbs, err
}

// Answer returns the likeliest answer to a prompt, as the server finds it, cut at
// MaxTokens.
func (c *Client) Answer(ctx context.Context, prompt string) (string, error) {
	r := request{Model: c.Model, MaxTokens: c.maxTokens(), Temperature: new(float64)}
	path := "/completions"
	if c.Chat {
		path, r.Messages = "/chat/completions", c.messages(prompt)
	} else {
		r.Prompt = &prompt
	}
	got, err := c.ask(ctx, path, r, parseAnswer)
	return c.Key.leave(got.Text), err
}
