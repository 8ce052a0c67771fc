package model

import (
	"errors"
	"fmt"
	"math"
)

// A Decoding says how text is made of what a model finds likely, as generate
// of Hugging Face transformers does with the parameters of the same meaning. A
// field that is zero has the value of the checkpoint's generation_config.json,
// or else the default of transformers: the likeliest token each time, 20 of
// them at most.
type Decoding struct {
	// MaxTokens is how many tokens are written at most. It counts over
	// MaxLength, which includes the prompt.
	MaxTokens, MaxLength int
	// MinTokens is how many tokens are written before the text may end.
	MinTokens int
	// Stop are strings that end the text with the token that completes one of
	// them. They stay part of the text. None but not nil: not those of the
	// checkpoint either.
	Stop []string

	// Choice is how the next token is chosen. Unless it is set, one of the
	// fields from Temperature to MinP, or several Samples of one beam, make it
	// Sampled.
	Choice Choice
	// Temperature divides the logits before a token is drawn.
	Temperature float64
	// TopK leaves so many of the likeliest tokens to draw from; negative: all.
	// The default of transformers is 50.
	TopK int
	// TopP leaves the likeliest tokens that have this probability together
	// (Holtzman et al. 2020); 1: all.
	TopP float64
	// MinP leaves the tokens that have this share of the likeliest one's
	// probability (Nguyen et al. 2024); negative: all.
	MinP float64
	// RepetitionPenalty divides the logits of tokens that have occurred, or
	// multiplies them where they are negative (Keskar et al. 2019); 1: none.
	RepetitionPenalty float64
	// NoRepeat forbids that so many tokens occur twice in the same order;
	// negative: no such rule.
	NoRepeat int
	// BadWords are sequences of tokens that are never completed.
	BadWords [][]int32

	// Samples is how many texts are made of a prompt.
	Samples int
	// Seed is that of all draws. Sample i of a prompt draws from the same
	// stream whatever else is generated.
	Seed uint64

	// Beams is how many beginnings of a text are followed at a time. With more
	// than one the likeliest texts are searched for, or drawn if Choice says so.
	Beams int
	// LengthPenalty is the power of the length that a text's log-probability
	// is divided by: above 0 long texts gain.
	LengthPenalty *float64
	// EarlyStopping is when the search ends.
	EarlyStopping EarlyStopping
}

// A Choice is how the next token is chosen.
type Choice uint8

const (
	// Configured is as the checkpoint's generation_config.json says.
	Configured Choice = iota
	// Greedy takes the likeliest token.
	Greedy
	// Sampled draws a token by its probability.
	Sampled
)

// An EarlyStopping is when a beam search ends that has as many whole texts as
// beams.
type EarlyStopping uint8

const (
	// StopConfigured is as the checkpoint's generation_config.json says.
	StopConfigured EarlyStopping = iota
	// StopUnlikely ends when better texts are unlikely: early_stopping=False.
	StopUnlikely
	// StopAtOnce ends at once: early_stopping=True.
	StopAtOnce
	// StopNever ends when no better text is possible: early_stopping="never".
	StopNever
)

// A Finish is why a text ends.
type Finish string

const (
	// FinishEnd means that the model wrote its token for the end.
	FinishEnd Finish = "end"
	// FinishStop means that one of the strings was written that end a text.
	FinishStop Finish = "stop"
	// FinishLength means that it has the length that was asked for.
	FinishLength Finish = "length"
	// FinishContext means that the model reads no more tokens.
	FinishContext Finish = "context"
)

// A Generation is a text that a model wrote.
type Generation struct {
	// Text is what was written after the prompt, special tokens left out.
	Text string
	// IDs are the tokens that were written, the one for the end included.
	IDs []int32
	// LogProbs are the model's log-probabilities of IDs, each given those
	// before it, before any field of a Decoding changed them.
	LogProbs []float64
	// Score is what a beam search ranks by: the log-probability over the
	// length to the power of LengthPenalty. Elsewhere it is 0.
	Score float64
	// Finish is why the text ends.
	Finish Finish
}

// settings are a Decoding with every default filled in.
type settings struct {
	generationConfig
	drawn   bool
	early   EarlyStopping
	stop    []string
	seed    uint64
	context int // how many tokens the model reads
}

