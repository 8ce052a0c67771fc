package request

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	"github.com/whence-xai/whence/explain/text/prompt"
	"github.com/whence-xai/whence/model/chat"
)

// MaxText bounds each text of a request, in bytes. No model reads a hundredth of it.
const MaxText = 16 << 20

// Input is what the model reads: a text, or a template whose fields are filled, or
// the messages of a chat.
type Input struct {
	Text     string         `json:"text,omitempty" for:"classify generate translate answer tag fill ask"` // the text, prompt, source or context
	Question string         `json:"question,omitempty" for:"answer"`                                      // of Answer
	Template string         `json:"template,omitempty" for:"generate"`                                    // a prompt with {fields}, in place of Text
	Fields   []Field        `json:"fields,omitempty" for:"generate"`                                      // of the template
	Chat     bool           `json:"chat,omitempty" for:"generate ask"`                                    // Text is the user's message
	System   string         `json:"system,omitempty" for:"generate ask"`                                  // with Chat: the message before it
	Messages []chat.Message `json:"messages,omitempty" for:"generate"`                                    // with Chat: all messages, in place of Text
	// Tools, with Chat, are those that the model may call, a list of objects, and
	// TemplateNames what else the chat's template may ask for.
	Tools         json.RawMessage            `json:"tools,omitempty" for:"generate"`
	TemplateNames map[string]json.RawMessage `json:"template_names,omitempty" for:"generate"`
	// Today, with Chat, is what the chat's template takes for that; zero for the day
	// on which the request is opened.
	Today time.Time `json:"today,omitzero" for:"generate"`

	From string `json:"from,omitempty" for:"translate"` // language of the text, as a translator calls it
	To   string `json:"to,omitempty" for:"translate"`   // language to write
}

// A Field is the text of a template's field. A name may occur several times: such
// are the passages of a prompt.
type Field struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// validate holds the three forms of an input apart: a text, a template with its
// fields, and the messages of a chat.
func (in Input) validate(f *faults) {
	for _, t := range []struct{ field, text string }{
		{"text", in.Text}, {"question", in.Question}, {"template", in.Template}, {"system", in.System},
	} {
		checkText(f, t.field, t.text)
	}
	for _, field := range in.Fields {
		checkText(f, "fields", field.Text)
	}
	f.few("fields", len(in.Fields))
	f.few("messages", len(in.Messages))
	if in.Template == "" && len(in.Fields) > 0 {
		f.add(fault("fields", "{fields} without a template").or("{template} %q has the fields", "Facts: {fact} Answer:"))
	}
	for _, m := range in.Messages {
		checkText(f, "messages", m.Content)
	}
	if len(in.Messages) > 0 && in.Text != "" {
		f.add(fault("messages", "{messages} are all that is said: no {text} goes with them"))
	}
	if in.Template != "" && (in.Text != "" || len(in.Messages) > 0) {
		f.add(fault("template", "{template} makes the prompt: no {text} goes with it"))
	}
	if !in.Chat && (in.System != "" || len(in.Messages) > 0 || in.Tools != nil || in.TemplateNames != nil || !in.Today.IsZero()) {
		f.add(fault("system", "{system} is for {chat}"))
	}
}

// checkText refuses what is no text. JSON that is no UTF-8 has been decoded with
// U+FFFD by then; flags have their bytes as they were typed.
func checkText(f *faults, field, text string) {
	switch {
	case len(text) > MaxText:
		f.add(fault(field, "{"+field+"} has more than %d MiB", MaxText>>20))
	case !utf8.ValidString(text):
		f.add(fault(field, "{"+field+"} is not UTF-8"))
	}
}

// prompt returns the text that the input comes to, with its fields.
func (in Input) prompt() (*prompt.Prompt, error) {
	if in.Template == "" {
		return &prompt.Prompt{Text: in.Text}, nil
	}
	var values []prompt.Value
	for _, f := range in.Fields {
		values = append(values, prompt.Value{Field: f.Name, Text: f.Text})
	}
	p, err := prompt.Template(in.Template).Fill(values)
	if err != nil {
		return nil, fault("template", "%v", err)
	}
	return p, nil
}
