package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/whence-xai/whence/explain"
)

// maxJSON bounds what ReadJSON will read, in bytes.
const maxJSON = 1 << 28

// ReadJSON reads an explanation that [JSON] wrote. Whatever it returns can be
// rendered: a file that contradicts itself is refused with all its faults in
// one error. Fields it does not know are ignored.
func ReadJSON(r io.Reader) (*explain.Explanation, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	if len(b) > maxJSON {
		return nil, fmt.Errorf("render: more than %d MiB of JSON", maxJSON>>20)
	}
	var head struct {
		Schema *int `json:"schema"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, fmt.Errorf("render: no explanation in JSON: %w", err)
	}
	switch {
	case head.Schema == nil:
		return nil, errors.New("render: no explanation in JSON: no schema")
	case *head.Schema != schema:
		return nil, fmt.Errorf("render: JSON of schema %d; known is schema %d", *head.Schema, schema)
	}
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, fmt.Errorf("render: explanation in JSON: %w", err)
	}
	x := d.explanation()
	return x, errors.Join(check(x), checkFinite(x), d.check())
}

// check returns what is wrong with fields that only JSON has in this form.
func (d *document) check() error {
	var f faults
	f.add(d.Index == 0, "no index")
	f.add(d.Order < 0 || d.Evaluations < 0 || d.Duplicates < 0 || d.Estimator.Budget < 0, "a count is negative")
	f.add(d.Seconds < 0, "seconds are negative")
	for _, s := range d.Scores {
		f.add(s.Probability < 0 || s.Probability > 1, "score of class %q is %v, no probability", s.Class, s.Probability)
	}
	for i, t := range d.Terms {
		f.add(d.Order > 0 && len(t.Players) > d.Order, "term %d: %d players in an explanation of order %d", i, len(t.Players), d.Order)
	}
	return f.err()
}

func (t termJSON) term() explain.Term {
	err := knowns(t.Error)
	for len(t.Error) == 0 && len(err) < len(t.Score) {
		err = append(err, math.NaN())
	}
	return explain.Term{Players: t.Players, Score: t.Score, Err: err}
}

// order returns the size of the largest term, at least 1.
func (d *document) order() int {
	if d.Order > 0 {
		return d.Order
	}
	n := 1
	for _, t := range d.Terms {
		n = max(n, len(t.Players))
	}
	return n
}

// each converts the elements of a slice; the result is never nil.
func each[A, B any](s []A, f func(A) B) []B {
	out := make([]B, len(s))
	for i, a := range s {
		out[i] = f(a)
	}
	return out
}

// filled returns s, or an empty slice for nil: JSON has [] rather than null.
func filled[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func unknowns(v []float64) []perhaps {
	return each(v, func(f float64) perhaps { return perhaps(f) })
}

func knowns(v []perhaps) []float64 {
	return each(v, func(p perhaps) float64 { return float64(p) })
}
