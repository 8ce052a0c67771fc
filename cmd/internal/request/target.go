package request

import "cmp"

// Target is what of the model's answer is explained.
type Target struct {
	Class string `json:"class,omitempty" for:"classify"` // the class, or "all"; empty for the predicted one
	Scale string `json:"scale,omitempty" for:"classify"` // log-odds, probability or logit

	Explain string `json:"explain,omitempty" for:"generate translate"`       // of what was written: tokens, answer, log-odds, probability, next or change
	Answer  string `json:"answer,omitempty" for:"generate translate ask"`    // the answer to explain, in place of the model's own
	Against string `json:"against,omitempty" for:"generate translate"`       // why the answer, and not this one
	Part    string `json:"part,omitempty" for:"generate translate tag fill"` // the part of the answer, the labeled part or the word that is explained
	Written int    `json:"written,omitempty" for:"translate"`                // tokens of the answer, the first, that are players beside the text
	Score   string `json:"score,omitempty" for:"ask"`                        // auto, answer, token, exact, chrf, chrf++, bleu or cosine
	Encoder string `json:"encoder,omitempty" for:"ask"`                      // the model that embeds texts for score cosine
}

// Scales returns the scales of a classifier's answer, the default first.
func Scales() []string { return []string{"log-odds", "probability", "logit"} }

// ScaleName returns the scale of a classifier's answer.
func (t Target) ScaleName() string { return cmp.Or(t.Scale, Scales()[0]) }

// Views returns what of a written answer can be explained, the default first.
func Views() []string {
	return []string{"tokens", "answer", "log-odds", "probability", "next", "change"}
}

// Scorings returns the ways to score the prompts of Ask, the default first.
func Scorings() []string {
	return []string{"auto", "answer", "token", "exact", "chrf", "chrf++", "bleu", "cosine"}
}

// Whether a class is one of the model's is not known before it is open.
func (t Target) validate(f *faults) {
	oneOf(f, "scale", t.Scale, Scales())
	oneOf(f, "explain", t.Explain, Views())
	oneOf(f, "score", t.Score, Scorings())
	f.count("written", t.Written)
	if t.Against != "" && t.Explain != "" && t.Explain != "answer" {
		f.add(fault("against", "{against} explains the whole answer: {explain} %s does not go with it", t.Explain))
	}
}
