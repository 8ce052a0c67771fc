package stored

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// An array is one member of an .npz archive, NumPy's .npy format (NEP 1): a
// header that says type and shape, then the elements in a row.
type array struct {
	kind  byte // 'b' bool, 'i', 'u', 'f'
	size  int  // bytes of an element
	big   bool // big-endian
	shape []int
	body  io.Reader
	bytes uint64 // of the whole member at most, by what the archive says
}

// maxHeader is far longer than any header of an array of numbers.
const maxHeader = 1 << 12

// readHeader reads an array up to its first element.
func readHeader(r io.Reader) (*array, error) {
	var start [8]byte
	if _, err := io.ReadFull(r, start[:]); err != nil || string(start[:6]) != "\x93NUMPY" {
		return nil, errors.New("is no .npy array")
	}
	length := 0
	switch start[6] {
	case 1:
		var b [2]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return nil, err
		}
		length = int(binary.LittleEndian.Uint16(b[:]))
	case 2, 3:
		var b [4]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return nil, err
		}
		// Bounded before it becomes an int, which may have 32 bits.
		length = int(min(binary.LittleEndian.Uint32(b[:]), maxHeader+1))
	default:
		return nil, fmt.Errorf("has .npy version %d, known are 1 to 3", start[6])
	}
	if length > maxHeader {
		return nil, fmt.Errorf("has a header of more than %d bytes", maxHeader)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, err
	}
	a := &array{body: r}
	return a, a.parse(string(text))
}

// parse reads the header, a Python literal such as
// {'descr': '<f8', 'fortran_order': False, 'shape': (4096,), }.
// NumPy writes the keys sorted, but the format does not ask for that.
func (a *array) parse(header string) error {
	descr, err := entry(header, "descr", "'")
	if err != nil {
		return err
	}
	if err := a.parseType(descr); err != nil {
		return err
	}
	order, err := entry(header, "fortran_order", "")
	if err != nil {
		return err
	}
	shape, err := entry(header, "shape", "(")
	if err != nil {
		return err
	}
	for part := range strings.SplitSeq(shape, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		n, err := strconv.Atoi(part)
		// Below 2⁴⁰ a product with the size of an element does not overflow.
		if err != nil || n < 0 || n > 1<<40 {
			return fmt.Errorf("has the shape (%s)", shape)
		}
		a.shape = append(a.shape, n)
	}
	// Of one dimension both orders are the same.
	if order == "True" && len(a.shape) > 1 {
		return errors.New("is stored by columns; store it in C order")
	}
	return nil
}

// entry returns the value of a key; what opens it is ' for a string, ( for a
// tuple, and nothing for a word.
func entry(header, key, opens string) (string, error) {
	_, rest, ok := strings.Cut(header, "'"+key+"'")
	if ok {
		rest, ok = strings.CutPrefix(strings.TrimSpace(rest), ":")
	}
	if ok {
		rest, ok = strings.CutPrefix(strings.TrimSpace(rest), opens)
	}
	closes := map[string]string{"'": "'", "(": ")", "": ","}[opens]
	value, _, found := strings.Cut(rest, closes)
	if !ok || !found {
		return "", fmt.Errorf("has a header without %s", key)
	}
	return strings.TrimSpace(value), nil
}

// parseType reads NumPy's type strings: byte order ("<" little, ">" big, "|" none,
// "=" the writer's, taken for little), kind and size in bytes.
func (a *array) parseType(descr string) error {
	if len(descr) == 3 && strings.ContainsRune("<>|=", rune(descr[0])) {
		a.big = descr[0] == '>'
		a.kind, a.size = descr[1], int(descr[2]-'0')
		switch fmt.Sprintf("%c%d", a.kind, a.size) {
		case "b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8":
			return nil
		}
	}
	return fmt.Errorf("has elements of type %q, known are bool, integers, float32 and float64", descr)
}

// count returns the number of elements, or an error when they are more than most.
func (a *array) count(most int) (int, error) {
	n := 1
	for _, d := range a.shape {
		if d != 0 && n > most/d {
			return 0, fmt.Errorf("has the shape %v, more than %d elements", a.shape, most)
		}
		n *= d
	}
	return n, nil
}

// holds returns an error where the archive has no room for so many elements, so
// that nothing is reserved for what a header only claims.
func (a *array) holds(count int) error {
	if uint64(count)*uint64(a.size) > a.bytes {
		return fmt.Errorf("has the shape %v, and ends after %d bytes at most", a.shape, a.bytes)
	}
	return nil
}

// floats calls f with every element.
func (a *array) floats(count int, f func(i int, v float64) error) error {
	// Elements are decoded as they come: an array of flags would take eight times
	// its size as floats.
	const block = 4096
	buffer := make([]byte, block*a.size)
	for i := 0; i < count; {
		part := buffer[:min(block, count-i)*a.size]
		if _, err := io.ReadFull(a.body, part); err != nil {
			return fmt.Errorf("ends after %d of %d elements: %w", i, count, err)
		}
		for ; len(part) > 0; part = part[a.size:] {
			if err := f(i, a.decode(part)); err != nil {
				return err
			}
			i++
		}
	}
	return nil
}

// decode returns the first element of b.
func (a *array) decode(b []byte) float64 {
	var bits uint64
	for i := range a.size {
		at := i
		if a.big {
			at = a.size - 1 - i
		}
		bits |= uint64(b[at]) << (8 * i)
	}
	switch {
	case a.kind == 'f' && a.size == 4:
		return float64(math.Float32frombits(uint32(bits)))
	case a.kind == 'f':
		return math.Float64frombits(bits)
	case a.kind == 'i':
		// Up and down again, which extends the sign.
		shift := 64 - 8*a.size
		return float64(int64(bits<<shift) >> shift)
	}
	return float64(bits)
}
