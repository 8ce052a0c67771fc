package corpus

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A decoder makes a document of a row of text.
type decoder interface {
	decode(row []byte) (Document, error)
}

// objects decodes rows that are objects in JSON.
type objects struct{ fields Fields }

func (o objects) decode(row []byte) (Document, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(row, &object); err != nil {
		return Document{}, fmt.Errorf("no object in JSON: %w", err)
	}
	return o.fields.document(func(field string) (string, error) {
		value, ok := object[field]
		switch {
		case !ok && field == o.fields.Text:
			return "", errors.New("missing")
		case !ok:
			return "", nil
		}
		return scalar(value, field == o.fields.Text)
	})
}

// look returns an error if none of some objects has one of the fields: it may be
// misspelled.
func (o objects) look(rows [][]byte) error {
	keys := map[string]bool{}
	for _, row := range rows {
		var object map[string]json.RawMessage
		_ = json.Unmarshal(row, &object) // what is no object has no keys
		for key := range object {
			keys[key] = true
		}
	}
	for _, field := range o.fields.names() {
		if len(keys) > 0 && !keys[field] {
			return &MissingFieldError{field, slices.Sorted(maps.Keys(keys))}
		}
	}
	return nil
}

// scalar returns a string, or where it need be none a number, a truth or
// nothing, as text.
func scalar(value json.RawMessage, text bool) (string, error) {
	switch {
	case value[0] == '"':
		if !utf8.Valid(value) { // json would replace what is not
			return "", errNotUTF8
		}
		var s string
		return s, errors.Join(json.Unmarshal(value, &s))
	case text, value[0] == '{', value[0] == '[':
		return "", fmt.Errorf("%s is no string", clip(value, 40))
	case bytes.Equal(value, []byte("null")):
		return "", nil
	}
	return string(value), nil
}

var errNotUTF8 = errors.New("not UTF-8")

// columns decodes rows whose fields stand in the order of a header.
type columns struct {
	fields Fields
	header []string
	split  func(row []byte) ([]string, error)
}

// newColumns reads the header.
func newColumns(fields Fields, header []byte, split func([]byte) ([]string, error)) (*columns, error) {
	names, err := split(bytes.TrimPrefix(header, []byte("\ufeff")))
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	for _, field := range fields.names() {
		if !slices.Contains(names, field) {
			return nil, &MissingFieldError{field, names}
		}
	}
	return &columns{fields, names, split}, nil
}

// A MissingFieldError tells that a file has no column of a name, and which it has.
type MissingFieldError struct {
	Field string
	Have  []string
}

func (e *MissingFieldError) Error() string {
	return fmt.Sprintf("no field %q, there are: %s", e.Field, strings.Join(e.Have, ", "))
}

func (c *columns) decode(row []byte) (Document, error) {
	values, err := c.split(row)
	if err == nil && len(values) != len(c.header) {
		err = fmt.Errorf("%d fields, the header has %d", len(values), len(c.header))
	}
	if err != nil {
		return Document{}, err
	}
	return c.fields.document(func(field string) (string, error) {
		value := values[slices.Index(c.header, field)]
		if !utf8.ValidString(value) {
			return "", errNotUTF8
		}
		return value, nil
	})
}

// splitCSV splits a row of comma-separated values (RFC 4180); quotes within a
// field without them stand for themselves.
func splitCSV(row []byte) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(row))
	r.LazyQuotes = true
	return r.Read()
}

// splitTSV splits a row at its tabs. Nothing is quoted.
func splitTSV(row []byte) ([]string, error) { return strings.Split(string(row), "\t"), nil }

// clip returns the beginning of b, of at most so many bytes, as text.
func clip(b []byte, most int) string {
	if len(b) <= most {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return strings.ToValidUTF8(string(b[:most]), "") + "…"
}
