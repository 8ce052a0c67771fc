package decode

import (
	"errors"
	"fmt"
	"math"

	"github.com/whence-xai/whence/model/internal/checkpoint"
)

// Settings are all that decoding depends on.
type Settings struct {
	checkpoint.GenerationConfig
	Seed    uint64 // of all draws
	Context int    // how many tokens the model reads
}

// Check returns all that is wrong with s.
func (s *Settings) Check() error {
	errs := []error{s.unsupported()}
	fault := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf("model: generate: "+format, args...))
		}
	}
	// negated, so that NaN is a fault too
	positive := func(name string, x float64) {
		fault(!(x > 0) || math.IsInf(x, 0), "%s is %v, not a number above 0", name, x)
	}
	fault(s.MaxTokens < 0 || s.MaxLength < 0, "the length is %d, which is negative", min(s.MaxTokens, s.MaxLength))
	fault(s.MinTokens < 0, "the least number of tokens is %d, which is negative", s.MinTokens)
	positive("the repetition penalty", s.RepetitionPenalty)
	if s.Sample { // elsewhere they do nothing
		positive("the temperature", s.Temperature)
		fault(!(s.TopP >= 0 && s.TopP <= 1), "top-p is %v, not from 0 to 1", s.TopP)
		fault(!(s.MinP <= 1), "min-p is %v, not at most 1", s.MinP)
	}
	fault(math.IsNaN(s.LengthPenalty) || math.IsInf(s.LengthPenalty, 0), "the length penalty is %v", s.LengthPenalty)
	fault(s.Samples < 1 || s.Samples > maxSamples, "%d samples, not from 1 to %d", s.Samples, maxSamples)
	fault(s.Beams < 1 || s.Beams > maxBeams, "%d beams, not from 1 to %d", s.Beams, maxBeams)
	fault(s.Beams > 1 && s.Samples > s.Beams, "%d samples, which cannot be more than the %d beams", s.Samples, s.Beams)
	fault(s.Beams == 1 && s.Samples > 1 && !s.Sample, "%d samples are all the same where none is drawn: give a temperature", s.Samples)
	early := s.EarlyStopping
	fault(s.Beams > 1 && early != "" && early != "false" && early != atOnce && early != never, "early_stopping is %q, not true, false or never", early)
	for _, words := range s.BadWords {
		fault(len(words) == 0, "a bad word has no tokens")
	}
	for _, stop := range s.StopStrings {
		fault(stop == "", "a stop string is empty")
	}
	return errors.Join(errs...)
}

// When a beam search ends that has as many whole texts as beams, by the names
// that early_stopping has for it; else it ends when better texts are unlikely.
const (
	atOnce = "true"
	never  = "never" // while a better text is possible
)

// What is generated of a prompt at a time is bounded; beams take the more memory.
const (
	maxSamples = 1 << 12
	maxBeams   = 1 << 8
)

// defaultTokens is how many tokens transformers writes where nobody says.
const defaultTokens = 20

// Limit returns how many tokens a text of a prompt of that many may have, and
// why it ends there.
// max_new_tokens counts over max_length, as in transformers, and the model's own limit
// over both.
func (s *Settings) Limit(prompt int) (int, string, error) {
	limit := s.MaxLength
	switch {
	case s.MaxTokens > 0:
		limit = prompt + s.MaxTokens
	case s.MaxLength == 0:
		limit = prompt + defaultTokens
	}
	switch {
	case prompt >= s.Context:
		return 0, "", fmt.Errorf("model: generate: the prompt has %d tokens, and the model reads no more than %d", prompt, s.Context)
	case prompt >= limit:
		return 0, "", fmt.Errorf("model: generate: the prompt has %d tokens already, and the text may have %d", prompt, limit)
	case limit > s.Context:
		return s.Context, "context", nil
	}
	return limit, "length", nil
}
