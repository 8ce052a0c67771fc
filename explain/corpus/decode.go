package corpus

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A decoder makes a document of a row of text.
type decoder interface {
	decode(row []byte) (Document, error)
}

var errNotUTF8 = errors.New("not UTF-8")

// columns decodes rows whose fields stand in the order of a header.
type columns struct {
	dialect
	fields Fields
	header []string
}

// newColumns reads the header.
func newColumns(fields Fields, d dialect, header []byte) (*columns, error) {
	names := d.split(header)
	for _, field := range fields.names() {
		if !slices.Contains(names, field) {
			return nil, &MissingFieldError{Field: field, Have: names}
		}
	}
	return &columns{d, fields, names}, nil
}

// decode refuses a row of another length, as a quote that is missing makes: by
// position its values would be those of other fields.
func (c *columns) decode(row []byte) (Document, error) {
	values := c.split(row)
	if len(values) != len(c.header) {
		return Document{}, fmt.Errorf("%d fields, the header has %d", len(values), len(c.header))
	}
	return c.fields.document(func(field string) (string, error) {
		// Of columns of the same name the first; newColumns has seen to it that
		// there is one.
		value := values[slices.Index(c.header, field)]
		if !utf8.ValidString(value) {
			return "", errNotUTF8
		}
		return value, nil
	})
}

// A MissingFieldError tells that a file has no column of a name, and which it has.
type MissingFieldError struct {
	Field   string
	Have    []string // those within others as objects.of.them
	Longest string   // that of them with the longest text, where any was looked at
}

// mostNames is how many names an error tells.
const mostNames = 20

// Error names the column that is missing and up to mostNames of those there are.
func (e *MissingFieldError) Error() string {
	have, more := e.Have, ""
	if len(have) > mostNames {
		have, more = have[:mostNames], fmt.Sprintf(" and %d more", len(have)-mostNames)
	}
	shown := make([]string, len(have))
	for i, name := range have {
		shown[i] = shownName(name)
	}
	return fmt.Sprintf("no field %q, there are: %s%s", e.Field, strings.Join(shown, ", "), more)
}

// shownName returns a name as it is where it can be told from those beside it, and
// else in quotes.
func shownName(name string) string {
	name = clip([]byte(name), 100)
	if name == "" || strings.ContainsAny(name, ",\"") || strings.TrimSpace(name) != name || strings.ContainsFunc(name, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return name
}

// clip returns the beginning of b, of at most so many bytes, as text.
func clip(b []byte, most int) string {
	if len(b) <= most {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return strings.ToValidUTF8(string(b[:most]), "") + "…"
}
