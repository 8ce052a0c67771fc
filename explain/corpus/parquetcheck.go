package corpus

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"

	layout "github.com/parquet-go/parquet-go/format"
)

// check looks whether the values that a page claims to have can be in it, before
// room is made for them.
// The library trusts counts: a page of 20 bytes that claims 2³¹ values would have
// it reserve gigabytes. A page of version 1 has its levels before the values,
// behind their length; in version 2 their length is in the header, and they are
// never compressed (parquet-format, README.md and Encodings.md).
func (p *plainPages) check(h *layout.PageHeader, levels, b []byte) error {
	width := bits.Len(uint(p.column.levels))
	switch h.Type {
	case layout.DictionaryPage:
		n := int(h.DictionaryPageHeader.V.NumValues)
		if n < 0 || n > len(b)/p.column.least() {
			return fmt.Errorf("%d values of a dictionary, in %d bytes", n, len(b))
		}
		return p.checkValues(layout.Plain, b, n)
	case layout.DataPage:
		data := &h.DataPageHeader.V
		if width > 0 {
			if data.DefinitionLevelEncoding != layout.RLE {
				return fmt.Errorf("levels are encoded as %v, which is not read", data.DefinitionLevelEncoding)
			}
			var err error
			if levels, b, err = prefixed(b); err != nil {
				return err
			}
		}
		return errors.Join(checkRuns(levels, width, int(data.NumValues)), p.checkValues(data.Encoding, b, int(data.NumValues)))
	}
	data := &h.DataPageHeaderV2.V
	if data.NumNulls < 0 || data.NumNulls > data.NumValues {
		return fmt.Errorf("%d nulls of %d values", data.NumNulls, data.NumValues)
	}
	return errors.Join(checkRuns(levels, width, int(data.NumValues)), p.checkValues(data.Encoding, b, int(data.NumValues)))
}

// least returns how many bytes a value of the column has at least.
func (n *parquetNode) least() int {
	switch n.Type.V {
	case layout.Int64, layout.Double:
		return 8
	case layout.Int96:
		return 12
	case layout.FixedLenByteArray:
		return max(int(n.TypeLength.V), 1)
	case layout.Boolean:
		return 1
	}
	return 4
}

// checkValues looks at so many values at most, some of which may be null.
func (p *plainPages) checkValues(e layout.Encoding, b []byte, most int) error {
	switch e {
	case layout.Plain:
		if p.column.Type.V == layout.ByteArray {
			return checkTexts(b, most)
		}
		return nil
	case layout.ByteStreamSplit:
		return nil
	case layout.PlainDictionary, layout.RLEDictionary: //nolint:staticcheck // files from before it was deprecated have it
		if !p.indexed {
			return errors.New("values of a dictionary that is not there")
		}
		if len(b) == 0 {
			return nil
		}
		return checkRuns(b[1:], int(b[0]), most)
	case layout.RLE:
		runs, _, err := prefixed(b)
		if err != nil {
			return err
		}
		return checkRuns(runs, 1, most)
	case layout.DeltaBinaryPacked:
		_, err := skipDeltas(b, most, nil)
		return err
	case layout.DeltaLengthByteArray:
		return checkLengths(b, most)
	case layout.DeltaByteArray:
		// A value has the beginning of the one before, of a length told, and a
		// rest: few bytes can stand for values of any length, so the lengths told
		// count toward the bound.
		total := int64(0)
		rest, err := skipDeltas(b, most, &total)
		if err == nil {
			err = checkLengths(rest, most)
		}
		if err == nil && total+int64(len(rest)) > mostPage {
			err = fmt.Errorf("values of more than %d MiB", mostPage>>20)
		}
		return err
	}
	return fmt.Errorf("values are encoded as %v, which is not read", e)
}

// checkTexts looks whether texts, each behind its length, end where their page does.
// The library reads on in the room behind it, where an earlier page has been.
func checkTexts(b []byte, most int) (err error) {
	for i := 0; i < most && len(b) > 0; i++ {
		if _, b, err = prefixed(b); err != nil {
			return err
		}
	}
	return nil
}

// checkLengths does so for texts that stand behind all their lengths.
func checkLengths(b []byte, most int) error {
	total := int64(0)
	rest, err := skipDeltas(b, most, &total)
	if err == nil && total > int64(len(rest)) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// prefixed splits what has its length before it from what is behind it.
func prefixed(b []byte) (runs, rest []byte, err error) {
	if len(b) < 4 || uint64(binary.LittleEndian.Uint32(b)) > uint64(len(b)-4) {
		return nil, nil, io.ErrUnexpectedEOF
	}
	n := binary.LittleEndian.Uint32(b)
	return b[4 : 4+n], b[4+n:], nil
}

// padding is how many values more than there are packed bits may have room for.
const padding = 512

// checkRuns looks whether runs of numbers of so many bits come to as many as they
// may be.
func checkRuns(b []byte, width, most int) error {
	if width > 32 {
		return fmt.Errorf("numbers of %d bits", width)
	}
	for total := uint64(0); len(b) > 0; {
		// The hybrid of run lengths and packed bits (Encodings.md): an even head is
		// a run of head/2 equal numbers, written once in whole bytes; an odd one
		// head/2 groups of eight packed ones.
		head, n := binary.Uvarint(b)
		if n <= 0 {
			return io.ErrUnexpectedEOF
		}
		b = b[n:]
		count, size := head>>1, uint64(width+7)/8
		if head&1 == 1 {
			// Bounded first: a count near 2⁶³ must not overflow to a small product.
			count, size = min(count, 1<<32)*8, min(count, 1<<32)*uint64(width)
		}
		if total += min(count, 1<<36); total > uint64(most)+padding {
			return fmt.Errorf("%d numbers or more, where there are %d values", total, most)
		}
		if size > uint64(len(b)) {
			return io.ErrUnexpectedEOF
		}
		b = b[size:]
	}
	return nil
}
