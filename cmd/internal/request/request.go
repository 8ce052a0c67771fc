// Package request says what a person wants explained, whoever carries it: the
// flags of a command, a saved explanation, a row of a corpus, the body of a call.
//
// A [Request] is typed and checked once, all its faults together. It opens as a
// [Run]: a model, a game and an estimator. Nothing here knows a flag or prints, and
// no field can name a program, a host, a key or a path to write: those are for the
// person at the command line, or the operator of a server, to give.
package request

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// A Task is what a model does with a text.
type Task string

// The tasks. Play is a game that is no text: stored values, or a program that
// whoever runs the request names.
const (
	Classify  Task = "classify"
	Generate  Task = "generate"
	Translate Task = "translate"
	Answer    Task = "answer"
	Tag       Task = "tag"
	Fill      Task = "fill"
	Ask       Task = "ask"
	Play      Task = "game"
)

// Tasks returns all tasks, the default first.
func Tasks() []Task { return []Task{Classify, Generate, Translate, Answer, Tag, Fill, Ask, Play} }

// A Request is what is wanted. Its zero value explains an empty text by the
// built-in classifier with every choice at its default. As JSON it is one object,
// whose fields are those of the parts together. A field that says something to some
// tasks only has a tag that names them: for:"generate translate".
type Request struct {
	Task    Task `json:"task,omitempty"` // empty for Classify
	Input        // what the model reads
	Target       // what of its answer is explained
	Writing      // how it answers, where it writes
	Game         // how the text becomes a game
	Method       // how the game is estimated
	Model        // which model reads
}

// Decode reads a request as JSON. Fields that no request has are an error, so that
// a misspelt choice is not silently the default.
func Decode(data []byte) (Request, error) {
	var r Request
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Request{}, fmt.Errorf("request: %w", err)
	}
	// Decode stops behind the first value and would pass over what follows.
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Request{}, errors.New("request: more than one JSON value")
	}
	return r, nil
}

// Encode returns the request as JSON, without what is at its default, so that those
// who ask for the same have the same text.
func (r Request) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	// Requests are compared as text, and read by people: "<" stays as it is.
	e.SetEscapeHTML(false)
	if err := e.Encode(r.plain()); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// plain returns the request with its zeros where a default was named.
func (r Request) plain() Request {
	if units := Units(r.Task); len(units) > 0 {
		unlessFirst(&r.Unit, units)
	}
	unlessFirst(&r.Task, []Task{Classify})
	unlessFirst(&r.Scale, Scales())
	unlessFirst(&r.Explain, Views())
	unlessFirst(&r.Score, Scorings())
	unlessFirst(&r.EarlyStopping, EarlyStops())
	unlessFirst(&r.Aggregation, Aggregations())
	unlessFirst(&r.Long, []string{text.Refuse.String()})
	unlessFirst(&r.Method.Name, Methods())
	unlessFirst(&r.Precision, []string{model.Float32.String()})
	if r.Seed != nil && *r.Seed == (Method{}).RandomSeed() {
		r.Seed = nil
	}
	return r
}

// unlessFirst clears a choice that is the default, the first of all.
func unlessFirst[S ~string](choice *S, all []S) {
	if *choice == all[0] {
		*choice = ""
	}
}

// Validate returns what is wrong with the request, all [Fault]s together, before
// any model is opened.
func (r Request) Validate() error {
	var f faults
	if r.Task != "" && !slices.Contains(Tasks(), r.Task) {
		f.add(fault("task", "{task} %q is none of %s", r.Task, listed(Tasks())))
	}
	r.Input.validate(&f)
	r.Target.validate(&f)
	r.Writing.validate(&f)
	r.Game.validate(&f)
	r.Method.validate(&f)
	r.Model.validate(&f)
	if units := Units(r.Task); units != nil {
		oneOf(&f, "unit", r.Unit, units)
	}
	if r.Task == "" || slices.Contains(Tasks(), r.Task) {
		r.suits(&f)
	}
	return f.join()
}
