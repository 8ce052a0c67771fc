package corpus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"

	"github.com/parquet-go/parquet-go"
)

// Rows yields the rows of an output, .jsonl or .parquet. Where there is none of
// that name but its parts are all there, it yields theirs. A row is overwritten
// by none after it. After an error it yields no more.
// So a report can be made of a run whose parts are complete and not joined.
func Rows(ctx context.Context, store Store, output string) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		fail := func(err error) { yield(nil, err) }
		file, err := store.Open(ctx, output)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			rowsOfParts(ctx, store, output, err)(yield)
			return
		case err != nil:
			fail(err)
			return
		}
		defer file.Close()
		rows := linesOf(ctx, file, 0)
		if isParquet(output) {
			rows = tableOf(ctx, file)
		}
		for r, err := range rows {
			if err != nil {
				fail(fmt.Errorf("%s: %w", output, err))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// rowsOfParts yields the rows of the parts of an output; where there are none,
// absent.
func rowsOfParts(ctx context.Context, store Store, output string, absent error) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		found, err := store.List(ctx, escapePattern(output+partsSuffix)+"/*"+manifestSuffix)
		if err == nil && len(found) == 0 {
			err = absent
		}
		var parts []*Manifest
		if err == nil {
			parts, err = manifests(ctx, store, output)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		// Parts come in the order of their shards, so that row numbers go on as in
		// the joined output.
		before := int64(0)
		for _, p := range parts {
			if !rowsOfPart(ctx, store, partNames(output, p.Shards, p.Shard).rows, before, yield) {
				return
			}
			before += p.Rows
		}
	}
}

// rowsOfPart yields the rows of a part and reports whether to go on.
func rowsOfPart(ctx context.Context, store Store, name string, before int64, yield func(*Row, error) bool) bool {
	file, err := store.Open(ctx, name)
	if err != nil {
		yield(nil, err)
		return false
	}
	defer file.Close()
	for r, err := range linesOf(ctx, file, before) {
		if err != nil {
			yield(nil, fmt.Errorf("%s: %w", name, err))
			return false
		}
		if !yield(r, nil) {
			return false
		}
	}
	return true
}

// linesOf yields rows in JSON, preceded by so many.
func linesOf(ctx context.Context, f File, before int64) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		in := newSplitter(contextReader{ctx, io.NewSectionReader(f, 0, f.Size())}, 0, dialect{})
		// A row of an output is longer than the one it is of: it has every word
		// with its scores.
		in.most = mostLine
		for n := 1; ; n++ {
			line, err := in.next()
			if errors.Is(err, io.EOF) {
				return
			}
			r := &Row{}
			if err == nil {
				err = json.Unmarshal(line, r)
			}
			if err == nil {
				err = r.check()
			}
			if err != nil {
				yield(nil, fmt.Errorf("line %d: %w", n, err))
				return
			}
			// Rows of a part are numbered within it; those of the whole go on.
			r.Row += before
			if !yield(r, nil) {
				return
			}
		}
	}
}

// tableOf yields rows in Parquet.
func tableOf(ctx context.Context, f File) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		in, err := openRows(f)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			r, err := nextRow(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if err = errors.Join(err, ctx.Err()); err == nil {
				err = r.check()
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// openRows and nextRow turn the library's panics over damaged files into errors. An
// output is this program's own as a rule, so pages are not looked at beforehand as
// those of an input are.
func openRows(f File) (in *parquet.GenericReader[Row], err error) {
	defer recovered(&err)
	file, err := parquet.OpenFile(f, f.Size())
	if err != nil {
		return nil, err
	}
	return parquet.NewGenericReader[Row](file), nil
}

func nextRow(in *parquet.GenericReader[Row]) (r *Row, err error) {
	defer recovered(&err)
	var rows [1]Row
	// With the last row the reader also returns io.EOF, which comes again.
	if n, err := in.Read(rows[:]); n == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// check returns what is wrong with a row that somebody else may have written.
// What is checked is what code behind indexes by: scores by outputs, players by
// number.
func (r *Row) check() error {
	if r.Row < 0 || r.Row > maxRows*maxShards {
		return fmt.Errorf("row %d is none of any output", r.Row)
	}
	outputs := len(r.Full)
	if outputs == 0 || len(r.Baseline) != outputs || len(r.Outputs) != 0 && len(r.Outputs) != outputs {
		return fmt.Errorf("row %d is no explanation: it has %d values of the full text, %d of none, %d names of outputs",
			r.Row, outputs, len(r.Baseline), len(r.Outputs))
	}
	for i, p := range r.Players {
		if len(p.Score) != 0 && len(p.Score) != outputs || len(p.Error) != len(p.Score) {
			return fmt.Errorf("row %d: player %d has %d scores and %d errors for %d outputs", r.Row, i, len(p.Score), len(p.Error), outputs)
		}
	}
	for i, t := range r.Interactions {
		if len(t.Score) != outputs || len(t.Error) != outputs {
			return fmt.Errorf("row %d: interaction %d has %d scores and %d errors for %d outputs", r.Row, i, len(t.Score), len(t.Error), outputs)
		}
		for _, p := range t.Players {
			if p < 0 || p >= int64(len(r.Players)) {
				return fmt.Errorf("row %d: interaction %d is of player %d of %d", r.Row, i, p, len(r.Players))
			}
		}
	}
	return nil
}
