package similarity

import (
	"context"
	"strings"
	"unicode/utf8"
)

// ChrF returns the character F-score of an answer: how many of its sequences of
// 1 to 6 characters, without white space, are in the original, and the other way
// round, which counts for twice as much (Popović 2015, with β = 2). It equals
// sacrebleu's sentence chrF divided by 100. An error is that of ctx.
func ChrF(ctx context.Context, answer, original string) (float64, error) {
	return chrf(ctx, answer, original, 0)
}

// ChrFPlusPlus is [ChrF] with sequences of one and two words as well (Popović
// 2017).
func ChrFPlusPlus(ctx context.Context, answer, original string) (float64, error) {
	return chrf(ctx, answer, original, 2)
}

// chrf averages precision and recall over the orders before it combines them, as
// sacrebleu does: the F-score of means, not the mean of F-scores.
func chrf(ctx context.Context, answer, original string, words int) (float64, error) {
	const characters, beta2 = 6, 4
	precision, recall, orders := 0.0, 0.0, 0
	add := func(both, inAnswer, inOriginal int) {
		// Orders that one of the texts is too short for do not count, as in
		// sacrebleu (its effective order).
		if inAnswer > 0 && inOriginal > 0 {
			precision += float64(both) / float64(inAnswer)
			recall += float64(both) / float64(inOriginal)
			orders++
		}
	}
	a, o := letters(answer), letters(original)
	if err := matches(ctx, a, o, characters, add); err != nil {
		return 0, err
	}
	if err := matches(ctx, apart(answer), apart(original), words, add); err != nil {
		return 0, err
	}
	if orders == 0 || precision+recall == 0 {
		return same(a, o), nil
	}
	precision, recall = precision/float64(orders), recall/float64(orders)
	return (1 + beta2) * precision * recall / (beta2*precision + recall), nil
}

// letters returns the characters of a text that are not white space.
func letters(s string) []rune {
	out := make([]rune, 0, utf8.RuneCountInString(s))
	for _, r := range s {
		if !space(r) {
			out = append(out, r)
		}
	}
	return out
}

// same is the score of texts without a sequence in common: 1 if both are empty,
// where the reference has 0, since they are the same.
func same(a, o []rune) float64 {
	if len(a) == 0 && len(o) == 0 {
		return 1
	}
	return 0
}

// apart returns the hashes of the words of a text, with one punctuation mark at
// the end of each or else at its beginning split off.
func apart(s string) []uint64 {
	const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	var words []uint64
	for w := range fields(s) {
		last := len(w) - 1
		switch {
		case last > 0 && strings.IndexByte(punctuation, w[last]) >= 0:
			words = append(words, hash(w[:last]), hash(w[last:]))
		case last > 0 && strings.IndexByte(punctuation, w[0]) >= 0:
			words = append(words, hash(w[:1]), hash(w[1:]))
		default:
			words = append(words, hash(w))
		}
	}
	return words
}
