// Package chat turns the messages of a conversation into the text that a chat
// model was trained on, by the template of its checkpoint: a program in Jinja,
// of which this reads what templates of Hugging Face models use.
package chat

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ardanlabs/jinja"
)

// A Message is what one side said.
type Message struct {
	Role    string // system, user or assistant, or what else the template knows
	Content string
}

// Assistant is the role of the model.
const assistant = "assistant"

// A Template makes text of messages. It may be used by several goroutines at
// once.
type Template struct {
	program *jinja.Template
	tokens  map[string]string
}

// maxTemplate bounds the length of a template in bytes, and so the depth of its
// expressions. Those of today have up to 30,000.
const maxTemplate = 1 << 18

// Parse reads a template. Tokens are the special tokens as templates call them,
// bos_token and eos_token among them. Where source has what is not supported
// the error says so.
func Parse(source string, tokens map[string]string) (*Template, error) {
	if len(source) > maxTemplate {
		return nil, fmt.Errorf("chat: a template of %d bytes is longer than %d", len(source), maxTemplate)
	}
	program, err := compile(source)
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

// Render returns the text of the messages up to where the model's answer
// begins. Where the last message is the assistant's, the text ends in it, for
// the model to go on. What the template itself refuses, a role it has no place
// for, is an error with the template's words.
func (t *Template) Render(messages []Message, o Options) (string, error) {
	if len(messages) == 0 {
		return "", errors.New("chat: no messages")
	}
	last := messages[len(messages)-1]
	text, err := t.run(messages, last.Role != assistant, o.Date)
	if err != nil {
		return "", fmt.Errorf("chat: template: %w", err)
	}
	if last.Role != assistant {
		return text, nil
	}
	// The text goes on behind what the assistant said: what closes a message
	// is cut off.
	said := strings.TrimSpace(last.Content)
	at := strings.LastIndex(text, said)
	if at < 0 {
		return "", errors.New("chat: template: the last message is not part of the text, so that it cannot go on")
	}
	if whole := strings.TrimLeft(last.Content, " \t\r\n"); strings.HasPrefix(text[at:], whole) {
		said = whole
	}
	return text[:at+len(said)], nil
}
