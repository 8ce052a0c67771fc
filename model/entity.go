package model

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/whence-xai/whence/model/internal/decode"
	"github.com/whence-xai/whence/model/tokenizer"
)

// An Entity is a part of a text that has a label: a token, or several together.
type Entity struct {
	// Label is the model's label; of several tokens without the B- or I- that
	// tells the first of an entity from those inside.
	Label string
	// Score is the probability of the label, the mean over tokens or words.
	Score float64
	// Text is the part, as the user wrote it, and Span where it is.
	Text string
	Span tokenizer.Span
}

// A labeled is a token, or a word, with the probabilities of all labels.
type labeled struct {
	scores []float64
	span   tokenizer.Span
	inner  bool // it continues a word
}

// labeled returns the tokens of a window that are the text's, with the softmax
// of their logits, one a label.
func (t *Tagger) labeled(text string, w *window, logits []float32) []labeled {
	var tokens []labeled
	prefix := t.m.tokenizer.WordPrefix()
	unknown, _ := t.m.tokenizer.UnknownID()
	for i := w.lo; i < w.hi; i++ {
		at := w.at(i)
		row := logits[i*len(t.m.labels):][:len(t.m.labels)]
		x := labeled{span: w.Spans[at]}
		total := decode.LogSumExp(row, -1)
		for _, z := range row {
			x.scores = append(x.scores, math.Exp(float64(z)-total))
		}
		start := x.span.Start
		switch {
		case w.IDs[at] == unknown:
		case prefix != "":
			spelled := utf8.RuneCountInString(t.m.tokenizer.Token(w.IDs[at]))
			x.inner = spelled != utf8.RuneCountInString(text[start:x.span.End])
		case start > 0:
			// Such a tokenizer knows no words: white space is what there is.
			_, before := utf8.DecodeLastRuneInString(text[:start])
			_, size := utf8.DecodeRuneInString(text[start:])
			x.inner = !strings.Contains(text[start-before:start+size], " ")
		}
		tokens = append(tokens, x)
	}
	return tokens
}

// entities returns the entities of tokens, those without a label left out.
func (t *Tagger) entities(text string, tokens []labeled, how string) []Entity {
	if how != "none" && how != "simple" {
		tokens = joinWords(tokens, how)
	}
	var found []Entity
	for at := 0; at < len(tokens); {
		label, score := t.best(tokens[at])
		end, sum := at+1, score
		if how != "none" {
			_, tag := cutTag(label)
			for ; end < len(tokens); end++ {
				next, score := t.best(tokens[end])
				if inside, rest := cutTag(next); !inside || rest != tag {
					break
				}
				sum += score
			}
			if _, rest, ok := strings.Cut(label, "-"); ok {
				label = rest
			}
		}
		span := tokenizer.Span{Start: tokens[at].span.Start, End: tokens[end-1].span.End}
		if label != outside {
			found = append(found, Entity{label, sum / float64(end-at), text[span.Start:span.End], span})
		}
		at = end
	}
	return found
}

// outside is the label of tokens that are no part of an entity.
const outside = "O"

// best returns the likeliest label and its probability.
func (t *Tagger) best(x labeled) (string, float64) {
	i := slices.Index(x.scores, slices.Max(x.scores))
	return t.m.labels[i], x.scores[i]
}

// cutTag returns whether a token of that label may continue the entity before,
// and the label without its mark.
func cutTag(label string) (inside bool, rest string) {
	if rest, begins := strings.CutPrefix(label, "B-"); begins {
		return false, rest
	}
	return true, strings.TrimPrefix(label, "I-")
}

// joinWords makes one of the tokens of every word.
func joinWords(tokens []labeled, how string) []labeled {
	var words []labeled
	for at := 0; at < len(tokens); {
		end := at + 1
		for end < len(tokens) && tokens[end].inner {
			end++
		}
		word := tokens[at]
		switch how {
		case "max":
			word = slices.MaxFunc(tokens[at:end], func(a, b labeled) int {
				return cmp.Compare(slices.Max(a.scores), slices.Max(b.scores))
			})
		case "average":
			word.scores = mean(tokens[at:end])
		}
		word.span = tokenizer.Span{Start: tokens[at].span.Start, End: tokens[end-1].span.End}
		words = append(words, word)
		at = end
	}
	return words
}

func mean(tokens []labeled) []float64 {
	sum := make([]float64, len(tokens[0].scores))
	for _, x := range tokens {
		for i, p := range x.scores {
			sum[i] += p / float64(len(tokens))
		}
	}
	return sum
}

// withoutOverlap drops the shorter of entities that overlap, which windows that
// share tokens find.
func withoutOverlap(found []Entity) []Entity {
	slices.SortStableFunc(found, func(a, b Entity) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	var kept []Entity
	for _, e := range found {
		if n := len(kept); n > 0 && e.Span.Start < kept[n-1].Span.End {
			old := &kept[n-1]
			longer := (e.Span.End - e.Span.Start) - (old.Span.End - old.Span.Start)
			if longer > 0 || longer == 0 && e.Score > old.Score {
				*old = e
			}
			continue
		}
		kept = append(kept, e)
	}
	return kept
}
