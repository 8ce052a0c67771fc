package render

import (
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// toDocument returns x as JSON has it.
// toDocument and explanation name every field one by one, rather than tagging the
// type of package explain: its names may change, those of saved files may not.
func toDocument(x *explain.Explanation) *document {
	s := x.Subject
	d := &document{
		Schema:      schema,
		Text:        s.Text,
		Model:       modelJSON{s.Model, s.SHA256},
		Target:      targetJSON{Scale: s.Scale},
		Scores:      s.Scores,
		Index:       x.Index,
		Order:       x.Order,
		Estimator:   estimatorJSON(x.Estimator),
		Masker:      s.Masker,
		Unit:        s.Unit,
		Unseen:      each(s.Unseen, func(u explain.Span) spanJSON { return spanJSON(u) }),
		Players:     each(x.Players, func(p explain.Player) playerJSON { return playerJSON(p) }),
		Baseline:    x.Baseline,
		Full:        x.Full,
		Terms:       each(x.Terms, func(t explain.Term) termJSON { return termJSON{filled(t.Players), t.Score, jsonfloat.Numbers(t.Err)} }),
		Unresolved:  each(x.Unresolved, func(c explain.Term) creditJSON { return creditJSON{c.Players, c.Score} }),
		Evaluations: x.Evaluations,
		Duplicates:  x.Duplicates,
		Stopped:     x.Stopped,
		Seconds:     x.Seconds,
		Warnings:    filled(x.Warnings),
	}
	// One class is a string and several are a list, since most explanations have
	// one.
	switch len(x.Outputs) {
	case 0:
	case 1:
		d.Target.Class = x.Outputs[0]
	default:
		d.Target.Classes = x.Outputs
	}
	// Left out where there is none, so that programs tell an answer from an empty
	// one.
	if s.Answer != "" || s.Pieces != nil {
		d.Answer = &answerJSON{s.Answer, each(s.Pieces, func(p explain.Span) spanJSON { return spanJSON(p) })}
	}
	if x.Version != "" || x.Request != nil {
		d.Run = &runJSON{Version: x.Version, Request: x.Request}
	}
	if f := x.Surrogate; f != nil {
		d.Surrogate = &fitJSON{jsonfloat.Numbers(f.Intercept), jsonfloat.Numbers(f.Prediction), jsonfloat.Numbers(f.R2)}
	}
	if q := x.Quality; q != nil {
		d.Quality = &qualityJSON{jsonfloat.Numbers(q.R2), q.Coalitions, q.HeldOut}
	}
	return d
}

// explanation is what d tells. Fields that JSON left out are empty.
func (d *document) explanation() *explain.Explanation {
	x := &explain.Explanation{
		Index:       d.Index,
		Order:       d.order(),
		Players:     each(d.Players, func(p playerJSON) explain.Player { return explain.Player(p) }),
		Outputs:     d.Target.Classes,
		Baseline:    d.Baseline,
		Full:        d.Full,
		Terms:       each(d.Terms, func(t termJSON) explain.Term { return t.term() }),
		Evaluations: d.Evaluations,
		Duplicates:  d.Duplicates,
		Estimator:   explain.Provenance(d.Estimator),
		Subject: explain.Subject{
			Text: d.Text, Model: d.Model.Name, SHA256: d.Model.SHA256,
			Scale: d.Target.Scale, Scores: d.Scores, Masker: d.Masker, Unit: d.Unit,
			Unseen: each(d.Unseen, func(s spanJSON) explain.Span { return explain.Span(s) }),
		},
		Unresolved: each(d.Unresolved, func(c creditJSON) explain.Term { return explain.Term{Players: c.Players, Score: c.Amount} }),
		Warnings:   d.Warnings,
		Stopped:    d.Stopped,
		Seconds:    d.Seconds,
	}
	if d.Target.Class != "" {
		x.Outputs = []string{d.Target.Class}
	}
	if a := d.Answer; a != nil {
		x.Subject.Answer = a.Text
		x.Subject.Pieces = each(a.Pieces, func(s spanJSON) explain.Span { return explain.Span(s) })
	}
	if r := d.Run; r != nil {
		x.Version, x.Request = r.Version, r.request()
	}
	if f := d.Surrogate; f != nil {
		x.Surrogate = &explain.Surrogate{Intercept: knowns(f.Intercept), Prediction: knowns(f.Prediction), R2: knowns(f.R2)}
	}
	if q := d.Quality; q != nil {
		x.Quality = &explain.Quality{R2: knowns(q.R2), Coalitions: q.Coalitions, HeldOut: q.HeldOut}
	}
	return x
}
