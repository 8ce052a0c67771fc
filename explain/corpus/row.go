package corpus

import (
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// A Row is the explanation of one document, as it is written in JSON and Parquet.
// The tags are the format of outputs: a field may be added, with a zero that old
// rows can have; none may change its name or meaning while [schema] stays.
type Row struct {
	Row           int64         `json:"row" parquet:"row"`                                  // from 1 on; in a part, of the part
	ID            string        `json:"id,omitempty" parquet:"id,optional"`                 // of the document, where it has one
	Text          string        `json:"text,omitempty" parquet:"text,optional"`             // unless left out
	Label         string        `json:"label,omitempty" parquet:"label,optional"`           // what somebody says the class is
	Prediction    string        `json:"prediction,omitempty" parquet:"prediction,optional"` // the class of the largest probability
	Probabilities []Probability `json:"probabilities,omitempty" parquet:"probabilities,list"`
	Outputs       []string      `json:"outputs" parquet:"outputs,list"`     // the classes explained
	Scale         string        `json:"scale" parquet:"scale,dict"`         // the unit of values and scores, such as "log-odds"
	Index         string        `json:"index" parquet:"index,dict"`         // what a score means, such as "SV"
	Estimator     string        `json:"estimator" parquet:"estimator,dict"` // who computed them
	Baseline      []float64     `json:"baseline" parquet:"baseline,list"`   // v(∅), an entry an output
	Full          []float64     `json:"full" parquet:"full,list"`           // v(N)
	Players       []Player      `json:"players" parquet:"players,list"`
	Interactions  []Interaction `json:"interactions,omitempty" parquet:"interactions,list"`
	Evaluations   int64         `json:"evaluations" parquet:"evaluations"`            // distinct coalitions valued
	Stopped       string        `json:"stopped,omitempty" parquet:"stopped,optional"` // which rule ended the run early
	Warnings      []string      `json:"warnings,omitempty" parquet:"warnings,list"`   // what a reader must know before believing the scores
}

// A Probability is what the model gives a class.
type Probability struct {
	Class       string  `json:"class" parquet:"class,dict"`
	Probability float64 `json:"probability" parquet:"probability"`
}

// A Player is a part of the text with its attribution.
type Player struct {
	Text  string             `json:"text" parquet:"text"`
	Start int64              `json:"start" parquet:"start"` // bytes of the text
	End   int64              `json:"end" parquet:"end"`
	Score []float64          `json:"score" parquet:"score,list"` // an entry an output
	Error []jsonfloat.Number `json:"error" parquet:"error,list"` // standard errors
}

// An Interaction is the score of a set of players, by their numbers in the row.
type Interaction struct {
	Players []int64            `json:"players" parquet:"players,list"` // ascending, from 0
	Score   []float64          `json:"score" parquet:"score,list"`     // an entry an output
	Error   []jsonfloat.Number `json:"error" parquet:"error,list"`     // standard errors
}

// newRow returns the row of an explanation of d.
func newRow(d Document, x *explain.Explanation) *Row {
	r := &Row{
		ID: d.ID, Text: d.Text, Label: d.Label,
		Outputs: x.Outputs, Scale: x.Subject.Scale, Index: x.Index.String(), Estimator: x.Estimator.Name,
		Baseline: x.Baseline, Full: x.Full, Players: make([]Player, len(x.Players)),
		Evaluations: int64(x.Evaluations), Stopped: x.Stopped, Warnings: x.Warnings,
	}
	best := 0.0
	for _, c := range x.Subject.Scores {
		r.Probabilities = append(r.Probabilities, Probability(c))
		// Of equal probabilities the first class, as everywhere.
		if c.Probability > best {
			best, r.Prediction = c.Probability, c.Class
		}
	}
	for i, p := range x.Players {
		r.Players[i] = Player{Text: p.Text, Start: int64(p.Start), End: int64(p.End)}
	}
	// Attributions stand with their players, since most rows have nothing else;
	// interactions name players by index.
	for _, t := range x.Terms {
		if len(t.Players) == 1 {
			p := &r.Players[t.Players[0]]
			p.Score, p.Error = t.Score, jsonfloat.Numbers(t.Err)
		} else {
			r.Interactions = append(r.Interactions, Interaction{converted[int64](t.Players), t.Score, jsonfloat.Numbers(t.Err)})
		}
	}
	return r
}

// Explanation returns what the row tells, as renderers and metrics want it.
func (r *Row) Explanation() *explain.Explanation {
	x := &explain.Explanation{
		Order: 1, Outputs: r.Outputs, Baseline: r.Baseline, Full: r.Full,
		Evaluations: int(r.Evaluations), Stopped: r.Stopped, Warnings: r.Warnings,
		Estimator: explain.Provenance{Name: r.Estimator},
		Subject:   explain.Subject{Text: r.Text, Scale: r.Scale},
	}
	_ = x.Index.UnmarshalText([]byte(r.Index)) // 0 for one that is not known
	for _, p := range r.Probabilities {
		x.Subject.Scores = append(x.Subject.Scores, explain.ClassScore(p))
	}
	for i, p := range r.Players {
		x.Players = append(x.Players, explain.Player{Text: p.Text, Start: int(p.Start), End: int(p.End)})
		if len(p.Score) > 0 {
			x.Terms = append(x.Terms, explain.Term{Players: []int{i}, Score: p.Score, Err: converted[float64](p.Error)})
		}
	}
	for _, t := range r.Interactions {
		x.Order = max(x.Order, len(t.Players))
		x.Terms = append(x.Terms, explain.Term{Players: converted[int](t.Players), Score: t.Score, Err: converted[float64](t.Error)})
	}
	return x
}

// converted returns numbers as those of another type.
func converted[B, A ~int | ~int64 | ~float64](a []A) []B {
	b := make([]B, len(a))
	for i, v := range a {
		b[i] = B(v)
	}
	return b
}
