package similarity

import (
	"context"
	"math"
	"strings"
)

// BLEU returns the score of an answer by its sequences of 1 to 4 words that are
// in the original, with a penalty for being short (Papineni et al. 2002). Words
// are those of mteval-v13a, an order without a match is smoothed as there (Chen
// and Cherry 2014, method 3), and orders that the answer is too short for do not
// count. It equals sacrebleu's sentence BLEU divided by 100. An error is that of
// ctx.
func BLEU(ctx context.Context, answer, original string) (float64, error) {
	a, err := mteval(ctx, answer)
	if err != nil {
		return 0, err
	}
	o, err := mteval(ctx, original)
	if err != nil {
		return 0, err
	}
	if len(a) == 0 && len(o) == 0 {
		return 1, nil
	}
	// sacrebleu's effective_order, which it has on for single sentences.
	orders := min(4, len(a))
	logs, smooth, any := 0.0, 1.0, false
	err = matches(ctx, a, o, orders, func(both, total, _ int) {
		if both > 0 {
			any = true
			logs += math.Log(float64(both) / float64(total))
		} else {
			// The first order without a match counts as half a match, each further
			// one as half of that before.
			smooth *= 2
			logs += math.Log(1 / (smooth * float64(total)))
		}
	})
	if err != nil || !any {
		return 0, err
	}
	brevity := min(1, math.Exp(1-float64(len(o))/float64(len(a))))
	return min(1, brevity*math.Exp(logs/float64(orders))), nil
}

// split sets the marks of a text apart by the rules of mteval-v13a for western
// languages, one after the other.
func split(s string) string {
	s = replace(s, 1, func(a, _ byte) bool {
		return a >= '{' && a <= '~' || a >= '[' && a <= '`' || a >= ' ' && a <= '&' || a >= '(' && a <= '+' || a >= ':' && a <= '@' || a == '/'
	}, " 1 ")
	s = replace(s, 2, func(a, b byte) bool { return !digit(a) && point(b) }, "1 2 ")
	s = replace(s, 2, func(a, b byte) bool { return point(a) && !digit(b) }, " 1 2")
	return replace(s, 2, func(a, b byte) bool { return digit(a) && b == '-' }, "1 2 ")
}

// replace puts in the place of every n bytes that a rule is about, n being 1 or 2,
// what with says: 1 and 2 are the bytes. It goes on behind them. Of a longer
// character a rule sees the last byte, or the first, and does not part it.
func replace(s string, n int, rule func(a, b byte) bool, with string) string {
	out := make([]byte, 0, len(s)+len(s)/4)
	for ; len(s) >= n; s = s[n:] {
		for len(s) > n && !rule(s[0], s[n-1]) {
			out, s = append(out, s[0]), s[1:]
		}
		if !rule(s[0], s[n-1]) {
			break
		}
		for i := range len(with) {
			switch c := with[i]; c {
			case ' ':
				out = append(out, c)
			default:
				out = append(out, s[c-'1'])
			}
		}
	}
	return string(append(out, s...))
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
func point(b byte) bool { return b == '.' || b == ',' }

// entities are replaced one after the other: &amp;lt; is < in the end.
var entities = [][2]string{{"&quot;", `"`}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}}

// stretch is how many bytes the rules are applied to at a time, about.
const stretch = 1 << 13

// mteval returns the hashes of the words and punctuation of a text. It goes from
// space to space, which no rule joins.
func mteval(ctx context.Context, s string) ([]uint64, error) {
	s = strings.TrimRightFunc(s, space)
	s = strings.ReplaceAll(s, "<skipped>", "")
	s = strings.ReplaceAll(s, "-\n", "")
	s = strings.ReplaceAll(s, "\n", " ")
	for _, e := range entities {
		s = strings.ReplaceAll(s, e[0], e[1])
	}
	var words []uint64
	for s != "" {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		end := len(s)
		if at := strings.IndexByte(s[min(stretch, end):], ' '); at >= 0 {
			end = stretch + at
		}
		for w := range fields(split(" " + s[:end] + " ")) {
			words = append(words, hash(w))
		}
		s = s[end:]
	}
	return words, nil
}