// resolve fills in what d leaves open from the checkpoint's configuration c,
// for a model that reads so many tokens.
func (d *Decoding) resolve(c *generationConfig, context int) (*settings, error) {
	s := &settings{generationConfig: *c, stop: d.Stop, seed: d.Seed, context: context, early: d.EarlyStopping}
	if d.MaxLength > 0 && d.MaxTokens == 0 {
		s.MaxTokens = 0
	}
	override(&s.MaxTokens, d.MaxTokens)
	override(&s.MaxLength, d.MaxLength)
	override(&s.MinTokens, d.MinTokens)
	override(&s.Temperature, d.Temperature)
	override(&s.TopK, d.TopK)
	override(&s.TopP, d.TopP)
	override(&s.MinP, d.MinP)
	override(&s.RepetitionPenalty, d.RepetitionPenalty)
	override(&s.NoRepeat, d.NoRepeat)
	override(&s.Samples, d.Samples)
	override(&s.Beams, d.Beams)
	if d.BadWords != nil {
		s.BadWords = d.BadWords
	}
	if d.LengthPenalty != nil {
		s.LengthPenalty = *d.LengthPenalty
	}
	if d.Stop == nil {
		s.stop = c.StopStrings
	}
	var err error
	if s.early == StopConfigured && s.Beams > 1 {
		s.early, err = c.earlyStopping()
	}
	asked := d.Temperature != 0 || d.TopK != 0 || d.TopP != 0 || d.MinP != 0 || s.Samples > 1 && s.Beams == 1
	s.drawn = d.Choice == Sampled || d.Choice == Configured && (s.Sample || asked)
	return s, errors.Join(err, s.unsupported(), s.check())
}

func override[T comparable](to *T, value T) {
	var zero T
	if value != zero {
		*to = value
	}
}

// check returns all that is wrong with s.
func (s *settings) check() error {
	var errs []error
	fault := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf("model: generate: "+format, args...))
		}
	}
	positive := func(name string, x float64) {
		fault(!(x > 0) || math.IsInf(x, 0), "%s is %v, not a number above 0", name, x)
	}
	fault(s.MaxTokens < 0 || s.MaxLength < 0, "the length is %d, which is negative", min(s.MaxTokens, s.MaxLength))
	fault(s.MinTokens < 0, "the least number of tokens is %d, which is negative", s.MinTokens)
	positive("the repetition penalty", s.RepetitionPenalty)
	if s.drawn { // elsewhere they do nothing
		positive("the temperature", s.Temperature)
		fault(!(s.TopP >= 0 && s.TopP <= 1), "top-p is %v, not from 0 to 1", s.TopP)
		fault(!(s.MinP <= 1), "min-p is %v, not at most 1", s.MinP)
	}
	fault(math.IsNaN(s.LengthPenalty) || math.IsInf(s.LengthPenalty, 0), "the length penalty is %v", s.LengthPenalty)
	fault(s.Samples < 1 || s.Samples > maxSamples, "%d samples, not from 1 to %d", s.Samples, maxSamples)
	fault(s.Beams < 1 || s.Beams > maxBeams, "%d beams, not from 1 to %d", s.Beams, maxBeams)
	fault(s.Beams > 1 && s.Samples > s.Beams, "%d samples, which cannot be more than the %d beams", s.Samples, s.Beams)
	fault(s.Beams == 1 && s.Samples > 1 && !s.drawn, "%d samples are all the same where none is drawn: give a temperature", s.Samples)
	for _, words := range s.BadWords {
		fault(len(words) == 0, "a bad word has no tokens")
	}
	for _, stop := range s.stop {
		fault(stop == "", "a stop string is empty")
	}
	return errors.Join(errs...)
}

// What is generated of a prompt at a time is bounded; beams take the more memory.
const (
	maxSamples = 1 << 12
	maxBeams   = 1 << 8
)

// defaultTokens is how many tokens transformers writes where nobody says.
const defaultTokens = 20

// limit returns how many tokens a text of a prompt of that many may have, and
// why it ends there.
func (s *settings) limit(prompt int) (int, Finish, error) {
	limit := s.MaxLength
	switch {
	case s.MaxTokens > 0:
		limit = prompt + s.MaxTokens
	case s.MaxLength == 0:
		limit = prompt + defaultTokens
	}
	switch {
	case prompt >= s.context:
		return 0, "", fmt.Errorf("model: generate: the prompt has %d tokens, and the model reads no more than %d", prompt, s.context)
	case prompt >= limit:
		return 0, "", fmt.Errorf("model: generate: the prompt has %d tokens already, and the text may have %d", prompt, limit)
	case limit > s.context:
		return s.context, FinishContext, nil
	}
	return limit, FinishLength, nil
}
