package chat_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/model/chat"
)

// A conversation becomes the text that the model was trained on, and each message
// is found in it again.
func ExampleTemplate_Render() {
	t, err := chat.Parse(
		"{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim }}\n{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
		map[string]string{"bos_token": "<s>"})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := t.Render(context.Background(), chat.Conversation{Messages: []chat.Message{
		{Role: "system", Content: "Be brief."},
		{Role: "user", Content: " Why is the sky blue? "},
	}}, chat.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Text)
	places, err := r.Places()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range places {
		fmt.Printf("message %d: %q\n", p.Message, r.Text[p.Start:p.End])
	}
	// Output:
	// <s><|system|>Be brief.
	// <|user|>Why is the sky blue?
	// <|assistant|>
	// message 0: "Be brief."
	// message 1: "Why is the sky blue?"
}
