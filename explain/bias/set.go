package bias

import (
	"iter"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/whence-xai/whence/explain"
)

// A Set is sentences that differ in the group they speak of and in nothing else.
// It is the unit of all statistics: sentences of one set are no independent
// observations of a model.
type Set struct {
	Axis     string // what the groups differ in, such as "religion"
	Source   string // the template, or where the text stands
	Variants []Variant
}

// A Variant is one sentence of a set.
type Variant struct {
	Group string         // such as "Muslim"
	Term  string         // the words that stand for the group
	Text  string         // the sentence
	Spans []explain.Span // of the words in it, in bytes, ascending; none where they are not known
}

// Sets yields sets of sentences, or an error and then no more.
type Sets = iter.Seq2[*Set, error]

// Of yields sets.
func Of(sets []*Set) Sets {
	return func(yield func(*Set, error) bool) {
		for _, s := range sets {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// Sample yields some of the sets, whole ones, drawn at random by the seed, such
// that they have about so many sentences together. It goes through sets twice.
func Sample(sets Sets, sentences int, seed uint64) (Sets, error) {
	total := 0
	for s, err := range sets {
		if err != nil {
			return nil, err
		}
		total += len(s.Variants)
	}
	if sentences <= 0 || total <= sentences {
		return sets, nil
	}
	share := float64(sentences) / float64(total)
	return func(yield func(*Set, error) bool) {
		rng := rand.New(rand.NewPCG(seed, 0x73657473)) // a stream of its own
		for s, err := range sets {
			// Each set by a draw of its own, so that nothing but the number of
			// sentences need be known; how many there are in the end varies a
			// little.
			if err == nil && rng.Float64() >= share {
				continue
			}
			if !yield(s, err) {
				return
			}
		}
	}, nil
}

// put returns a sentence with words in the place of a slot, which stands between
// before and after. A sentence's first letter becomes a capital, and an article
// "a" right before the words agrees with them.
func put(before, words, after string) (text string, span explain.Span) {
	if strings.HasSuffix(before, " a ") || before == "a " || before == "A " {
		if first, _ := utf8.DecodeRuneInString(words); strings.ContainsRune("aeiouAEIOU", first) {
			before = before[:len(before)-1] + "n "
		}
	}
	if strings.TrimSpace(before) == "" {
		words = capital(words)
	}
	return before + words + after, explain.Span{Start: len(before), End: len(before) + len(words)}
}

// capital returns s with its first letter in upper case.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// known returns the spans that are not empty.
func known(s explain.Span) []explain.Span {
	if s.Start == s.End {
		return nil
	}
	return []explain.Span{s}
}
