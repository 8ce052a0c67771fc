package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
)

// A GenerationConfig is what a checkpoint says of decoding, under the names
// that generation_config.json has for it. A checkpoint of old has them in
// config.json.
// Numbers are transformers'; what is left out there is what ParseGenerationConfig begins
// with.
type GenerationConfig struct {
	MaxTokens         int       `json:"max_new_tokens"` // 0: not said
	MaxLength         int       `json:"max_length"`     // 0: not said
	MinTokens         int       `json:"min_new_tokens"`
	MinLength         int       `json:"min_length"`
	Sample            bool      `json:"do_sample"`
	Temperature       float64   `json:"temperature"`
	TopK              int       `json:"top_k"`
	TopP              float64   `json:"top_p"`
	MinP              float64   `json:"min_p"`
	RepetitionPenalty float64   `json:"repetition_penalty"`
	NoRepeat          int       `json:"no_repeat_ngram_size"`
	BadWords          [][]int32 `json:"bad_words_ids"`
	Samples           int       `json:"num_return_sequences"`
	Beams             int       `json:"num_beams"`
	LengthPenalty     float64   `json:"length_penalty"`
	EarlyStopping     Flag      `json:"early_stopping"`
	Suppress          []int32   `json:"suppress_tokens"`
	SuppressFirst     []int32   `json:"begin_suppress_tokens"`
	ForcedBegin       IDs       `json:"forced_bos_token_id"`
	ForcedEnd         IDs       `json:"forced_eos_token_id"`
	Ends              IDs       `json:"eos_token_id"`
	Begin             IDs       `json:"bos_token_id"`
	DecoderStart      IDs       `json:"decoder_start_token_id"`
	StopStrings       words     `json:"stop_strings"`
	Renormalize       bool      `json:"renormalize_logits"`

	Others  map[string]json.RawMessage // all settings, those included that nobody has written here
	Sourced bool                       // there is a source beside what is written
}

// ParseGenerationConfig reads generation_config.json, or what config.json says
// of decoding where there is none.
func ParseGenerationConfig(generation, config []byte) (*GenerationConfig, error) {
	// the defaults of transformers' GenerationConfig
	c := &GenerationConfig{Temperature: 1, TopK: 50, TopP: 1, RepetitionPenalty: 1, Samples: 1, Beams: 1, LengthPenalty: 1}
	name, text := "generation_config.json", generation
	if text == nil {
		name, text = "config.json", config
	}
	text, err := wholeNumbers(text)
	if err == nil {
		err = json.Unmarshal(text, c)
	}
	if err == nil {
		err = json.Unmarshal(text, &c.Others)
	}
	if fault := (*json.UnmarshalTypeError)(nil); errors.As(err, &fault) {
		return nil, fmt.Errorf("%s: %s is a %s, not %v", name, fault.Field, fault.Value, fault.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

// words are one text or several in JSON; null is none.
type words []string

// UnmarshalJSON reads a text, a list of texts or null.
func (w *words) UnmarshalJSON(text []byte) error {
	var word string
	if json.Unmarshal(text, &word) == nil {
		if *w = nil; string(text) != "null" {
			*w = words{word}
		}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(w))
}

// A Flag is a truth or a word in JSON, read as a word.
// It is for early_stopping, which is true, false or "never".
type Flag string

// UnmarshalJSON reads true, false, null or a string.
func (f *Flag) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "true", "false":
		*f = Flag(text)
		return nil
	case "null":
		return nil
	}
	return json.Unmarshal(text, (*string)(f))
}

// IDs are one token or several in JSON; null is none.
type IDs []int32

// UnmarshalJSON reads a number, a list of numbers or null.
func (l *IDs) UnmarshalJSON(text []byte) error {
	var id int32
	if string(text) == "null" {
		*l = nil
		return nil
	}
	if json.Unmarshal(text, &id) == nil {
		*l = IDs{id}
		return nil
	}
	if json.Unmarshal(text, (*[]int32)(l)) != nil {
		return errors.New("no token id, and no list of them: " + string(text))
	}
	return nil
}
