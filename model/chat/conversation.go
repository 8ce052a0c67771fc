package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/model/internal/jinja"
)

// A Message is what one side said.
type Message struct {
	Role    string // system, user or assistant, or what else the template knows
	Content string

	// Object is the whole message as templates see it, an object of JSON, for
	// one that has more than a role and a text: parts, calls of tools, a name.
	// Templates do not see the Role and Content of such a one, which [Read] sets
	// to what the object says.
	Object json.RawMessage
}

// A Conversation is what a template renders.
type Conversation struct {
	Messages []Message
	// Tools are those that the model may call, a list of objects of JSON; nil
	// for none.
	Tools json.RawMessage
	// Names are further names that the template may ask for, such as
	// enable_thinking, with their values as JSON.
	Names map[string]json.RawMessage
}

// Read reads a conversation: a list of messages of JSON, or an object that has
// it as "messages", and maybe "tools" and "chat_template_kwargs". The content
// of a message is a text or a list of parts, {"type": "text", "text": "…"}.
// The forms are those of OpenAI's API and of transformers' apply_chat_template.
func Read(text []byte) (Conversation, error) {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	var c Conversation
	if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		return c, wrapped(json.Unmarshal(text, &c.Messages))
	}
	var object struct {
		Messages []Message                  `json:"messages"`
		Tools    json.RawMessage            `json:"tools"`
		Names    map[string]json.RawMessage `json:"chat_template_kwargs"`
	}
	if err := json.Unmarshal(text, &object); err != nil {
		return c, wrapped(err)
	}
	if object.Messages == nil {
		return c, errors.New(`chat: a conversation without "messages"`)
	}
	if !bytes.Equal(object.Tools, []byte("null")) {
		c.Tools = object.Tools
	}
	c.Messages, c.Names = object.Messages, object.Names
	return c, nil
}

// wrapped says what was wrong in the words of a conversation.
func wrapped(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("chat: byte %d: a %s where a message or a list of them was expected", kind.Offset, kind.Value)
	}
	if err != nil {
		return fmt.Errorf("chat: %w", err)
	}
	return nil
}

// UnmarshalJSON reads a message, with all that templates may ask of it.
func (m *Message) UnmarshalJSON(text []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	*m = Message{}
	if json.Unmarshal(fields["role"], &m.Role) != nil || m.Role == "" {
		return errors.New("a message without a role")
	}
	content := bytes.TrimSpace(fields["content"])
	// such a message needs no Object: it is what MarshalJSON writes
	simple := len(content) > 0 && content[0] == '"' && json.Unmarshal(content, &m.Content) == nil
	if simple && len(fields) == 2 {
		return nil
	}
	if !simple {
		var err error
		if m.Content, err = textOfParts(content); err != nil {
			return fmt.Errorf("message of %s: %w", m.Role, err)
		}
	}
	m.Object = withReasoning(bytes.Clone(text), fields)
	return nil
}

// MarshalJSON writes a message as templates see it.
func (m Message) MarshalJSON() ([]byte, error) {
	if m.Object != nil {
		return m.Object, nil
	}
	return json.Marshal(struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}{m.Role, m.Content})
}

// textOfParts returns the text of content that is a list of parts, or nothing.
func textOfParts(content []byte) (string, error) {
	if len(content) == 0 || bytes.Equal(content, []byte("null")) {
		return "", nil
	}
	var parts []struct{ Text *string }
	if json.Unmarshal(content, &parts) != nil {
		return "", errors.New("its content is no text and no list of parts")
	}
	var b strings.Builder
	for _, p := range parts {
		if p.Text != nil {
			b.WriteString(*p.Text)
		}
	}
	return b.String(), nil
}

// withReasoning gives a message what the assistant thought by both of the names
// that templates have for it, as transformers does.
func withReasoning(text []byte, fields map[string]json.RawMessage) json.RawMessage {
	for _, name := range []string{"reasoning_content", "thinking", "reasoning"} {
		if v := fields[name]; v != nil && !bytes.Equal(v, []byte("null")) {
			// the object's own fields stay between the two, as they are written and in their order
			inner := bytes.TrimSuffix(bytes.TrimPrefix(bytes.TrimSpace(text), []byte("{")), []byte("}"))
			return fmt.Appendf(nil, `{"thinking": %s, %s, "reasoning_content": %s}`, v, inner, v)
		}
	}
	return text
}

// names returns what a template is given of a conversation.
func (c *Conversation) names() (map[string]jinja.Value, error) {
	names := map[string]jinja.Value{"tools": jinja.None(), "documents": jinja.None()}
	for name, text := range c.Names {
		v, err := jinja.FromJSON(text, nil)
		if err != nil {
			return nil, fmt.Errorf("chat: %s: %w", name, err)
		}
		names[name] = v
	}
	if c.Tools != nil {
		var list []map[string]json.RawMessage
		if json.Unmarshal(c.Tools, &list) != nil {
			return nil, errors.New("chat: the tools are no list of objects")
		}
		tools, err := jinja.FromJSON(c.Tools, nil)
		if err != nil {
			return nil, fmt.Errorf("chat: tools: %w", err)
		}
		names["tools"] = tools
	}
	messages, err := c.messages()
	if err != nil {
		return nil, fmt.Errorf("chat: messages: %w", err)
	}
	names["messages"] = messages
	return names, nil
}

// messages returns the messages, whose contents know which they are of.
func (c *Conversation) messages() (jinja.Value, error) {
	text, err := json.Marshal(c.Messages)
	if err != nil {
		return nil, err
	}
	return jinja.FromJSON(text, sourceOf)
}

// sourceOf returns the number of the message whose content a text is, as a
// whole or as a part.
// The path is that of messages: [n].content, or [n].content[k].text.
func sourceOf(path []string) (int, bool) {
	if whole := len(path) == 2; !whole && (len(path) != 4 || path[3] != "text") || path[1] != "content" {
		return 0, false
	}
	n, err := strconv.Atoi(path[0])
	return n, err == nil
}
