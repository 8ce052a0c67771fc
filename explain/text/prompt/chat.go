package prompt

import (
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model/chat"
)

// Chat returns a conversation as a model reads it, whose messages are its
// fields, called by their roles, where the model's template shows what they say.
// It is an error if that cannot be told.
func Chat(messages []chat.Message, rendered *chat.Rendered) (*Prompt, error) {
	places, err := rendered.Places()
	if err != nil {
		return nil, err
	}
	fields := make([]Field, len(places))
	for i, at := range places {
		fields[i] = Field{Name: messages[at.Message].Role, Span: explain.Span{Start: at.Start, End: at.End}}
	}
	return marked(rendered.Text, fields), nil
}
