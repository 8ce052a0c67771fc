package command

import (
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/chat"
)

// chatPrompt returns a conversation as the model reads it. With --why its
// messages are its fields, by their roles.
func (p *program) chatPrompt(c *cli.Context, m *model.Generator, prompt string) (*text.Prompt, error) {
	conversation, err := conversation(c, prompt)
	if err != nil {
		return nil, err
	}
	rendered, err := m.ChatText(c.Context, conversation, time.Now())
	if err != nil {
		return nil, err
	}
	if !c.Bool("why") {
		return &text.Prompt{Text: rendered.Text}, nil
	}
	parts, err := text.Chat(conversation.Messages, rendered)
	if err == nil {
		p.noteAbsent(conversation.Messages, rendered)
	}
	return parts, err
}

// noteAbsent tells of messages that the template has left out.
func (p *program) noteAbsent(messages []chat.Message, rendered *chat.Rendered) {
	places, _ := rendered.Places() // it was told before
	for i, message := range messages {
		present := slices.ContainsFunc(places, func(at chat.Place) bool { return at.Message == i })
		if !present && strings.TrimSpace(message.Content) != "" {
			p.terminal.printf("note: the model's template shows nothing of what message %d says (%s), which is no part of the explanation", i+1, message.Role)
		}
	}
}

// conversation returns the conversation: that of a file of JSON, or the user's
// prompt.
func conversation(c *cli.Context, prompt string) (chat.Conversation, error) {
	said := chat.Conversation{Messages: []chat.Message{{Role: "user", Content: prompt}}}
	if extensionOf(c.String("file")) == ".json" {
		var err error
		if said, err = chat.Read([]byte(prompt)); err != nil {
			return said, usage("%s: %w", c.String("file"), err).or(`a conversation is [{"role": "user", "content": "…"}, …]`)
		}
	}
	if system := c.String("system"); system != "" {
		said.Messages = append([]chat.Message{{Role: "system", Content: system}}, said.Messages...)
	}
	return said, nil
}
