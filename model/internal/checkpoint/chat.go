package checkpoint

import (
	"encoding/json"
	"errors"
)

// ChatSource returns the checkpoint's template of conversations, and the
// special tokens by the names that templates have for them. A checkpoint with
// several has one called default.
// A file of its own, chat_template.jinja, counts over what tokenizer_config.json has, as
// in transformers.
func (c *Checkpoint) ChatSource() (source string, tokens map[string]string, err error) {
	tokens = make(map[string]string)
	var template json.RawMessage
	for _, file := range c.tokenizerConfigs() {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(file, &fields); err != nil {
			return "", nil, err
		}
		for _, name := range []string{"bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"} {
			if token := content(fields[name]); token != "" {
				tokens[name] = token
			}
		}
		if t := fields["chat_template"]; t != nil {
			template = t
		}
	}
	if c.ChatTemplate != nil {
		return string(c.ChatTemplate), tokens, nil
	}
	var named []struct{ Name, Template string }
	switch {
	case template == nil:
		return "", nil, errors.New("the checkpoint has no chat template")
	case json.Unmarshal(template, &source) == nil:
		return source, tokens, nil
	case json.Unmarshal(template, &named) != nil:
		return "", nil, errors.New("tokenizer_config.json: chat_template is no text and no list of them")
	}
	for _, t := range named {
		if t.Name == "default" {
			return t.Template, tokens, nil
		}
	}
	return "", nil, errors.New("tokenizer_config.json: no chat template is called default")
}

// content returns a special token, which is a string or an object with it.
func content(value json.RawMessage) string {
	var token string
	if json.Unmarshal(value, &token) == nil {
		return token
	}
	var object struct{ Content string }
	_ = json.Unmarshal(value, &object) // neither: none
	return object.Content
}
