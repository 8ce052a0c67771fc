package similarity

import "strings"

// ChrF returns the character F-score of an answer: how many of its sequences of
// 1 to 6 characters, without white space, are in the original, and the other way
// round, which counts for twice as much (Popović 2015, with β = 2). It equals
// sacrebleu's sentence chrF divided by 100.
func ChrF(answer, original string) float64 { return chrf(answer, original, 0) }

// ChrFPlusPlus is [ChrF] with sequences of one and two words as well (Popović
// 2017).
func ChrFPlusPlus(answer, original string) float64 { return chrf(answer, original, 2) }

func chrf(answer, original string, words int) float64 {
	const characters, beta2 = 6, 4
	precision, recall, orders := 0.0, 0.0, 0
	add := func(answer, original map[string]int) {
		both, inAnswer, inOriginal := matches(answer, original)
		if inAnswer > 0 && inOriginal > 0 {
			precision += float64(both) / float64(inAnswer)
			recall += float64(both) / float64(inOriginal)
			orders++
		}
	}
	letters := func(s string) []rune { return []rune(strings.Join(fields(s), "")) }
	a, o := letters(answer), letters(original)
	for n := range characters {
		add(grams(a, n+1, func(r []rune) string { return string(r) }), grams(o, n+1, func(r []rune) string { return string(r) }))
	}
	aw, ow := apart(answer), apart(original)
	for n := range words {
		add(grams(aw, n+1, spaced), grams(ow, n+1, spaced))
	}
	if orders == 0 || precision+recall == 0 {
		return same(a, o)
	}
	precision, recall = precision/float64(orders), recall/float64(orders)
	return (1 + beta2) * precision * recall / (beta2*precision + recall)
}

// same is the score of texts without a sequence in common: 1 if both are empty,
// where the reference has 0, since they are the same.
func same(a, o []rune) float64 {
	if len(a) == 0 && len(o) == 0 {
		return 1
	}
	return 0
}

func spaced(words []string) string { return strings.Join(words, " ") }

// apart returns the words of a text, with one punctuation mark at the end of each
// or else at its beginning split off.
func apart(s string) []string {
	const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	var words []string
	for _, w := range fields(s) {
		last := len(w) - 1
		switch {
		case last > 0 && strings.IndexByte(punctuation, w[last]) >= 0:
			words = append(words, w[:last], w[last:])
		case last > 0 && strings.IndexByte(punctuation, w[0]) >= 0:
			words = append(words, w[:1], w[1:])
		default:
			words = append(words, w)
		}
	}
	return words
}
