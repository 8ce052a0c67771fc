package pickle

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/whence-xai/whence/model/tensor"
)

// parseZip reads the form since torch 1.6: an archive of data.pkl, the pickle, of
// byteorder, and of data/0, data/1 and so on, the storages, all of them in a folder
// and none compressed.
// torch/serialization.py, _load. No compression means that storages are views of the
// mapped file.
func parseZip(file []byte) ([]tensor.Tensor, error) {
	a, err := openArchive(file)
	if err != nil {
		return nil, err
	}
	pickled, err := a.record("data.pkl")
	if err != nil {
		return nil, err
	}
	if a.has("constants.pkl") {
		return nil, errors.New("a program of TorchScript, not weights; save its state_dict")
	}
	x := newExtent(len(file))
	if a.has("byteorder") {
		order, err := a.record("byteorder")
		if err != nil {
			return nil, err
		}
		if x.swapped = string(order) == "big"; !x.swapped && string(order) != "little" {
			return nil, fmt.Errorf("byteorder: %.20q is neither little nor big", order)
		}
	}
	m := newMachine(pickled, a.store)
	top, err := m.run()
	// a second pickle behind the first would be read by nobody
	if err == nil && m.at != len(pickled) {
		err = fmt.Errorf("ends at byte %d of %d", m.at, len(pickled))
	}
	if err != nil {
		return nil, fmt.Errorf("data.pkl, %w", err)
	}
	return collect(top, x)
}

// An archive is the records of a file.
// Records are found by the folder of the first one: torch names it by the file.
type archive struct {
	file    []byte
	folder  string
	records map[string]*zip.File
	stores  map[string]*storage // those that were asked for
}

// maxDirectory bounds what is read of an archive's directory, in bytes.
const maxDirectory = 32 << 20

// openArchive reads the directory of an archive.
func openArchive(file []byte) (*archive, error) {
	z, err := zip.NewReader(&bounded{bytes.NewReader(file), maxDirectory}, int64(len(file)))
	if err != nil {
		return nil, err
	}
	if len(z.File) == 0 {
		return nil, errors.New("an archive of nothing")
	}
	folder, _, _ := strings.Cut(z.File[0].Name, "/")
	a := &archive{file: file, folder: folder + "/", records: make(map[string]*zip.File, len(z.File)), stores: map[string]*storage{}}
	for _, f := range z.File {
		// a record that is there twice could be read as one thing here and as another elsewhere
		if _, twice := a.records[f.Name]; twice {
			return nil, fmt.Errorf("the record %.100q is there twice", f.Name)
		}
		a.records[f.Name] = f
	}
	return a, nil
}

// A bounded reader reads so many bytes in all.
// Package zip reads as many entries as an archive tells, each of which takes memory.
type bounded struct {
	io.ReaderAt
	left int
}

// ReadAt counts what is asked for, not what is there.
func (b *bounded) ReadAt(p []byte, at int64) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("the archive's directory is larger than that of any weights")
	}
	return b.ReaderAt.ReadAt(p, at)
}

// has tells whether there is a record of that name.
func (a *archive) has(name string) bool { return a.records[a.folder+name] != nil }

// record returns the bytes of a record.
func (a *archive) record(name string) ([]byte, error) {
	f := a.records[a.folder+name]
	if f == nil {
		return nil, fmt.Errorf("the archive has no record %.100q; it is none of torch.save", a.folder+name)
	}
	const encrypted = 1
	if f.Method != zip.Store || f.Flags&encrypted != 0 || f.CompressedSize64 != f.UncompressedSize64 {
		return nil, fmt.Errorf("the record %.100q is compressed, as torch.save leaves none; load the file with torch and save it anew", f.Name)
	}
	// from the local header, which may differ from the directory
	at, err := f.DataOffset()
	if err != nil {
		return nil, fmt.Errorf("the record %.100q: %w", f.Name, err)
	}
	if at < 0 || at > int64(len(a.file)) || f.UncompressedSize64 > uint64(int64(len(a.file))-at) {
		return nil, fmt.Errorf("the record %.100q has %d bytes from byte %d of a file of %d", f.Name, f.UncompressedSize64, at, len(a.file))
	}
	return a.file[at:][:f.UncompressedSize64:f.UncompressedSize64], nil
}

// store returns the storage of an id, whose record has just its bytes.
func (a *archive) store(id tuple) (*storage, error) {
	s, err := parseID(id)
	if err != nil {
		return nil, err
	}
	if before, ok := a.stores[s.key]; ok && before.dtype == s.dtype && before.size == s.size {
		return before, nil
	}
	if s.data, err = a.record("data/" + s.key); err != nil {
		return nil, err
	}
	if s.size > len(s.data) || s.bytes(s.size) != len(s.data) {
		return nil, fmt.Errorf("storage %.100q has %d bytes, not %d elements of %d", s.key, len(s.data), s.size, s.bytes(1))
	}
	a.stores[s.key] = s
	return s, nil
}
