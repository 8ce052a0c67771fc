package tokenizer

import (
	"encoding/json"
	"errors"
)

// A modelFile is the "model" part of a tokenizer.json.
type modelFile struct {
	Type                    string
	UnkToken                *string
	ContinuingSubwordPrefix *string
	MaxInputCharsPerWord    *int

	entries []entry // vocab, where it is an object
}

// readModel reads the model part, the vocabulary without a detour through generic values.
func readModel(r *reader) *modelFile {
	f := &modelFile{}
	options := map[string]any{
		"type": &f.Type, "unk_token": &f.UnkToken, "continuing_subword_prefix": &f.ContinuingSubwordPrefix,
		"max_input_chars_per_word": &f.MaxInputCharsPerWord,
	}
	r.object(func(key string) {
		switch {
		case key == "vocab" && r.peek() == '{':
			f.entries = readVocab(r)
		default:
			raw := r.raw()
			if option := options[key]; option != nil && r.err == nil {
				if err := json.Unmarshal([]byte(raw), option); err != nil {
					r.fail("model: %s: %v", key, err)
				}
			}
		}
	})
	return f
}

// unknownToken returns the name of the unknown token.
func (f *modelFile) unknownToken(byDefault string) string {
	if f.UnkToken != nil {
		return *f.UnkToken
	}
	return byDefault
}

// newModel builds the model with its vocabulary.
func newModel(f *modelFile) (*vocab, model, error) {
	v, err := newVocab(f.entries)
	if err != nil {
		return nil, nil, err
	}
	if len(v.ids) == 0 {
		return nil, nil, errors.New("model has an empty vocabulary")
	}
	switch f.Type {
	case "WordPiece":
		return v, newWordPiece(f, v), nil
	}
	return nil, nil, unsupported("model", f.Type, "WordPiece")
}
