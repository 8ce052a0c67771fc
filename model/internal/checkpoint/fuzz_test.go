package checkpoint

import "testing"

// FuzzChatSource: whatever the files of a tokenizer say, there is a template and what
// its tokens are, or an error.
func FuzzChatSource(f *testing.F) {
	f.Add([]byte(`{"chat_template": "{{ messages }}", "bos_token": "<s>", "eos_token": {"content": "</s>"}}`), []byte(`{"unk_token": null}`))
	f.Add([]byte(`{"chat_template": [{"name": "default", "template": "a"}, {"name": "tool_use", "template": "b"}]}`), []byte(`{}`))
	f.Add([]byte(`{"chat_template": {"default": "a"}, "pad_token": ["x"]}`), []byte(`null`))
	f.Fuzz(func(t *testing.T, config, special []byte) {
		c := Checkpoint{TokenizerConfig: config, SpecialTokens: special}
		source, tokens, err := c.ChatSource()
		if err != nil && source != "" {
			t.Errorf("both %q and %v", source, err)
		}
		for name, token := range tokens {
			if token == "" {
				t.Errorf("%s is nothing", name)
			}
		}
	})
}

// FuzzLabels: whatever a config says of its classes, as many as there are have names,
// or it is refused.
func FuzzLabels(f *testing.F) {
	for _, config := range []string{
		`{"id2label": {"0": "NEGATIVE", "1": "POSITIVE"}}`, `{"id2label": {"0": 0, "7": null}}`, `{"label2id": {"a": 1, "b": 0}}`,
		`{"num_labels": 3}`, `{"num_labels": 1e9, "label2id": {"a": 0.0}}`, `{"id2label": ["a"]}`, `{"id2label": {"-1": {}}}`,
	} {
		f.Add([]byte(config))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ParseConfig(text)
		if err != nil {
			return
		}
		labels := c.Labels()
		if len(labels) > maxLabels || c.Err() == nil && len(labels) == 0 {
			t.Errorf("%d classes", len(labels))
		}
	})
}
