package corpus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
)

// A partFile is a file of lines of JSON that is being written, with its hash.
type partFile struct {
	Pending
	hash  hash.Hash
	bytes int64
	line  bytes.Buffer
}

func newPartFile(ctx context.Context, store Store, name string) (*partFile, error) {
	f, err := store.Create(ctx, name)
	if err != nil {
		return nil, err
	}
	return &partFile{Pending: f, hash: sha256.New()}, nil
}

// write writes a value as a line of JSON.
func (f *partFile) write(v any) error {
	f.line.Reset()
	e := json.NewEncoder(&f.line)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := f.Write(f.line.Bytes())
	return err
}

// Write writes bytes and hashes them.
func (f *partFile) Write(b []byte) (int, error) {
	f.hash.Write(b) // never fails
	f.bytes += int64(len(b))
	return f.Pending.Write(b)
}

// content returns what has been written.
func (f *partFile) content() Content {
	return Content{f.bytes, hex.EncodeToString(f.hash.Sum(nil))}
}

// An inputHash identifies documents, or parts by theirs.
// Strings go in with their lengths, so that ("ab", "c") is not ("a", "bc").
type inputHash struct{ hash.Hash }

func newInputHash() inputHash { return inputHash{sha256.New()} }

// record adds a record: its document, or where it is none, how it stands in the file.
func (h inputHash) record(r *record) {
	for _, s := range []string{r.ID, r.Text, r.Label, string(r.raw)} {
		h.string(s)
	}
}

// part adds a part by its hash.
func (h inputHash) part(sum string) { h.string(sum) }

// string adds a string with its length before it.
func (h inputHash) string(s string) {
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
	h.Write(n[:])
	_, _ = io.WriteString(h, s) // never fails
}

func (h inputHash) sum() string { return hex.EncodeToString(h.Sum(nil)) }
