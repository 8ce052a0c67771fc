package pickle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A machine interprets pickles that follow one another in a file. What is wrong
// first is kept, and ends it.
// Memory is bounded by the file: an opcode of one byte pushes one value, and what it makes
// is as large as the bytes that tell it.
type machine struct {
	// in is the file from its first pickle on, at most longestPickle of it.
	in    []byte
	at    int // the next byte of it
	stack []value
	// A mark is kept apart and not on the stack, so that no value can be taken for one.
	marks []int // heights of the stack at which marks stand
	// Values in the memo are shared, not copied, which is what lets a pickle refer to one.
	memo  map[uint64]value
	store func(id tuple) (*storage, error) // what a persistent id stands for
	err   error
}

// newMachine returns a machine for what a file begins with.
func newMachine(in []byte, store func(tuple) (*storage, error)) *machine {
	return &machine{in: in[:min(len(in), longestPickle)], store: store}
}

// run returns what the next pickle makes.
// Each pickle has a stack and a memo of its own.
func (m *machine) run() (value, error) {
	m.stack, m.marks, m.memo = nil, nil, map[uint64]value{}
	for range mostOpcodes {
		// where the opcode stands, for the error
		at := m.at
		op := byte(m.number(1))
		if m.err == nil && op == opStop {
			v := m.pop()
			if m.err == nil {
				return v, nil
			}
		}
		if m.err == nil {
			m.step(op)
		}
		if m.err != nil {
			return nil, fmt.Errorf("byte %d: %s: %w", at, opName(op), m.err)
		}
	}
	return nil, fmt.Errorf("byte %d: more than %d opcodes, which no weights take", m.at, mostOpcodes)
}

// fail keeps the first thing that is wrong.
func (m *machine) fail(format string, args ...any) {
	if m.err == nil {
		m.err = fmt.Errorf(format, args...)
	}
}

// take returns the next n bytes.
func (m *machine) take(n uint64) []byte {
	if n > uint64(len(m.in)-m.at) {
		m.fail("%d bytes where %d are left", n, len(m.in)-m.at)
		return nil
	}
	b := m.in[m.at:][:n]
	m.at += int(n)
	return b
}

// number returns the next bytes, at most 8, as an unsigned integer.
func (m *machine) number(bytes uint64) uint64 {
	var eight [8]byte
	copy(eight[:], m.take(bytes))
	return binary.LittleEndian.Uint64(eight[:])
}

// text returns as many bytes as the number before them says.
func (m *machine) text(bytes uint64) string { return string(m.take(m.number(bytes))) }

// line returns what comes before the next line feed.
// The bound is for a file that has no line end at all.
func (m *machine) line() string {
	const longest = 1000
	rest := m.in[m.at:]
	// protocol 2 writes names of globals as lines of text
	n := bytes.IndexByte(rest[:min(len(rest), longest)], '\n')
	if n < 0 {
		m.fail("no name ends within %d bytes", min(len(rest), longest))
		return ""
	}
	m.at += n + 1
	return string(rest[:n])
}

func (m *machine) push(v value) { m.stack = append(m.stack, v) }

// floor returns how much of the stack lies beneath the last mark.
func (m *machine) floor() int {
	if len(m.marks) == 0 {
		return 0
	}
	return m.marks[len(m.marks)-1]
}

// pop takes the uppermost value.
func (m *machine) pop() value {
	v := m.top()
	if m.err == nil {
		m.stack = m.stack[:len(m.stack)-1]
	}
	return v
}

// top returns the uppermost value.
func (m *machine) top() value {
	if len(m.stack) <= m.floor() {
		m.fail("nothing is on the stack")
		return nil
	}
	return m.stack[len(m.stack)-1]
}

// last takes the n uppermost values.
// Not beyond a mark: what lies beneath belongs to something else.
func (m *machine) last(n int) []value {
	if len(m.stack)-m.floor() < n {
		m.fail("%d values where there are %d on the stack", n, len(m.stack)-m.floor())
		return nil
	}
	at := len(m.stack) - n
	// a copy, since the stack's memory is used again
	values := append([]value(nil), m.stack[at:]...)
	m.stack = m.stack[:at]
	return values
}

// marked takes the values above the last mark, and the mark.
func (m *machine) marked() []value {
	if len(m.marks) == 0 {
		m.fail("no mark is on the stack")
		return nil
	}
	values := m.last(len(m.stack) - m.floor())
	m.marks = m.marks[:len(m.marks)-1]
	return values
}

// step does what an opcode says.
func (m *machine) step(op byte) {
	switch op {
	// protocols 0 and 1 have no such opcode
	case opProto:
		if p := m.number(1); p < 2 || p > maxProtocol {
			m.fail("protocol %d", p)
		}
	// its length says where reading in portions may stop, which is of no matter here
	case opFrame:
		m.number(8)
	case opMark:
		m.marks = append(m.marks, len(m.stack))
	case opPop:
		m.pop()
	case opPopMark:
		m.marked()
	case opPut:
		m.memo[m.number(1)] = m.top()
	case opLongPut:
		m.memo[m.number(4)] = m.top()
	// the next free number, as protocol 4 has it
	case opMemoize:
		m.memo[uint64(len(m.memo))] = m.top()
	case opGet:
		m.recall(m.number(1))
	case opLongGet:
		m.recall(m.number(4))
	case opGlobal:
		m.global(m.line(), m.line())
	case opStackGlobal:
		name, module := m.pop(), m.pop()
		m.named(module, name)
	// a call: build knows what may be called
	case opReduce:
		args, f := m.pop(), m.pop()
		m.made(build(f, args))
	// what torch keeps outside of the pickle: a storage
	case opPersistent:
		m.made(m.stored(m.pop()))
	default:
		m.simple(op)
	}
}

