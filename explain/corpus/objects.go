package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// objects decodes rows that are objects in JSON, as CPython's json reads them: of
// keys that are equal the last counts, and NaN and the infinities, which count as
// null, are no fault.
type objects struct{ fields Fields }

// An object is one in JSON, its values as they stand there.
type object map[string]json.RawMessage

// decode lets an id or a label be missing, which in lines of JSON says that there
// is none; a text must be there.
func (o objects) decode(row []byte) (Document, error) {
	values, err := readObject(row)
	if err != nil {
		return Document{}, fmt.Errorf("no object in JSON: %w", err)
	}
	return o.fields.document(func(field string) (string, error) {
		value, ok := values.lookup(field)
		switch {
		case !ok && field == o.fields.Text:
			return "", errors.New("missing")
		case !ok:
			return "", nil
		}
		return scalar(value, field == o.fields.Text)
	})
}

// readObject reads a row.
func readObject(row []byte) (object, error) {
	var o object
	err := json.Unmarshal(row, &o)
	// Tried only where plain JSON fails, since nearly no row needs it.
	if err != nil && (bytes.Contains(row, []byte("NaN")) || bytes.Contains(row, []byte("Infinity"))) {
		o = nil
		err = json.Unmarshal(finite(row), &o)
	}
	if err == nil && o == nil {
		err = errors.New("null")
	}
	return o, err
}

// finite returns JSON with null in place of the numbers that JSON lacks.
func finite(row []byte) []byte {
	var out []byte
	quoted := false
	for i := 0; i < len(row); i++ {
		rest := row[i:]
		switch {
		case quoted && row[i] == '\\' && len(rest) > 1:
			out = append(out, row[i])
			i++
		case row[i] == '"':
			quoted = !quoted
		case quoted:
		default:
			if n := infinite(rest); n > 0 {
				out = append(out, "null"...)
				i += n - 1
				continue
			}
		}
		out = append(out, row[i])
	}
	return out
}

// infinite returns how long the number that JSON lacks is, with which b begins.
func infinite(b []byte) int {
	for _, number := range []string{"NaN", "Infinity", "-Infinity"} {
		if bytes.HasPrefix(b, []byte(number)) {
			return len(number)
		}
	}
	return 0
}

// lookup returns the value of a field: of the key of that name, or else, where the
// name has dots, of the last key in the object of the one before.
func (o object) lookup(field string) (json.RawMessage, bool) {
	if value, ok := o[field]; ok {
		return value, true
	}
	for i, b := range []byte(field) {
		if b != '.' {
			continue
		}
		if value := o[field[:i]]; len(value) > 0 && value[0] == '{' {
			var inner object
			if json.Unmarshal(value, &inner) == nil {
				if value, ok := inner.lookup(field[i+1:]); ok {
					return value, true
				}
			}
		}
	}
	return nil, false
}

// mostDepth is how deep in objects the names of fields are told.
const mostDepth = 4

// names adds the names of all fields that lookup finds and that are no objects, with
// the bytes of the longest text of each.
func (o object) names(to map[string]int, before string, depth int) {
	for key, value := range o {
		var inner object
		if value[0] == '{' && depth < mostDepth && json.Unmarshal(value, &inner) == nil && len(inner) > 0 {
			inner.names(to, before+key+".", depth+1)
		} else {
			length := 0
			if value[0] == '"' {
				length = len(value)
			}
			to[before+key] = max(to[before+key], length)
		}
	}
}

// look returns an error if none of some objects has one of the fields: it may be
// misspelled.
func (o objects) look(rows [][]byte) error {
	names, found := map[string]int{}, map[string]bool{}
	for _, row := range rows {
		values, err := readObject(row)
		if err != nil {
			continue
		}
		values.names(names, "", 1)
		for _, field := range o.fields.names() {
			if _, ok := values.lookup(field); ok {
				found[field] = true
			}
		}
	}
	for _, field := range o.fields.names() {
		if len(names) > 0 && !found[field] {
			have, longest := slices.Sorted(maps.Keys(names)), ""
			for _, name := range have {
				if names[name] > names[longest] {
					longest = name
				}
			}
			return &MissingFieldError{field, have, longest}
		}
	}
	return nil
}

// scalar returns a string, or where it need be none a number, a truth or
// nothing, as text.
func scalar(value json.RawMessage, text bool) (string, error) {
	switch {
	case value[0] == '"':
		return stringOf(value)
	case value[0] == '{', value[0] == '[':
		return "", fmt.Errorf("%s is no string but %s", clip(value, 40), map[byte]string{'{': "an object", '[': "a list"}[value[0]])
	case text:
		return "", fmt.Errorf("%s is no string", clip(value, 40))
	case bytes.Equal(value, []byte("null")):
		return "", nil
	}
	return string(value), nil
}

// stringOf returns a string in JSON, unless there is something in it that is no
// character: json would replace it.
func stringOf(value json.RawMessage) (string, error) {
	if !utf8.Valid(value) {
		return "", errNotUTF8
	}
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return "", err
	}
	if strings.Count(s, "\ufffd") > bytes.Count(value, []byte("\ufffd"))+bytes.Count(bytes.ToLower(value), []byte(`\ufffd`)) {
		return "", errors.New("has half of a surrogate pair, which is no character")
	}
	return s, nil
}
