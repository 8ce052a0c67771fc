package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/quote"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/bias"
)

// augment writes the rows of a training file, each followed by its twin, if it has
// one: the same row with the words of each group swapped for those of the other.
// A model that is trained on both has no reason to tell the groups apart.
func (p *program) augment(ctx context.Context, a auditFlags, name, to string) error {
	format := strings.ToLower(filepath.Ext(name))
	switch {
	case to == "":
		return terminal.Usage("--augment needs --output").Or("--output more%s", format)
	case strings.ToLower(filepath.Ext(to)) != format:
		return terminal.Usage("--output %s is not of the format of %s", to, name)
	}
	// Gender has two groups, so the twin of a text is plain; where there are more,
	// as religions, each word becomes that of the next group, which is for the
	// person to want.
	if len(a.axes) == 0 && a.lexicon == "" {
		a.axes = []string{"gender"}
	}
	lexicons, err := lexiconsOf(ctx, a.lexicon, a.axes)
	if err != nil {
		return err
	}
	f, err := flags.OpenFile(ctx, name)
	if err != nil {
		return err
	}
	defer f.Close()
	t := &twins{lexicons: lexicons, field: a.fields.Text}
	write := map[string]func(io.Reader, io.Writer) error{
		".jsonl": t.lines, ".ndjson": t.lines,
		".csv": func(r io.Reader, w io.Writer) error {
			out := csv.NewWriter(w)
			if err := t.table(csv.NewReader(r).Read, out.Write); err != nil {
				return err
			}
			out.Flush()
			return out.Error()
		},
		".tsv": func(r io.Reader, w io.Writer) error { return t.table(tabbed(r), tabs(w)) },
	}[format]
	if write == nil {
		return terminal.Usage("%s is neither .jsonl, .csv nor .tsv", name)
	}
	// An error of a row is told apart from one of writing: only the former has the
	// name of the input before it.
	var fault error
	err = output.File(to, func(w io.Writer) error {
		fault = write(withoutMark(f), w)
		return fault
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if fault != nil {
		return fmt.Errorf("%s: %w", name, fault)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %d rows and %d twins\n", to, t.rows, t.made)
	return err
}

// A twins is a file being augmented.
// rows counts the texts read and made the twins written, for the last line of the
// output.
type twins struct {
	lexicons   []*bias.Lexicon
	field      string
	rows, made int
}

// of returns the twin of a text, by all lexicons one after the other.
func (t *twins) of(text string) (twin string, ok bool) {
	t.rows++
	twin = text
	for _, l := range t.lexicons {
		// Each lexicon goes on from what the one before made: one twin for all, not
		// one for each.
		if mirrored, changed := l.Mirror(twin); changed {
			twin = mirrored
		}
	}
	if twin == text {
		return "", false
	}
	t.made++
	return twin, true
}

// lines augments lines of JSON objects, whose other fields stay as they are.
func (t *twins) lines(r io.Reader, w io.Writer) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, request.MaxText)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var object map[string]json.RawMessage
		var text string
		if err := json.Unmarshal(line, &object); err != nil {
			return terminal.Usage("line %d: %w", n, err)
		}
		if err := json.Unmarshal(object[t.field], &text); err != nil {
			return terminal.Usage("line %d: field %q is no text", n, t.field)
		}
		// The row itself is written as it was read, byte by byte; only the twin is
		// encoded anew.
		if _, err := fmt.Fprintf(w, "%s\n", line); err != nil {
			return err
		}
		twin, ok := t.of(text)
		if !ok {
			continue
		}
		var err error
		if object[t.field], err = json.Marshal(twin); err != nil {
			return err
		}
		if line, err = json.Marshal(object); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s\n", line); err != nil {
			return err
		}
	}
	return lines.Err()
}

// table augments rows of a table, the first of which names its fields.
func (t *twins) table(read func() ([]string, error), write func([]string) error) error {
	heads, err := read()
	if err != nil {
		return terminal.Usage("%w", err)
	}
	at := slices.Index(heads, t.field)
	if at < 0 {
		return terminal.Usage("no field %q; there are %s", t.field, strings.Join(heads, ", ")).Or("name the field with the text: --text-field %s", quote.Typed(heads[0]))
	}
	if err := write(heads); err != nil {
		return err
	}
	for n := 2; ; n++ {
		row, err := read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		// TSV is split here by tabs alone, so package csv has not looked.
		if err == nil && len(row) != len(heads) {
			err = fmt.Errorf("row %d has %d fields, the first %d", n, len(row), len(heads))
		}
		if err != nil {
			return terminal.Usage("%w", err)
		}
		if err := write(row); err != nil {
			return err
		}
		if twin, ok := t.of(row[at]); ok {
			row = slices.Clone(row)
			row[at] = twin
			if err := write(row); err != nil {
				return err
			}
		}
	}
}

// tabbed reads rows of TSV, in which a quote is a letter like any other. Training files
// of GLUE and its like are written so, and encoding/csv would take an unmatched quote
// for the begin of a value of many lines.
func tabbed(r io.Reader) func() ([]string, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, request.MaxText)
	return func() ([]string, error) {
		if !lines.Scan() {
			if err := lines.Err(); err != nil {
				return nil, err
			}
			return nil, io.EOF
		}
		return strings.Split(strings.TrimSuffix(lines.Text(), "\r"), "\t"), nil
	}
}

// tabs writes them.
func tabs(w io.Writer) func([]string) error {
	return func(row []string) error {
		_, err := fmt.Fprintln(w, strings.Join(row, "\t"))
		return err
	}
}
