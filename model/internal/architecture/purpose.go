package architecture

import (
	"fmt"
	"strings"

	"github.com/whence-xai/whence/model/internal/checkpoint"
)

// A Purpose is what a checkpoint is loaded for, which decides its head.
type Purpose uint8

// The purposes.
const (
	HiddenStates    Purpose = iota // the rows after the last norm, without a head
	SequenceClasses                // a logit for every label of a sequence
	TokenClasses                   // a logit for every label of a token
	AnswerSpans                    // two logits a token: that an answer begins or ends there
	MaskedWords                    // a logit for every word of the vocabulary that a token might be
	NextWord                       // causal: one for every word that might follow
	Translation                    // encoder–decoder: the same for what the decoder writes
	purposes                       // how many there are
)

// purposeNames say what a purpose needs, and how transformers calls the class
// of a model that has it.
var purposeNames = [purposes]struct{ name, class string }{
	{"hidden states", "Model"},
	{"sequence classification", "ForSequenceClassification"},
	{"token classification", "ForTokenClassification"},
	{"question answering", "ForQuestionAnswering"},
	{"filling masks", "ForMaskedLM"},
	{"generation", "ForCausalLM"},
	{"translation", "ForConditionalGeneration"},
}

// String returns what p is for.
func (p Purpose) String() string { return purposeNames[p].name }

// list returns the names of ps.
func list(ps []Purpose) string {
	var names []string
	for _, p := range ps {
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

// hint says what a checkpoint is that has no head for p, as its config does.
// A missing head is the most frequent fault, and the name of the class tells why.
func hint(c *checkpoint.Config, p Purpose) string {
	var classes []string
	c.Read(&classes, "architectures")
	for _, class := range classes {
		if strings.HasSuffix(class, purposeNames[p].class) || p == HiddenStates {
			continue
		}
		for other := purposes - 1; other > HiddenStates; other-- {
			if strings.HasSuffix(class, purposeNames[other].class) {
				return fmt.Sprintf("the checkpoint is a %s, which is for %v, not %v", class, other, p)
			}
		}
		return fmt.Sprintf("the checkpoint is a %s, which has nothing for %v", class, p)
	}
	return ""
}
