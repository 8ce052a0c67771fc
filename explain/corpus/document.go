package corpus

import (
	"errors"
	"fmt"
	"strings"
)

// A Document is one row of a corpus.
type Document struct {
	ID    string // empty where the corpus has none
	Text  string
	Label string // what people say the text is; empty where unknown
}

// Fields are the names of the columns, or of the keys of an object, that hold a
// document. ID and Label may be empty: the corpus has none.
type Fields struct {
	Text, ID, Label string
}

// names returns the fields that are asked for.
func (f Fields) names() []string {
	names := []string{f.Text}
	for _, name := range []string{f.ID, f.Label} {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// document makes a document of the values of a row, which has those fields.
func (f Fields) document(value func(field string) (string, error)) (d Document, err error) {
	for _, part := range []struct {
		field string
		to    *string
	}{{f.Text, &d.Text}, {f.ID, &d.ID}, {f.Label, &d.Label}} {
		if part.field == "" {
			continue
		}
		if *part.to, err = value(part.field); err != nil {
			return d, &FieldError{part.field, err}
		}
	}
	// What is too long is not carried on: up to 16 rows, and the dead letter, would
	// hold it.
	if err = f.check(d); err != nil {
		d.Text, d.Label = "", ""
		if len(d.ID) > mostName {
			d.ID = ""
		}
	}
	return d, err
}

// How long a text may be, and what else a document has, in bytes.
const (
	mostText = 1 << 20
	mostName = 64 << 10
)

func longText(n int) error {
	return fmt.Errorf("%.1f MiB long, where %d is the most: cut it in several", float64(n)/(1<<20), mostText>>20)
}

var errEmpty = errors.New("empty: there is nothing to explain")

// check returns what is wrong with the values of a document.
func (f Fields) check(d Document) error {
	switch {
	case len(d.Text) > mostText:
		return &FieldError{f.Text, longText(len(d.Text))}
	case len(d.ID) > mostName:
		return &FieldError{f.ID, fmt.Errorf("longer than %d KiB", mostName>>10)}
	case len(d.Label) > mostName:
		return &FieldError{f.Label, fmt.Errorf("longer than %d KiB", mostName>>10)}
	case strings.TrimSpace(d.Text) == "":
		return &FieldError{f.Text, errEmpty}
	}
	return nil
}

// A FieldError tells which field of a row is at fault.
type FieldError struct {
	Field string // its name in the file
	Err   error  // what is wrong with its value
}

// Error names the field before its fault.
func (e *FieldError) Error() string { return fmt.Sprintf("field %q: %v", e.Field, e.Err) }

// Unwrap returns the fault.
func (e *FieldError) Unwrap() error { return e.Err }

// A record is a row as it was read: a document, or what is wrong with it.
type record struct {
	Document
	err    error  // the row is no document
	raw    []byte // of a row of text that is none: as it stands in the file, cut at mostRaw
	file   string
	offset int64 // in the file: of the row's first byte, or in Parquet rows before it
	end    int64 // in the corpus: where the next row begins
}
