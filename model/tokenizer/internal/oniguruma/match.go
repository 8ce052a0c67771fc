package oniguruma

import (
	"bytes"
	"unicode/utf8"
)

// A machine matches a program against a text, going back to the last choice when it fails.
// It recurses for look-around and atomic groups only, whose nesting the parser bounds;
// all other choices are on a stack of its own.
type machine struct {
	*Regexp
	b      []byte
	limit  int // what matches ends here: at the end of b or, in a look-behind, where that looks from
	stack  []frame
	slots  []int // where rounds of loops began
	failed []stretch
	budget *int
}

// A frame is a choice to come back to: go on at pc, from pos or any character's start down to lo. With pc below 0 it
// is what slot -1-pc held, in pos, or behind the slots the stretch of a run, from pos to lo.
// A greedy run leaves one frame for all the places where it might end, and not one for
// each: from pos down to lo.
type frame struct{ pc, pos, lo int32 }

// maxFrames bounds the memory of one match.
// It is 48 MB, as much as a text of 16 MiB with a choice at every fourth byte.
const maxFrames = 1 << 22

// run matches the program from pc on at pos, so that it ends at end if that is not -1, and returns where it ends.
func (m *machine) run(pc, pos, end int) (int, bool) {
	// choices below it are of the part around this one
	base := len(m.stack)
	for {
		// one step of the caller's budget for each instruction
		if *m.budget--; *m.budget < 0 || len(m.stack) > maxFrames {
			*m.budget = min(*m.budget, -1)
			return 0, false
		}
		i := &m.code[pc]
		if i.op == opDone && (end < 0 || pos == end) {
			m.stack = m.stack[:base]
			return pos, true
		}
		next, at, ok := m.step(i, pc, pos)
		if !ok {
			if next, at, ok = m.back(base); !ok {
				return 0, false
			}
		}
		pc, pos = next, at
	}
}

// back takes the last choice off the stack.
// Frames that are no choice are undone on the way: they restore what was before.
func (m *machine) back(base int) (pc, pos int, ok bool) {
	for len(m.stack) > base {
		// a run's frame stays for its shorter lengths, one character fewer each time
		top := &m.stack[len(m.stack)-1]
		f := *top
		switch {
		case f.pc < 0:
			m.undo(int(-1-f.pc), f)
			m.stack = m.stack[:len(m.stack)-1]
			continue
		case f.pos > f.lo:
			top.pos -= int32(lastLen(m.b[:f.pos]))
		default:
			m.stack = m.stack[:len(m.stack)-1]
		}
		return int(f.pc), int(f.pos), true
	}
	return 0, 0, false
}

// push notes a choice; texts are shorter than 2 GB.
func (m *machine) push(pc, pos, lo int) {
	m.stack = append(m.stack, frame{int32(pc), int32(pos), int32(lo)})
}

// step does one instruction and returns the next one with its place; ok is false when it fails.
func (m *machine) step(i *instruction, pc, pos int) (next, at int, ok bool) {
	switch i.op {
	case opText:
		return pc + 1, pos + len(i.text), bytes.HasPrefix(m.b[pos:m.limit], []byte(i.text))
	case opFold:
		n := matchFold(m.b[pos:m.limit], i.folded)
		return pc + 1, pos + n, n >= 0
	case opRun:
		at, ok = m.runOf(i, pc, pos)
		return pc + 1, at, ok
	case opSplit:
		m.push(i.y, pos, pos)
		return i.x, pos, true
	case opJump:
		return i.x, pos, true
	case opEnter:
		// what the slot held, to be put back when this choice is undone
		m.push(-1-i.x, m.slots[i.x], 0)
		m.slots[i.x] = pos
		return pc + 1, pos, true
	case opRound:
		// the round matched nothing: another would as well, for ever
		if m.slots[i.x] == pos {
			return i.y, pos, true
		}
		return pc + 1, pos, true
	case opAssert:
		return pc + 1, pos, m.holds(i.where, pos)
	case opAtomic:
		at, ok = m.run(pc+1, pos, -1)
		return i.x, at, ok
	case opAhead:
		_, ok = m.run(pc+1, pos, -1)
		return i.x, pos, ok != i.not
	case opBehind:
		return i.x, pos, m.behind(i, pc, pos) != i.not
	}
	return 0, 0, false // an end at the wrong place
}

// behind reports whether the part behind pc matches some text that ends at pos.
// It tries all starts from the nearest one back, as many characters as the part can
// match, with the limit at pos so that it ends there.
func (m *machine) behind(i *instruction, pc, pos int) bool {
	before := m.limit
	m.limit = pos
	defer func() { m.limit = before }()
	start := pos
	for n := 0; ; n++ {
		if n >= i.min {
			if _, ok := m.run(pc+1, start, pos); ok {
				return true
			}
		}
		if start == 0 || n == i.max || *m.budget < 0 {
			return false
		}
		start -= lastLen(m.b[:start])
	}
}

// holds reports whether an assertion is true of a place. ^ does not hold behind the
// text's last line end, but $ holds before every one, as in Ruby.
func (m *machine) holds(where assertion, pos int) bool {
	b := m.b
	switch where {
	case lineStart:
		return pos == 0 || b[pos-1] == '\n' && pos < len(b)
	case lineEnd:
		return pos == len(b) || b[pos] == '\n'
	case textStart:
		return pos == 0
	case textEnd:
		return pos == len(b)
	case lastLineEnd:
		return pos == len(b) || pos == len(b)-1 && b[pos] == '\n'
	}
	// a word's edge: one of the two sides is a word character and the other is not
	before, _ := utf8.DecodeLastRune(b[:pos])
	behind, _ := utf8.DecodeRune(b[pos:])
	word := words()
	edge := (pos > 0 && word.has(before)) != (pos < len(b) && word.has(behind))
	return edge == (where == wordEdge)
}

// lastLen returns the length of the last character of b.
func lastLen(b []byte) int {
	_, size := utf8.DecodeLastRune(b)
	return size
}

func characterLen(b []byte) int {
	_, size := utf8.DecodeRune(b)
	return size
}
