package decode

import (
	"fmt"
	"slices"
	"strings"
)

// A when is the way of decoding in which a setting does something.
type when uint8

const (
	always when = iota
	drawing
	searching // with beams
	encoding  // where there is a source
)

// An otherSetting is one that transformers knows and that nobody has written
// here, with the values that switch it off beside null, false, [] and {}.
// Leaving one out without a word would give texts that transformers would not.
type otherSetting struct {
	name string
	when when
	off  []string
}

// otherSettings are those that change what is generated.
var otherSettings = []otherSetting{
	// the columns: the name, when it acts, and the values with which it does nothing
	{"typical_p", drawing, []string{"1"}},
	{"epsilon_cutoff", drawing, []string{"0"}},
	{"eta_cutoff", drawing, []string{"0"}},
	{"top_h", drawing, []string{"0"}},
	{"num_beam_groups", searching, []string{"1"}},
	{"diversity_penalty", searching, []string{"0"}},
	{"constraints", searching, nil},
	{"force_words_ids", searching, nil},
	{"encoder_repetition_penalty", encoding, []string{"1"}},
	{"encoder_no_repeat_ngram_size", encoding, []string{"0"}},
	{"guidance_scale", always, []string{"1"}},
	{"penalty_alpha", always, []string{"0"}},
	{"dola_layers", always, nil},
	{"max_time", always, nil},
	{"token_healing", always, nil},
	{"sequence_bias", always, nil},
	{"exponential_decay_length_penalty", always, nil},
	{"watermarking_config", always, nil},
	{"forced_decoder_ids", always, nil},
	{"assistant_early_exit", always, nil},
	{"prompt_lookup_num_tokens", always, nil},
}

// unsupported returns an error that names the settings that would have changed
// the texts and cannot be followed. What only matters to another way of
// decoding does nothing, as in transformers.
func (s *Settings) unsupported() error {
	var names []string
	for _, o := range otherSettings {
		value, ok := s.Others[o.name]
		if !ok || slices.Contains(append([]string{"null", "false", "[]", "{}"}, o.off...), string(value)) {
			continue
		}
		acts := map[when]bool{always: true, drawing: s.Sample, searching: s.Beams > 1, encoding: s.Sourced}[o.when]
		if acts {
			names = append(names, o.name)
		}
	}
	if names == nil {
		return nil
	}
	return fmt.Errorf("model: generate: not supported, but set in the checkpoint's configuration: %s", strings.Join(names, ", "))
}
