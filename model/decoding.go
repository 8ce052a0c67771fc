package model

import (
	"fmt"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/decode"
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

	// Choice is how the next token is chosen: "greedy" takes the likeliest,
	// "sampled" draws one by its probability. If it is empty, one of the fields
	// from Temperature to MinP, or several Samples of one beam, make it
	// "sampled", and else it is as the checkpoint says.
	Choice string
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
	// EarlyStopping is when a search ends that has as many whole texts as beams:
	// "true" at once, "false" when better texts are unlikely, "never" when none
	// is possible. Empty: as the checkpoint says.
	EarlyStopping string
}

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
	// Finish is why the text ends: "end" with the model's token for it, "stop"
	// with one of the strings that end a text, "length" at the length that was
	// asked for, "context" because the model reads no more tokens.
	Finish string
}

// A Token is a step of a text that is being written.
type Token struct {
	// Text is what the token adds to the text. Where a character takes several
	// tokens, the last has all of it and the others have nothing. The pieces of
	// a text together are its [Generation.Text].
	Text string
	// ID is the token.
	ID int32
	// LogProb is the model's log-probability of it.
	LogProb float64
	// Sample is the number of the text among those of its prompt.
	Sample int
	// Finish is why the text ends with it, or "" if it does not.
	Finish string
	// Score is that of the whole text with its last token, see [Generation].
	Score float64
}

// resolve fills in what d leaves open from the checkpoint's configuration c,
// for a model that reads so many tokens.
func (d *Decoding) resolve(c *checkpoint.GenerationConfig, context int) (*decode.Settings, error) {
	s := &decode.Settings{GenerationConfig: *c, Seed: d.Seed, Context: context}
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
	override(&s.EarlyStopping, checkpoint.Flag(d.EarlyStopping))
	if d.BadWords != nil {
		s.BadWords = d.BadWords
	}
	if d.LengthPenalty != nil {
		s.LengthPenalty = *d.LengthPenalty
	}
	if d.Stop != nil {
		s.StopStrings = d.Stop
	}
	switch d.Choice {
	case "":
		asked := d.Temperature != 0 || d.TopK != 0 || d.TopP != 0 || d.MinP != 0 || s.Samples > 1 && s.Beams == 1
		s.Sample = s.Sample || asked
	case "greedy", "sampled":
		s.Sample = d.Choice == "sampled"
	default:
		return nil, fmt.Errorf("model: generate: a token is chosen %q, not greedy or sampled", d.Choice)
	}
	return s, s.Check()
}

func override[T comparable](to *T, value T) {
	var zero T
	if value != zero {
		*to = value
	}
}
