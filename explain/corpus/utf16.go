package corpus

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// A utf16Reader reads UTF-16 as UTF-8. Half of a pair becomes a byte that is not
// UTF-8, so that it costs the row that it is in.
// Package x/text would put U+FFFD there, which is a character, and hide the fault.
type utf16Reader struct {
	r      io.Reader
	order  binary.ByteOrder
	in     [4096]byte
	have   int    // bytes of in that are still to be read
	buffer []byte // of out
	out    []byte // to be handed out
	err    error
}

// Read hands out what was read before the error, and the error then.
func (u *utf16Reader) Read(b []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.fill()
	}
	n := copy(b, u.out)
	u.out = u.out[n:]
	return n, nil
}

// fill reads on.
func (u *utf16Reader) fill() {
	n, err := u.r.Read(u.in[u.have:])
	u.have, u.err = u.have+n, err
	in, last := u.in[:u.have], errors.Is(err, io.EOF)
	u.buffer = u.buffer[:0]
	for len(in) >= 2 {
		r, size := rune(u.order.Uint16(in)), 2
		if utf16.IsSurrogate(r) {
			// The second half may come with the next read.
			if len(in) < 4 && !last {
				break
			}
			if r, size = u.pair(in), 4; r < 0 {
				size = 2
			}
		}
		in = in[size:]
		if r < 0 {
			u.buffer = append(u.buffer, 0xff)
		} else {
			u.buffer = utf8.AppendRune(u.buffer, r)
		}
	}
	if last && len(in) > 0 {
		u.buffer, in = append(u.buffer, 0xff), nil
	}
	u.have, u.out = copy(u.in[:], in), u.buffer
}

// pair returns the character of two halves, −1 where they are none.
func (u *utf16Reader) pair(in []byte) rune {
	if len(in) < 4 {
		return -1
	}
	r := utf16.DecodeRune(rune(u.order.Uint16(in)), rune(u.order.Uint16(in[2:])))
	if r == utf8.RuneError { // which is no pair
		return -1
	}
	return r
}
