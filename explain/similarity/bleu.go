package similarity

import (
	"math"
	"regexp"
	"strings"
)

// BLEU returns the score of an answer by its sequences of 1 to 4 words that are
// in the original, with a penalty for being short (Papineni et al. 2002). Words
// are those of mteval-v13a, an order without a match is smoothed as there (Chen
// and Cherry 2014, method 3), and orders that the answer is too short for do not
// count. It equals sacrebleu's sentence BLEU divided by 100.
func BLEU(answer, original string) float64 {
	a, o := mteval(answer), mteval(original)
	if len(a) == 0 && len(o) == 0 {
		return 1
	}
	const most = 4
	logs, orders, smooth, any := 0.0, 0, 1.0, false
	for n := 1; n <= min(most, len(a)); n++ {
		both, total, _ := matches(grams(a, n, spaced), grams(o, n, spaced))
		orders++
		if both > 0 {
			any = true
			logs += math.Log(float64(both) / float64(total))
		} else {
			smooth *= 2
			logs += math.Log(1 / (smooth * float64(total)))
		}
	}
	if !any {
		return 0
	}
	brevity := min(1, math.Exp(1-float64(len(o))/float64(len(a))))
	return min(1, brevity*math.Exp(logs/float64(orders)))
}

// The rules of mteval-v13a for western languages, in their order.
var mtevalRules = []struct {
	find    *regexp.Regexp
	replace string
}{
	{regexp.MustCompile("([{-~\\[-` -&(-+:-@/])"), " $1 "},
	{regexp.MustCompile(`([^0-9])([.,])`), "$1 $2 "},
	{regexp.MustCompile(`([.,])([^0-9])`), " $1 $2"},
	{regexp.MustCompile(`([0-9])(-)`), "$1 $2 "},
}

// entities are replaced one after the other: &amp;lt; is < in the end.
var entities = [][2]string{{"&quot;", `"`}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}}

// mteval splits a text into words and punctuation.
func mteval(s string) []string {
	s = strings.TrimRightFunc(s, func(r rune) bool { return len(fields(string(r))) == 0 })
	s = strings.ReplaceAll(s, "<skipped>", "")
	s = strings.ReplaceAll(s, "-\n", "")
	s = strings.ReplaceAll(s, "\n", " ")
	for _, e := range entities {
		s = strings.ReplaceAll(s, e[0], e[1])
	}
	s = " " + s + " "
	for _, rule := range mtevalRules {
		s = rule.find.ReplaceAllString(s, rule.replace)
	}
	return fields(s)
}
