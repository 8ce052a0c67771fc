package corpus

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"
)

// A format is how the rows of a file are written.
type format uint8

const (
	jsonl format = iota + 1
	csvTable
	tsvTable
	parquetTable
)

var formats = map[string]format{
	".jsonl": jsonl, ".ndjson": jsonl, ".csv": csvTable, ".tsv": tsvTable, ".parquet": parquetTable,
}

// formatOf tells the format of a file by its name, and how it is compressed: "",
// ".gz" or ".zst".
func formatOf(name string) (f format, compression string, err error) {
	extension := strings.ToLower(path.Ext(name))
	if extension == ".gz" || extension == ".zst" {
		compression = extension
		extension = strings.ToLower(path.Ext(name[:len(name)-len(extension)]))
	}
	f, ok := formats[extension]
	// Parquet is compressed within, and read from its end.
	if !ok || f == parquetTable && compression != "" {
		return 0, "", fmt.Errorf("%s: of no known format: .jsonl, .csv or .tsv, perhaps with .gz or .zst behind, or .parquet", name)
	}
	return f, compression, nil
}

// A source is one file of an input.
type source struct {
	name        string
	format      format
	compression string
	window      uint64           // how far back it may reach, of Zstandard
	wide        binary.ByteOrder // of UTF-16, or nil
	dialect     dialect
	from, to    int64 // of the corpus: in bytes of the file, in Parquet in rows
	end         int64 // of what counts of a file with estimated places, where it is not all: in bytes of its content
}

// estimated reports whether the place of a row in the file is but an estimate.
func (s *source) estimated() bool { return s.compression != "" || s.wide != nil }

// An Input is a corpus in files, one behind the other. Every row of it has a
// place: that of its first byte, which in a compressed file is an estimate that
// all make alike and rows may share, or in Parquet its number.
type Input struct {
	store   Store
	fields  Fields
	sources []source
	size    int64 // where the corpus ends; nothing behind it is read
}

// Open finds the files that the patterns name, in the order of the patterns, and
// sizes them up. A limit other than zero is how many rows to read; the rest of
// the corpus counts as not there.
//
// Of a file no more than its beginning is read here, of Parquet its end; many are
// opened at a time. Whoever reads rows of a compressed file reads it from its
// beginning.
func Open(ctx context.Context, store Store, patterns []string, fields Fields, limit int64) (*Input, error) {
	in := &Input{store: store, fields: fields}
	for _, pattern := range patterns {
		names, err := matching(ctx, store, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if err := in.add(name); err != nil {
				return nil, err
			}
		}
	}
	if err := in.measure(ctx); err != nil {
		return nil, err
	}
	if limit > 0 {
		return in, in.limit(ctx, limit)
	}
	return in, nil
}

// matching returns the files that a pattern names, at least one: the one of that very
// name, where it is there.
func matching(ctx context.Context, store Store, pattern string) ([]string, error) {
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}, nil
	}
	if file, err := store.Open(ctx, pattern); err == nil {
		_ = file.Close() // nothing was read
		return []string{pattern}, nil
	}
	names, err := store.List(ctx, pattern)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pattern, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no such file", pattern)
	}
	return names, nil
}

// add puts a file at the end of the corpus.
func (in *Input) add(name string) error {
	f, compression, err := formatOf(name)
	if err != nil {
		return err
	}
	// Places of a corpus are in bytes or in rows; shards of both together could not
	// be equal.
	if len(in.sources) > 0 && (in.sources[0].format == parquetTable) != (f == parquetTable) {
		return fmt.Errorf("%s: Parquet and other files in one corpus", name)
	}
	in.sources = append(in.sources, source{name: name, format: f, compression: compression})
	return nil
}

// sideBySide is how many files are looked at at a time.
const sideBySide = 16

// measure looks at all files and gives them their places. Its error is of the
// first file that has one.
func (in *Input) measure(ctx context.Context) error {
	errs := make([]error, len(in.sources))
	var wide sync.Mutex
	group, failed := errgroup.WithContext(ctx)
	group.SetLimit(sideBySide)
	for i := range in.sources {
		if failed.Err() != nil {
			break // all before the one at fault are being looked at
		}
		s := &in.sources[i]
		group.Go(func() (err error) {
			s.window = usualWindow
			if s.to, err = in.sizeOf(ctx, s); errors.Is(err, zstd.ErrWindowSizeExceeded) {
				wide.Lock() // of these one is looked at at a time, for they need much memory
				defer wide.Unlock()
				s.window = mostWindow
				s.to, err = in.sizeOf(ctx, s)
			}
			s.window = mostWindow // whoever reads on reads one file at a time
			errs[i] = in.named(s.name, err)
			return err
		})
	}
	_ = group.Wait() // the error of whichever was first in time
	for i := range in.sources {
		s := &in.sources[i]
		s.from, s.to = in.size, in.size+s.to
		in.size = s.to
	}
	return cmp.Or(append(errs, ctx.Err())...)
}

// sizeOf opens a file, to see that its fields are there, and returns how long it is.
func (in *Input) sizeOf(ctx context.Context, s *source) (size int64, err error) {
	file, err := in.store.Open(ctx, s.name)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	if s.format == parquetTable {
		return parquetSize(file, in.fields)
	}
	if err := s.sniff(file, in.fields); err != nil {
		return 0, err
	}
	rows, err := s.open(file, in.fields, 0)
	if err == nil {
		err = rows.(*textRows).look()
	}
	return file.Size(), err
}

// limit ends the corpus after so many rows.
func (in *Input) limit(ctx context.Context, rows int64) error {
	r := in.reader()
	defer r.close()
	for rec, err := range r.rangeOf(ctx, 0, in.size) {
		if err != nil {
			return err
		}
		if rows--; rows > 0 {
			continue
		}
		in.size = rec.end
		if s := &in.sources[r.which]; s.estimated() { // rows before and behind the end may share its place
			in.size, s.end = rec.end+1, r.rows.(*textRows).at
		}
		return nil
	}
	return nil
}

// bounds returns where a shard begins and ends.
func (in *Input) bounds(shards, shard int) (from, to int64) {
	// Quotients and remainders apart, so that nothing overflows.
	at := func(i int64) int64 { n := int64(shards); return in.size/n*i + in.size%n*i/n }
	return at(int64(shard)), at(int64(shard) + 1)
}

// Size returns how long the corpus is: in bytes of its files, of Parquet in rows.
func (in *Input) Size() int64 { return in.size }

// named puts the name of a file before an error of it that lacks the name.
func (in *Input) named(name string, err error) error {
	if err == nil || strings.Contains(err.Error(), name) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// A contextReader fails once its context is done.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}

// The size of a shard where nobody says how many there are to be: about a minute
// of work, a few where files are compressed, in bytes or in rows.
const (
	shardBytes = 16 << 10
	shardRows  = 128
	mostShards = 10000
)

// Shards returns into how many shards it is well to cut the corpus for one
// machine, so that little is lost when it is stopped.
func (in *Input) Shards() int {
	size := int64(shardBytes)
	if len(in.sources) > 0 && in.sources[0].format == parquetTable {
		size = shardRows
	}
	return int(min(max((in.size+size-1)/size, 1), mostShards))
}
