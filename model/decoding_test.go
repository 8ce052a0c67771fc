package model

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/checkpoint"
)

func TestDecodingRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		config string
		d      Decoding
	}{
		"temperature is -1":          {`{}`, Decoding{Temperature: -1}},
		"top-p is 1.5":               {`{}`, Decoding{TopP: 1.5}},
		"min-p is 2":                 {`{}`, Decoding{MinP: 2}},
		"the length is -3":           {`{}`, Decoding{MaxTokens: -3}},
		"not be more than the 3":     {`{}`, Decoding{Samples: 5, Beams: 3}},
		"are all the same":           {`{}`, Decoding{Samples: 5, Choice: "greedy"}},
		"a bad word has no tokens":   {`{}`, Decoding{BadWords: [][]int32{{}}}},
		"a stop string is empty":     {`{}`, Decoding{Stop: []string{""}}},
		"typical_p, sequence_bias":   {`{"typical_p": 0.9, "sequence_bias": [[[1], 2.0]], "watermarking_config": null}`, Decoding{Choice: "sampled"}},
		"force_words_ids, dola_lay":  {`{"force_words_ids": [[3]], "dola_layers": "high", "num_beams": 2}`, Decoding{}},
		"max_time, token_healing":    {`{"max_time": 2.5, "token_healing": true}`, Decoding{}},
		"encoder_no_repeat_ngram":    {`{"encoder_no_repeat_ngram_size": 3.0}`, Decoding{}},
		`early_stopping is "soon"`:   {`{"early_stopping": "soon", "num_beams": 2}`, Decoding{}},
		`chosen "randomly"`:          {`{}`, Decoding{Choice: "randomly"}},
		`early_stopping is "later"`:  {`{}`, Decoding{EarlyStopping: "later", Beams: 2}},
		"300 beams, not from 1":      {`{}`, Decoding{Beams: 300}},
		"repetition penalty is NaN":  {`{}`, Decoding{RepetitionPenalty: math.NaN()}},
		"the length penalty is +Inf": {`{}`, Decoding{LengthPenalty: new(math.Inf(1))}},
	} {
		config, err := checkpoint.ParseGenerationConfig([]byte(c.config), nil)
		if err != nil {
			t.Fatal(err)
		}
		config.Sourced = true
		if _, err := c.d.resolve(config, 100); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s, %+v: error %v, want one with %q", c.config, c.d, err, want)
		}
	}
}

// TestIdleSettings: settings of another way of decoding do nothing, as do those
// that are switched off, and integers may be written as fractions.
func TestIdleSettings(t *testing.T) {
	config, err := checkpoint.ParseGenerationConfig([]byte(`{
		"typical_p": 0.9, "epsilon_cutoff": 0.1, "eta_cutoff": 0.1, "top_h": 0.4, "temperature": 0.0, "top_p": 7, "min_p": 3, "num_beam_groups": 3,
		"diversity_penalty": 0.5, "force_words_ids": [[1]], "constraints": [1], "early_stopping": "soon", "encoder_repetition_penalty": 1.2,
		"guidance_scale": 1.0, "penalty_alpha": 0.0, "sequence_bias": {}, "token_healing": false, "max_time": null, "watermarking_config": null,
		"max_new_tokens": 12.0, "eos_token_id": [2.0, 3], "bad_words_ids": [[4.0]], "stop_strings": "the end", "use_cache": false, "renormalize_logits": true}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := (&Decoding{}).resolve(config, 100)
	if err != nil {
		t.Fatal(err)
	}
	if s.MaxTokens != 12 || !slices.Equal(s.Ends, checkpoint.IDs{2, 3}) || s.BadWords[0][0] != 4 || !slices.Equal(s.StopStrings, []string{"the end"}) || s.Sample {
		t.Errorf("settings %+v", s)
	}
	if s, err = (&Decoding{Stop: []string{"."}}).resolve(config, 100); err != nil || !slices.Equal(s.StopStrings, []string{"."}) {
		t.Errorf("stop strings %q, error %v", s.StopStrings, err)
	}
	for text, want := range map[string]string{
		`{"max_new_tokens": 1.5}`:   "max_new_tokens is a number 1.5, not int",
		`{"max_new_tokens": "ten"}`: "max_new_tokens is a string, not int",
	} {
		if _, err := checkpoint.ParseGenerationConfig([]byte(text), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
}

// TestLengths: a length that is asked for counts over the checkpoint's.
func TestLengths(t *testing.T) {
	for _, c := range []struct {
		config          string
		d               Decoding
		tokens, longest int
	}{
		{`{"max_length": 9}`, Decoding{MaxTokens: 7}, 7, 9},
		{`{"max_new_tokens": 9}`, Decoding{MaxLength: 7}, 0, 7},
		{`{"max_new_tokens": 9}`, Decoding{MaxLength: 7, MaxTokens: 3}, 3, 7},
	} {
		config, err := checkpoint.ParseGenerationConfig([]byte(c.config), nil)
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.d.resolve(config, 40)
		if err != nil {
			t.Fatal(err)
		}
		if s.MaxTokens != c.tokens || s.MaxLength != c.longest {
			t.Errorf("%+v: %d tokens, %d with the prompt", c, s.MaxTokens, s.MaxLength)
		}
	}
}
