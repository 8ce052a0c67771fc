package corpus

import (
	"encoding/binary"
	"errors"
)

// A thriftWalk goes through a struct in Thrift's compact protocol, to see that all
// that it claims to hold is there.
// Libraries of Thrift reserve a list for as many entries as it claims, so five
// bytes can ask for gigabytes: they get only what this walk, which reserves
// nothing, has been through.
type thriftWalk struct {
	b       []byte
	at      int
	entries int // of lists that may still come
}

const mostThriftDepth = 16

var (
	errThriftShort = errors.New("it is cut")
	errThriftLarge = errors.New("more entries, or deeper, than is read")
)

// measureThrift returns how many bytes the struct has with which b begins, whose
// lists have at most so many entries in all.
func measureThrift(b []byte, entries int) (int, error) {
	w := &thriftWalk{b: b, entries: entries}
	err := w.structure(0)
	return w.at, err
}

func (w *thriftWalk) byte() (byte, error) {
	if w.at >= len(w.b) {
		return 0, errThriftShort
	}
	w.at++
	return w.b[w.at-1], nil
}

func (w *thriftWalk) varint() (uint64, error) {
	v, n := binary.Uvarint(w.b[w.at:])
	if n <= 0 {
		return 0, errThriftShort
	}
	w.at += n
	return v, nil
}

func (w *thriftWalk) skip(n uint64) error {
	if n > uint64(len(w.b)-w.at) {
		return errThriftShort
	}
	w.at += int(n)
	return nil
}

// A field's head has in its low half the type and in its high half how far its
// number is from the one before, 0 where the number follows as a varint; a head of
// 0 ends the struct (thrift-compact-protocol.md).
func (w *thriftWalk) structure(depth int) error {
	if depth > mostThriftDepth {
		return errThriftLarge
	}
	for {
		head, err := w.byte()
		if err != nil || head == 0 {
			return err
		}
		if head>>4 == 0 { // the number of the field stands apart
			if _, err := w.varint(); err != nil {
				return err
			}
		}
		if kind := head & 15; kind > 2 { // a truth is in its head
			if err := w.value(kind, depth+1); err != nil {
				return err
			}
		}
	}
}

// The types: 1 and 2 a truth, 3 a byte, 4 to 6 integers as varints, 7 a double, 8
// bytes with their length before them, 9 and 10 a list and a set, 11 a map, 12 a
// struct.
func (w *thriftWalk) value(kind byte, depth int) error {
	switch kind {
	case 1, 2, 3:
		return w.skip(1)
	case 4, 5, 6:
		_, err := w.varint()
		return err
	case 7:
		return w.skip(8)
	case 8:
		n, err := w.varint()
		if err != nil {
			return err
		}
		return w.skip(n)
	case 9, 10:
		return w.list(depth)
	case 12:
		return w.structure(depth)
	}
	return errThriftLarge // maps, of which Parquet has none
}

// The head of a list has in its low half the type of its entries and in its high
// half their number, 15 where that follows.
func (w *thriftWalk) list(depth int) error {
	head, err := w.byte()
	if err != nil {
		return err
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, err = w.varint(); err != nil {
			return err
		}
	}
	if n > uint64(w.entries) || depth > mostThriftDepth {
		return errThriftLarge
	}
	w.entries -= int(n)
	for range n {
		if err := w.value(head&15, depth+1); err != nil {
			return err
		}
	}
	return nil
}
