package request

import (
	"math"

	"github.com/whence-xai/whence/model"
)

// Writing is how a model answers. Pointers tell zero, which switches a setting of
// the checkpoint off, from nothing said.
type Writing struct {
	MaxTokens         int      `json:"max_tokens,omitempty" for:"generate translate answer ask"` // maximum new tokens, or tokens of an answer
	MaxLength         int      `json:"max_length,omitempty" for:"generate translate"`            // maximum tokens, the prompt's included
	MinTokens         int      `json:"min_tokens,omitempty" for:"generate translate"`
	Stop              []string `json:"stop,omitempty" for:"generate translate"` // texts that end the answer
	Samples           int      `json:"samples,omitempty" for:"generate translate"`
	Temperature       *float64 `json:"temperature,omitempty" for:"generate translate"`
	TopK              *int     `json:"top_k,omitempty" for:"generate translate"`
	TopP              *float64 `json:"top_p,omitempty" for:"generate translate"`
	MinP              *float64 `json:"min_p,omitempty" for:"generate translate"`
	RepetitionPenalty float64  `json:"repetition_penalty,omitempty" for:"generate translate"`
	NoRepeat          *int     `json:"no_repeat,omitempty" for:"generate translate"`
	Beams             int      `json:"beams,omitempty" for:"generate translate"`
	LengthPenalty     *float64 `json:"length_penalty,omitempty" for:"generate translate"`
	EarlyStopping     string   `json:"early_stopping,omitempty" for:"generate translate"` // default, true, false or never

	Answers     int    `json:"answers,omitempty" for:"answer"`    // how many to tell
	NoAnswer    bool   `json:"no_answer,omitempty" for:"answer"`  // there may be none
	Window      int    `json:"window,omitempty" for:"answer"`     // tokens read at a time
	Stride      int    `json:"stride,omitempty" for:"answer tag"` // tokens that windows share
	Aggregation string `json:"aggregation,omitempty" for:"tag"`   // simple, none, first, average or max
	Words       int    `json:"words,omitempty" for:"fill"`        // words to tell of each mask
	Among       string `json:"among,omitempty" for:"fill"`        // these words only, with commas between them
}

// Aggregations returns the ways from labeled tokens to labeled parts, the default first.
func Aggregations() []string { return []string{"simple", "none", "first", "average", "max"} }

// EarlyStops returns when a search may end, the default first.
func EarlyStops() []string { return []string{"default", "true", "false", "never"} }

// What numbers may be beyond that, as a temperature, is for package model to say,
// which knows the checkpoint's own settings.
func (w Writing) validate(f *faults) {
	f.few("stop", len(w.Stop))
	oneOf(f, "early_stopping", w.EarlyStopping, EarlyStops())
	oneOf(f, "aggregation", w.Aggregation, Aggregations())
	for _, c := range []struct {
		field string
		n     int
	}{
		{"max_tokens", w.MaxTokens}, {"max_length", w.MaxLength}, {"min_tokens", w.MinTokens}, {"samples", w.Samples},
		{"beams", w.Beams}, {"answers", w.Answers}, {"window", w.Window}, {"stride", w.Stride}, {"words", w.Words},
	} {
		f.count(c.field, c.n)
	}
	for _, c := range []struct {
		field string
		n     *int
	}{{"top_k", w.TopK}, {"no_repeat", w.NoRepeat}} {
		if c.n != nil {
			f.count(c.field, *c.n)
		}
	}
	for _, x := range []struct {
		field string
		v     *float64
	}{
		{"temperature", w.Temperature}, {"top_p", w.TopP}, {"min_p", w.MinP},
		{"repetition_penalty", &w.RepetitionPenalty}, {"length_penalty", w.LengthPenalty},
	} {
		if x.v != nil && (math.IsNaN(*x.v) || math.IsInf(*x.v, 0)) {
			f.add(fault(x.field, "{"+x.field+"} %v is no number", *x.v))
		}
	}
}

// decoding returns how a model writes: up to most tokens where nothing is said.
func (w Writing) decoding(most int, seed uint64) model.Decoding {
	d := model.Decoding{
		MaxTokens: w.MaxTokens, MaxLength: w.MaxLength, MinTokens: w.MinTokens, Stop: w.Stop,
		RepetitionPenalty: w.RepetitionPenalty, LengthPenalty: w.LengthPenalty,
		Samples: w.Samples, Beams: w.Beams, Seed: seed,
	}
	if w.EarlyStopping != "default" {
		d.EarlyStopping = w.EarlyStopping
	}
	if d.MaxTokens == 0 && d.MaxLength == 0 {
		d.MaxTokens = most
	}
	// A zero that was given takes what the checkpoint says away; the library has
	// other values for that, since its own zeros are the defaults.
	d.Temperature = orElse(w.Temperature, 0, 0)
	if w.Temperature != nil && *w.Temperature == 0 {
		d.Choice = "greedy"
	}
	d.TopP = orElse(w.TopP, 0, math.SmallestNonzeroFloat64)
	d.MinP = orElse(w.MinP, 0, -1)
	d.TopK = orElse(w.TopK, 0, -1)
	d.NoRepeat = orElse(w.NoRepeat, 0, -1)
	return d
}

// orElse returns what p points to: unset for nil, and off for a zero.
func orElse[T int | float64](p *T, unset, off T) T {
	switch {
	case p == nil:
		return unset
	case *p == 0:
		return off
	}
	return *p
}
