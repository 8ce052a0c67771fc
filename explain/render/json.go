package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"unicode"
	"unicode/utf8"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// schema is the version of the JSON that this package writes and reads. It
// changes only when a field changes its meaning or goes; programs must bear new
// fields.
const schema = 1

// document is an explanation as JSON has it.
type document struct {
	Schema      int           `json:"schema"`
	Text        string        `json:"text"`
	Model       modelJSON     `json:"model"`
	Target      targetJSON    `json:"target"`
	Scores      scoresJSON    `json:"scores"`
	Index       explain.Index `json:"index"`
	Order       int           `json:"order"`
	Estimator   estimatorJSON `json:"estimator"`
	Masker      string        `json:"masker"`
	Unit        string        `json:"unit"`
	Unseen      []spanJSON    `json:"unseen,omitempty"`
	Answer      *answerJSON   `json:"answer,omitempty"`
	Players     []playerJSON  `json:"players"`
	Baseline    []float64     `json:"baseline"`
	Full        []float64     `json:"full"`
	Terms       []termJSON    `json:"terms"`
	Unresolved  []creditJSON  `json:"unresolved,omitempty"`
	Surrogate   *fitJSON      `json:"surrogate,omitempty"`
	Quality     *qualityJSON  `json:"quality,omitempty"`
	Evaluations int           `json:"evaluations"`
	Duplicates  int           `json:"duplicates"`
	Stopped     string        `json:"stopped,omitempty"`
	Seconds     float64       `json:"seconds"`
	Warnings    []string      `json:"warnings"`
	Run         *runJSON      `json:"run,omitempty"`
}

type (
	modelJSON struct {
		Name   string `json:"name"`
		SHA256 string `json:"sha256"`
	}
	targetJSON struct {
		Class   string   `json:"class"`             // of a single output
		Classes []string `json:"classes,omitempty"` // of several
		Scale   string   `json:"scale"`
	}
	estimatorJSON struct {
		Name   string `json:"name"`
		Reason string `json:"reason,omitempty"`
		Budget int    `json:"budget"`
		Seed   uint64 `json:"seed"`
	}
	spanJSON struct {
		Start int `json:"start"`
		End   int `json:"end"`
	}
	answerJSON struct {
		Text   string     `json:"text"`
		Pieces []spanJSON `json:"pieces"`
	}
	runJSON struct {
		Version string          `json:"version"`
		Request json.RawMessage `json:"request,omitempty"`
		// Command and Settings are read of files that were saved before requests were.
		Command  string            `json:"command,omitempty"`
		Settings map[string]string `json:"settings,omitempty"`
	}
	playerJSON struct {
		Text  string `json:"text"`
		Start int    `json:"start"`
		End   int    `json:"end"`
	}
	termJSON struct {
		Players []int              `json:"players"`
		Score   []float64          `json:"score"`
		Error   []jsonfloat.Number `json:"error"`
	}
	creditJSON struct {
		Players []int     `json:"players"`
		Amount  []float64 `json:"amount"`
	}
	fitJSON struct {
		Intercept  []jsonfloat.Number `json:"intercept"`
		Prediction []jsonfloat.Number `json:"prediction"`
		R2         []jsonfloat.Number `json:"r2"`
	}
	qualityJSON struct {
		R2         []jsonfloat.Number `json:"r2"`
		Coalitions int                `json:"coalitions"`
		HeldOut    bool               `json:"held_out"`
	}
)

// Document returns the type that [JSON] encodes, for programs that describe it to
// others. Its fields are those that JSON lists.
func Document() reflect.Type { return reflect.TypeFor[document]() }

// scoresJSON is an object of classes and probabilities that keeps their order.
type scoresJSON []explain.ClassScore

// A Go map would sort the classes, whose order is the model's, and of two classes
// of one name, which a model may have, keep one.
func (s scoresJSON) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, c := range s {
		if i > 0 {
			b = append(b, ',')
		}
		class, err := json.Marshal(c.Class)
		if err != nil {
			return nil, err
		}
		p, err := json.Marshal(c.Probability)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, class...), ':'), p...)
	}
	return append(b, '}'), nil
}

