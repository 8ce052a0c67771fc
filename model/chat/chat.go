// Package chat turns the messages of a conversation into the text that a chat
// model was trained on, by the template of its checkpoint: a program in Jinja,
// which runs as in transformers, within bounds of time and memory. The text
// knows where in it the messages are.
package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/whence-xai/whence/model/internal/jinja"
)

// Assistant is the role of the model.
const assistant = "assistant"

// A Template makes text of messages. It may be used by several goroutines at
// once.
type Template struct {
	program *jinja.Template
	tokens  map[string]string
}

// Parse reads a template. Tokens are the special tokens as templates call them,
// bos_token and eos_token among them. Where source has what is not supported
// the error says so, and on which line.
func Parse(source string, tokens map[string]string) (*Template, error) {
	program, err := jinja.Parse(source)
	if err != nil {
		return nil, fmt.Errorf("chat: template: %w", err)
	}
	return &Template{program, tokens}, nil
}

// Options are choices about rendering.
type Options struct {
	// Date is what the template takes for today's. Without one, templates that
	// ask for it have a date of their own or fail.
	Date time.Time
}

// Render returns the text of a conversation up to where the model's answer
// begins. Where the last message is the assistant's, the text ends in it, for
// the model to go on. What the template itself refuses, a role it has no place
// for, is an error with the template's words. A template that takes too many
// steps, too much memory or goes too deep is an error as well; rendering ends
// with ctx.
func (t *Template) Render(ctx context.Context, c Conversation, o Options) (*Rendered, error) {
	if len(c.Messages) == 0 {
		return nil, errors.New("chat: no messages")
	}
	last := len(c.Messages) - 1
	goesOn := c.Messages[last].Role == assistant
	made, err := t.run(ctx, c, !goesOn, o.Date)
	if err != nil {
		return nil, err
	}
	rendered := newRendered(made)
	if goesOn {
		return rendered, rendered.endIn(last)
	}
	return rendered, nil
}

// run executes the template with what transformers gives it.
func (t *Template) run(ctx context.Context, c Conversation, answer bool, date time.Time) (jinja.Text, error) {
	names, err := c.names()
	if err != nil {
		return jinja.Text{}, err
	}
	for name, token := range t.tokens {
		names[name] = jinja.Plain(token)
	}
	names["add_generation_prompt"] = jinja.Bool(answer)
	made, err := t.program.Render(ctx, jinja.Inputs{Names: names, Date: date})
	if err != nil {
		return made, fmt.Errorf("chat: template: %w", err)
	}
	return made, nil
}
