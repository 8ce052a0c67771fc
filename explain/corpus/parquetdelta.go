package corpus

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// skipDeltas goes behind numbers of the encoding DELTA_BINARY_PACKED, of which
// there may be so many. Where sum is not nil it adds up those that are positive.
func skipDeltas(b []byte, most int, sum *int64) ([]byte, error) {
	var head [3]uint64 // values of a block, miniature blocks of it, values in all
	for i := range head {
		var n int
		if head[i], n = binary.Uvarint(b); n <= 0 {
			return nil, io.ErrUnexpectedEOF
		}
		b = b[n:]
	}
	value, n := binary.Varint(b)
	if n <= 0 {
		return nil, io.ErrUnexpectedEOF
	}
	b = b[n:]
	block, minis, left := head[0], head[1], head[2]
	switch {
	case left > uint64(most):
		return nil, fmt.Errorf("%d numbers, where there are %d values", left, most)
	// The format wants blocks of a multiple of 128 and miniature ones of 32
	// numbers; here it is enough that each fills whole bytes, and that a block is
	// not larger than anybody writes.
	case block == 0 || block > 1<<16 || minis == 0 || minis > block/8 || block/minis%8 != 0:
		return nil, errors.New("numbers in blocks of an impossible size")
	}
	add := func() {
		if v := int64(int32(value)); sum != nil && v > 0 { // which is how large they are
			*sum += min(v, mostPage)
		}
	}
	if left > 0 {
		left--
		add()
	}
	for left > 0 {
		least, n := binary.Varint(b)
		if n <= 0 || uint64(len(b)-n) < minis {
			return nil, io.ErrUnexpectedEOF
		}
		// A block: its least difference, a width for every miniature block, and
		// these, each number packed as its difference less the least. The last
		// block may lack those it has no use for.
		widths := b[n : n+int(minis)]
		b = b[n+int(minis):]
		for _, width := range widths {
			if left == 0 {
				break
			}
			size := int(width) * int(block/minis) / 8
			if width > 64 || size > len(b) {
				return nil, io.ErrUnexpectedEOF
			}
			count := min(left, block/minis)
			if sum != nil {
				for i := range int(count) {
					value += least + int64(packed64(b[:size], i*int(width), int(width)))
					add()
				}
			}
			left -= count
			b = b[size:]
		}
	}
	return b, nil
}

// packed64 returns the number of so many bits at a bit.
func packed64(b []byte, at, width int) (v uint64) {
	for i := range width {
		v |= uint64(b[(at+i)/8]>>((at+i)%8)&1) << i
	}
	return v
}
