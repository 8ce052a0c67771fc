package request

import (
	"strings"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// A writer is a model that writes: a Generator or a Translator.
type writer interface {
	Continuation(ids []int32) (*model.Continuation, error)
	NextTokens(before, ids []int32) (*model.Target, error)
}

// A question is what is asked about a written answer.
// It is a struct of functions rather than an interface: a Generator and a
// Translator answer the same questions by methods of different forms.
type question struct {
	Target
	model  writer
	answer []int32                                        // the model's own
	of     func(text string) (*model.Continuation, error) // a text as a continuation
	likely func(most int) ([]model.Candidate, error)      // the first tokens of answers
	change func() (*model.Target, error)                  // of the first token
	mute   func(id int32) bool                            // whether a token is none that reads
}

// scorer returns what scores the prompts.
func (q *question) scorer() (text.Scorer, error) {
	answer, err := q.continuation()
	if err != nil {
		return nil, err
	}
	if q.Against != "" {
		other, err := q.of(q.Against)
		if err != nil {
			return nil, badText(err)
		}
		// The log-odds of two answers: what the prompt does for both drops out.
		return answer.Against(other), nil
	}
	switch q.Explain {
	case "answer":
		return answer.LogProb(), nil
	case "log-odds":
		return answer.LogOdds(), nil
	case "probability":
		return answer.Probability(), nil
	case "next":
		const most = 5
		best, err := q.likely(most)
		if err != nil {
			return nil, badText(err)
		}
		var ids []int32
		for _, b := range best {
			ids = append(ids, b.ID)
		}
		return q.model.NextTokens(nil, ids)
	case "change":
		return q.change()
	}
	// An output for every token of the answer, all from one pass.
	return answer.LogProbs(), nil
}

// said returns the model's answer without the tokens around it that do not read.
func (q *question) said() (*model.Continuation, error) {
	lo, hi := 0, len(q.answer)
	// An end-of-text token is likely whatever was said, and a player's share in it
	// says nothing of the answer.
	for hi > 0 && q.mute(q.answer[hi-1]) {
		hi--
	}
	for lo < hi && q.mute(q.answer[lo]) {
		lo++
	}
	if lo == hi {
		return nil, fault("answer", "the model wrote nothing to explain").or("{answer} TEXT says what it might have written")
	}
	// All of it up to hi, and then a part: tokens after the mute ones at the
	// beginning are still conditioned on these, as the model wrote them.
	answer, err := q.model.Continuation(q.answer[:hi])
	if err != nil {
		return nil, err
	}
	return answer.Part(lo, hi), nil
}

// continuation returns the answer, or the part of it that is named.
func (q *question) continuation() (*model.Continuation, error) {
	var answer *model.Continuation
	var err error
	if q.Answer != "" {
		answer, err = q.of(q.Answer)
	} else {
		answer, err = q.said()
	}
	if err != nil {
		return nil, badText(err)
	}
	if q.Part == "" {
		return answer, nil
	}
	whole := strings.Join(answer.Pieces(), "")
	start := strings.Index(whole, q.Part)
	if start < 0 {
		return nil, fault("part", "{part} %q is not in the answer %q", q.Part, whole)
	}
	// Whole tokens, since only these have probabilities.
	lo, hi := cover(answer.Pieces(), start, start+len(q.Part))
	return answer.Part(lo, hi), nil
}

// cover returns the range of pieces that bytes start to end of their text touch.
func cover(pieces []string, start, end int) (lo, hi int) {
	at := 0
	lo = -1
	for i, piece := range pieces {
		if at < end && at+len(piece) > start {
			if lo < 0 {
				lo = i
			}
			hi = i + 1
		}
		at += len(piece)
	}
	return lo, hi
}
