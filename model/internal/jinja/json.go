package jinja

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
)

// maxJSON bounds how deep values of JSON lie in one another.
// Half of what a run allows: a template puts values of JSON into values of its own.
const maxJSON = maxNest / 2

// FromJSON returns the value that a JSON text spells, with the order of its
// keys. The texts of the values for which source returns one, by the keys and
// numbers that lead there, came from it; it may be nil.
// Numbers are kept as the text spells them: an int of any size, or a float where there
// is a point or an exponent. Of a key that is there twice, the last value counts.
func FromJSON(text []byte, source func(path []string) (number int, ok bool)) (Value, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	r := &reader{d: d, source: source}
	v, err := r.value(nil)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value of JSON")
	}
	return v, nil
}

// It goes by tokens, since a Go map loses the order of the keys, which is that of the
// words that a template writes.
type reader struct {
	d      *json.Decoder
	source func(path []string) (int, bool)
}

// path has the keys and numbers that lead to the value.
func (r *reader) value(path []string) (Value, error) {
	if len(path) > maxJSON {
		return nil, fmt.Errorf("JSON with more than %d values in one another", maxJSON)
	}
	token, err := r.d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case nil:
		return none{}, nil
	case bool:
		return boolean(t), nil
	case json.Number:
		return number(t.String())
	case string:
		if r.source != nil {
			if n, ok := r.source(path); ok {
				return From(n, t), nil
			}
		}
		return Plain(t), nil
	}
	if token == json.Delim('[') {
		return r.list(path)
	}
	return r.dict(path)
}

func number(s string) (Value, error) {
	// digits only; 1.0 and 1e3 are floats, as in Python
	if len(s) <= maxDigits {
		if n, ok := new(big.Int).SetString(s, 10); ok {
			return small(n), nil
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, fmt.Errorf("the number %.20s… is too large", s)
	}
	return float(f), nil
}

// list reads an array behind its bracket; the path of an item ends in its number.
func (r *reader) list(path []string) (Value, error) {
	l := &list{}
	for r.d.More() {
		// the path is clipped, so that each value appends to a copy
		v, err := r.value(append(slices.Clip(path), decimal(len(l.items))))
		if err != nil {
			return nil, err
		}
		l.items = append(l.items, v)
	}
	_, err := r.d.Token()
	return l, err
}

// dict reads an object behind its brace, in the order of its keys.
func (r *reader) dict(path []string) (Value, error) {
	d := newDict(0)
	for r.d.More() {
		key, err := r.d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string) // the decoder takes nothing else
		v, err := r.value(append(slices.Clip(path), name))
		if err != nil {
			return nil, err
		}
		d.put(name, v)
	}
	_, err := r.d.Token()
	return d, err
}

// put gives a name a value.
func (d *dict) put(name string, v Value) {
	if i, ok := d.at["s"+name]; ok {
		d.vals[i] = v
		return
	}
	d.at["s"+name] = len(d.keys)
	d.keys, d.vals = append(d.keys, Plain(name)), append(d.vals, v)
}