// UnmarshalJSON reads token by token, for the order of the classes. That a class
// may stand twice is for the check of the document to refuse.
func (s *scoresJSON) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("scores is not an object")
	}
	*s = scoresJSON{}
	for d.More() {
		class, err := d.Token()
		if err != nil {
			return err
		}
		var p float64
		if err := d.Decode(&p); err != nil {
			return err
		}
		*s = append(*s, explain.ClassScore{Class: class.(string), Probability: p})
	}
	return nil
}

// JSON writes the explanation as one object, which [ReadJSON] reads back. Equal
// explanations give equal bytes. Its fields are
//
//	schema       1
//	text         what was explained
//	model        {name, sha256}
//	target       {class, scale}, or {classes, scale} of several outputs
//	scores       {class: probability}, the model's answer
//	index        what a score means, as in "SV"
//	order        the largest size of a term
//	estimator    {name, reason, budget, seed}
//	masker, unit how a player is masked, and what it is
//	unseen       [{start, end}], bytes that the model did not see; may be absent
//	answer       {text, pieces: [{start, end}]}, what the model wrote, and the bytes
//	             of it that each output stands for; may be absent
//	players      [{text, start, end}], in bytes
//	baseline     [v(∅)], an entry an output, as in all that follow
//	full         [v(N)]
//	terms        [{players: [numbers from 0], score: [], error: []}]
//	unresolved   [{players, amount}], credit split evenly; may be absent
//	surrogate    {intercept, prediction, r2}; may be absent
//	quality      {r2, coalitions, held_out}; may be absent
//	evaluations  distinct coalitions valued
//	duplicates   those whose masked input equalled another's
//	stopped      which rule ended the run early, and what is left; may be absent
//	seconds      wall time
//	warnings     [texts]
//	run          {version, request}, the program that made it and what that was
//	             asked for; may be absent
//
// A standard error or a quality that is unknown is null, and one without bound the
// string "Infinity" or "-Infinity" (see [jsonfloat.Number]). A score that is no
// number is an error, and so is a text that is not valid UTF-8, of which JSON
// could not carry every byte.
func JSON(w io.Writer, x *explain.Explanation) error {
	if err := check(x); err != nil {
		return err
	}
	if err := checkFinite(x); err != nil {
		return err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(toDocument(x)); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	_, err := w.Write(ascii(spread(b.Bytes())))
	return err
}

// ascii escapes the characters that encoding/json lets through though they
// command terminals or reorder lines; they can stand in strings only.
func ascii(b []byte) []byte {
	var out []byte
	for _, r := range string(b) {
		if r >= 0x7f && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r)) {
			out = fmt.Appendf(out, `\u%04x`, r)
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// spread breaks compact JSON into lines: a line for every field of the object,
// and for every object in an array of such a field.
func spread(compact []byte) []byte {
	var b []byte
	depth, quoted := 0, false
	// depth is at most 2 where it is called, for which these four spaces do.
	newline := func() { b = append(b, "\n    "[:1+2*depth]...) }
	for i, c := range compact {
		if c == '"' && !escaped(compact[:i]) {
			quoted = !quoted
		}
		switch {
		case quoted || c == '"':
			b = append(b, c)
		case c == '{' || c == '[':
			b = append(b, c)
			depth++
			if depth == 1 || depth == 2 && c == '[' && compact[i+1] == '{' {
				newline()
			}
		case c == '}' || c == ']':
			depth--
			if depth == 0 || depth == 1 && c == ']' && compact[i-1] == '}' {
				newline()
			}
			b = append(b, c)
		// Between fields, or between objects of a list; numbers of a list stay on
		// their line.
		case c == ',' && (depth == 1 || depth == 2 && compact[i-1] == '}'):
			b = append(b, c)
			newline()
		case c == ',' || c == ':':
			b = append(b, c, ' ')
		default:
			b = append(b, c)
		}
	}
	return b
}

// escaped reports whether an odd number of backslashes ends b.
func escaped(b []byte) bool {
	n := len(b) - len(bytes.TrimRight(b, `\`))
	return n%2 == 1
}
