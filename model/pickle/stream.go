package pickle

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/whence-xai/whence/model/tensor"
)

// magic begins the stream that torch wrote before its version 1.6: a pickle of an
// integer of 10 bytes.
const magic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."

// parseStream reads the form before zip archives: pickles of a number that marks it,
// of its version, of facts of the machine, of the dictionary, of the keys of its
// storages, and then these, each as its number of elements in 8 bytes and the
// elements. All of it is little-endian, whatever machine wrote it.
// torch/serialization.py, _legacy_load. The storages come behind the pickle that uses
// them, so that tensors are made before their data is there.
func parseStream(file []byte) ([]tensor.Tensor, error) {
	s := &stream{roots: map[string]*storage{}, views: map[string]*storage{}}
	m := newMachine(file, s.store)
	var fault error
	next := func(what string) value {
		if fault != nil {
			return nil
		}
		v, err := m.run()
		if err != nil {
			fault = fmt.Errorf("%s, %w", what, err)
		}
		return v
	}
	next("the mark of the file")
	if version := next("the version"); fault == nil && version != int64(1001) {
		return nil, fmt.Errorf("version %v of the stream is not known", version)
	}
	// sizes of types and the byte order of the writer, of which torch itself uses nothing
	next("facts of the machine")
	top, keys := next("the pickle"), next("the keys of storages")
	if fault != nil {
		return nil, fault
	}
	if err := s.read(keys, file[m.at:]); err != nil {
		return nil, err
	}
	return collect(top, newExtent(len(file)))
}

// A stream is the storages of a file by their keys.
type stream struct {
	roots map[string]*storage
	views map[string]*storage // by where they lie in roots
	parts []view
}

// A view is a storage that is a part of another.
type view struct {
	*storage
	root   *storage
	offset int
}

// store returns the storage of an id. Its data comes later.
// An id is ("storage", class, key, device, elements, view), the last nil but for old files.
func (s *stream) store(id tuple) (*storage, error) {
	if len(id) != 6 {
		return nil, fmt.Errorf("an id of %d things, not 6", len(id))
	}
	root, err := parseID(id)
	if err != nil {
		return nil, err
	}
	if before, ok := s.roots[root.key]; !ok {
		s.roots[root.key] = root
	} else if before.dtype != root.dtype || before.size != root.size {
		return nil, fmt.Errorf("storage %.100q has %d elements of %s, and %d of %s before", root.key, root.size, root.dtype, before.size, before.dtype)
	} else {
		root = before
	}
	if id[5] == nil {
		return root, nil
	}
	return s.view(root, id[5])
}

// view returns a part of a storage: a key, an offset and a number of elements.
func (s *stream) view(root *storage, id value) (*storage, error) {
	t, ok := id.(tuple)
	if !ok || len(t) != 3 {
		return nil, fmt.Errorf("%s is no view of a storage", describe(id))
	}
	offset, err := length(t[1])
	if err != nil {
		return nil, fmt.Errorf("offset of a view: %w", err)
	}
	size, err := length(t[2])
	if err != nil {
		return nil, fmt.Errorf("size of a view: %w", err)
	}
	// subtracted, not added, so that nothing runs over
	if offset > root.size || size > root.size-offset {
		return nil, fmt.Errorf("a view of elements %d to %d+%d of a storage of %d", offset, offset, size, root.size)
	}
	// a view is one storage however often it is named
	key := fmt.Sprint(root.key, "/", offset, "/", size)
	if v, ok := s.views[key]; ok {
		return v, nil
	}
	v := &storage{dtype: root.dtype, size: size, key: root.key}
	s.views[key] = v
	s.parts = append(s.parts, view{v, root, offset})
	return v, nil
}

// read gives the storages of the keys their data.
// Two keys never share bytes: each takes what lies next.
func (s *stream) read(keys value, data []byte) error {
	// in the order in which the storages follow
	l, ok := keys.(*list)
	if !ok {
		return fmt.Errorf("%s, not a list of the keys of storages", describe(keys))
	}
	for _, k := range l.items {
		key, _ := k.(string)
		root, ok := s.roots[key]
		if !ok {
			return fmt.Errorf("a storage %s that no tensor has", quoted(k))
		}
		if root.data != nil {
			return fmt.Errorf("storage %.100q is there twice", key)
		}
		if len(data) < 8 {
			return errors.New("the file ends before its storages do")
		}
		n, size := binary.LittleEndian.Uint64(data), root.bytes(1)
		if data = data[8:]; n != uint64(root.size) {
			return fmt.Errorf("storage %.100q has %d elements, its tensors say %d", key, n, root.size)
		}
		if root.size > len(data)/size {
			return fmt.Errorf("storage %.100q has %d elements of %d bytes where %d bytes are left", key, n, size, len(data))
		}
		root.data, data = data[:root.size*size:root.size*size], data[root.size*size:]
	}
	for _, v := range s.parts {
		if v.root.data != nil {
			v.data = v.root.data[v.root.bytes(v.offset):][:v.root.bytes(v.size)]
		}
	}
	return nil
}

// bytes returns what that many elements take.
func (s *storage) bytes(elements int) int { return elements * max(1, s.dtype.Size()) }

// parseID reads what is common to the ids of both forms: the word storage, its class,
// its key, the device that it was on, its number of elements.
func parseID(id tuple) (*storage, error) {
	if len(id) < 5 || id[0] != "storage" {
		return nil, errors.New("an id that is no storage's")
	}
	c, ok := id[1].(global)
	if !ok || c.kind != class {
		return nil, fmt.Errorf("%s is no class of storages", describe(id[1]))
	}
	key, ok := id[2].(string)
	if !ok {
		return nil, fmt.Errorf("%s is no key of a storage", describe(id[2]))
	}
	size, err := length(id[4])
	if err != nil {
		return nil, fmt.Errorf("size of storage %.100q: %w", key, err)
	}
	return &storage{dtype: c.dtype, size: size, key: key}, nil
}
