package corpus

import (
	"errors"
	"strings"
)

// A DeadLetter is a row that could not be explained.
type DeadLetter struct {
	Row    int64  `json:"row"` // from 1 on, rows that were explained counted too; in a part, of the part
	File   string `json:"file"`
	Offset int64  `json:"offset"` // in the file, of the row's first byte; in Parquet, rows before it
	ID     string `json:"id,omitempty"`
	Field  string `json:"field,omitempty"` // that is at fault, where it is one
	Reason string `json:"reason"`
	Text   string `json:"text,omitempty"` // of the document
	Raw    string `json:"raw,omitempty"`  // of a row that is no document: as it stands in the file, at most 64 KiB
}

// deadLetter tells why a record could not be explained.
func deadLetter(row int64, r record, err error) DeadLetter {
	d := DeadLetter{Row: row, File: r.file, Offset: r.offset, ID: r.ID, Reason: err.Error()}
	var field *FieldError
	if errors.As(err, &field) {
		d.Field, d.Reason = field.Field, field.Err.Error()
	}
	// A row that could not be read has no document, so its bytes are kept; of
	// others the text is enough to try again.
	if r.err != nil {
		d.Raw = clip(r.raw, mostRaw)
	} else {
		d.Text = r.Text
	}
	// A reason may quote the file, and dead letters are JSON, which is UTF-8.
	d.Reason = strings.ToValidUTF8(d.Reason, "\ufffd")
	return d
}
