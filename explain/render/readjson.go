package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// What ReadJSON reads is bounded, so that no small file takes much memory: by its
// bytes, and by its objects, lists and strings, of which some are three bytes and
// become a hundred. A text of 100,000 words has a twentieth of that.
const (
	maxJSON    = 1 << 26
	maxNested  = 1 << 21
	maxStrings = 1 << 22
)

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
	// Counted in the bytes, strings included: decoding is what the bound is to
	// prevent.
	if bytes.Count(b, []byte("{"))+bytes.Count(b, []byte("[")) > maxNested || bytes.Count(b, []byte(`"`)) > 2*maxStrings {
		return nil, errors.New("render: more parts than an explanation in JSON may have")
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
	f.add(d.Quality != nil && d.Quality.Coalitions < 0, "quality: a count is negative")
	classes := map[string]bool{}
	for _, s := range d.Scores {
		f.add(s.Probability < 0 || s.Probability > 1, "score of class %q is %v, no probability", s.Class, s.Probability)
		f.add(classes[s.Class], "class %q has two scores", s.Class)
		classes[s.Class] = true
	}
	d.checkTerms(&f)
	return f.err()
}

// checkTerms adds what is wrong with the terms as a list: those of one player come
// first and ascend, and none stands twice.
func (d *document) checkTerms(f *faults) {
	seen, single, more := map[string]bool{}, -1, false
	for i, t := range d.Terms {
		f.add(d.Order > 0 && len(t.Players) > d.Order, "term %d: %d players in an explanation of order %d", i, len(t.Players), d.Order)
		key := fmt.Sprint(t.Players)
		f.add(seen[key], "term %d: players %v stand twice", i, t.Players)
		seen[key] = true
		if len(t.Players) == 1 {
			f.add(more || t.Players[0] < single, "term %d: player %d is out of order", i, t.Players[0])
			single = t.Players[0]
		}
		more = more || len(t.Players) != 1
	}
}

// term copes with files that have no errors; other lengths are for check to refuse.
func (t termJSON) term() explain.Term {
	err := knowns(t.Error)
	// Files of others may tell no errors; each is then unknown.
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

func knowns(v []jsonfloat.Number) []float64 {
	return each(v, func(n jsonfloat.Number) float64 { return float64(n) })
}
