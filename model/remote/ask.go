package remote

import (
	"context"
	"errors"
	"fmt"
)

// continuation asks for the log-probabilities of a continuation of a prompt.
func (c *Client) continuation(ctx context.Context, mode Mode, prompt, continuation string) (Reply, error) {
	if continuation == "" {
		return Reply{}, errors.New("remote: the continuation is empty")
	}
	r := request{Model: c.Model, MaxTokens: 1}
	one, none, no := 1, 0, false
	switch {
	case mode == Echo && c.Chat:
		return Reply{}, errors.New("remote: a chat is not repeated; prompt_logprobs tells of it, where a server does")
	case mode == Echo:
		text := prompt + continuation
		r.Prompt, r.Echo, r.LogProbs = &text, true, &one
		return c.ask(ctx, "/completions", r, parseEcho(prompt, continuation))
	case mode != PromptLogProbs:
		return Reply{}, fmt.Errorf("remote: %w", errNone)
	case c.Chat:
		r.Messages = append(c.messages(prompt), message{"assistant", continuation})
		r.Generation, r.Continue, r.PromptLogProbs = &no, true, &none
		return c.ask(ctx, "/chat/completions", r, parsePrompt("", continuation))
	}
	text := prompt + continuation
	r.Prompt, r.PromptLogProbs = &text, &none
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

// Continuation returns the tokens of a continuation of a prompt with their
// log-probabilities, each after all that stands before it. In a chat, the prompt
// is the user's message and the continuation the answer. A server that tells no
// log-probabilities is an error.
func (c *Client) Continuation(ctx context.Context, prompt, continuation string) (Reply, error) {
	mode, why, err := c.Probe(ctx)
	if err == nil && mode == Answers {
		err = fmt.Errorf("remote: %w (%s)", errNone, why)
	}
	if err != nil {
		return Reply{}, err
	}
	return c.continuation(ctx, mode, prompt, continuation)
}

// Answer returns the likeliest answer to a prompt, as the server finds it.
func (c *Client) Answer(ctx context.Context, prompt string) (Reply, error) {
	r := request{Model: c.Model, MaxTokens: c.MaxTokens}
	if r.MaxTokens <= 0 {
		r.MaxTokens = 64
	}
	if c.Chat {
		r.Messages = c.messages(prompt)
		return c.ask(ctx, "/chat/completions", r, parseAnswer)
	}
	r.Prompt = &prompt
	return c.ask(ctx, "/completions", r, parseAnswer)
}