// simple does an opcode that makes a number, a text or nothing.
func (m *machine) simple(op byte) {
	switch op {
	case opNone:
		m.push(nil)
	case opTrue, opFalse:
		m.push(op == opTrue)
	case opInt:
		m.push(int64(int32(m.number(4))))
	case opInt1:
		m.push(int64(m.number(1)))
	case opInt2:
		m.push(int64(m.number(2)))
	case opLong1:
		m.long(m.number(1))
	case opLong4:
		m.long(m.number(4))
	// big-endian, unlike all other numbers
	case opFloat:
		if b := m.take(8); m.err == nil {
			m.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
		}
	case opShortUnicode, opShortString:
		m.push(m.text(1))
	case opUnicode, opString:
		m.push(m.text(4))
	case opUnicode8:
		m.push(m.text(8))
	case opBytes:
		m.text(4)
		m.push(opaque("text of bytes"))
	case opShortBytes:
		m.text(1)
		m.push(opaque("text of bytes"))
	default:
		m.compound(op)
	}
}

// compound does an opcode that makes or fills a tuple, a list or a dictionary.
func (m *machine) compound(op byte) {
	switch op {
	case opEmptyTuple:
		m.push(tuple(nil))
	case opTuple:
		m.push(tuple(m.marked()))
	case opTuple1, opTuple2, opTuple3:
		m.push(tuple(m.last(int(op-opTuple1) + 1)))
	// a set is of no use to weights, and as a list it does no harm
	case opEmptyList, opEmptySet:
		m.push(&list{})
	case opAppend:
		m.extend(m.last(1))
	case opAppends, opAddItems:
		m.extend(m.marked())
	case opEmptyDict:
		m.push(&dict{})
	case opSetItem:
		m.fill(m.last(2))
	case opSetItems:
		m.fill(m.marked())
	case opBuild:
		m.pop() // the attributes of a dictionary, such as its versions
		if d := m.top(); m.err == nil {
			if _, ok := d.(*dict); !ok {
				m.fail("%s has no attributes", describe(d))
			}
		}
	default:
		m.fail("weights are not made of that, and nothing in a pickle is run")
	}
}

// made pushes what was made, unless it could not be.
// A fault before it, such as an empty stack, is not hidden by what that led to.
func (m *machine) made(v value, err error) {
	if m.err == nil {
		m.err = err
	}
	m.push(v)
}

// recall pushes what the memo has under a number.
func (m *machine) recall(key uint64) {
	v, ok := m.memo[key]
	if !ok {
		m.fail("nothing was kept as number %d", key)
	}
	m.push(v)
}

// global pushes what a module's name stands for, which is one of a fixed list.
func (m *machine) global(module, name string) {
	m.made(lookUp(module, name))
}

// named pushes what a name on the stack stands for.
func (m *machine) named(module, name value) {
	a, ok := module.(string)
	b, also := name.(string)
	if !ok || !also {
		m.fail("%s and %s are no name", describe(module), describe(name))
	}
	m.global(a, b)
}

// stored returns the storage of a persistent id.
func (m *machine) stored(id value) (value, error) {
	t, ok := id.(tuple)
	if !ok {
		return nil, fmt.Errorf("%s is no storage", describe(id))
	}
	return m.store(t)
}

// long pushes an integer of n bytes.
// It is little-endian in two's complement; up to 8 bytes are an int64.
func (m *machine) long(n uint64) {
	b := m.take(min(n, 256))
	// LONG4 can tell more bytes than any number in a file of weights has
	if n > 255 {
		m.fail("an integer of %d bytes", n)
	}
	if len(b) > 8 {
		m.push(long(b))
		return
	}
	var eight [8]byte
	copy(eight[:], b)
	v := int64(binary.LittleEndian.Uint64(eight[:]))
	if unused := 64 - 8*len(b); unused < 64 {
		// the sign bit of a shorter one
		v = v << unused >> unused
	}
	m.push(v)
}

// extend appends values to the list on the stack.
func (m *machine) extend(values []value) {
	to := m.top()
	l, ok := to.(*list)
	switch {
	case m.err != nil:
	case !ok:
		m.fail("%s is no list", describe(to))
	default:
		l.items = append(l.items, values...)
	}
}

// fill adds keys and values, which take turns, to the dictionary on the stack.
func (m *machine) fill(values []value) {
	to := m.top()
	d, ok := to.(*dict)
	switch {
	case m.err != nil:
		return
	case !ok:
		m.fail("%s is no dictionary", describe(to))
		return
	case len(values)%2 != 0:
		m.err = errors.New("a key without a value")
	}
	for ; len(values) > 1 && m.err == nil; values = values[2:] {
		m.err = d.set(values[0], values[1])
	}
}
