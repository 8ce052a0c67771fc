package oniguruma

import (
	"fmt"
	"unicode/utf8"
)

// maxProgram bounds the instructions of a program: repetitions of a group are written out.
// (a{1000}){1000} would be a million instructions.
const maxProgram = 1 << 15

// maxStretches bounds how many runs of a program have a stretch.
const maxStretches = 64

// An instruction is a step of a program.
// Each op uses some of the fields; x and y are places in the program but where the op
// says otherwise.
type instruction struct {
	op     op
	x, y   int
	class  *class
	text   string
	folded []rune
	mode   mode
	not    bool
	where  assertion
	// min and max count characters: of a run, or of what a look-behind looks at; max -1 is no
	// limit.
	min, max int
}

type op uint8

const (
	opText   op = iota // text comes next
	opFold             // folded comes next, without case
	opRun              // from min to max characters of class come next; x is the number of its stretch, -1 for none
	opSplit            // go on at x or, when that fails, at y
	opJump             // go on at x
	opEnter            // remember in slot x where a round of a loop starts
	opRound            // go on at y when the round of slot x matched nothing, else here
	opAssert           // where holds
	opAtomic           // what stands from here to an opDone matches; go on at x
	opAhead            // the same, but without using text up
	opBehind           // what stands from here to an opDone matches min to max characters that end here; go on at x
	opDone             // the end of a part or, x being 0, of all
)

// A compiler writes the program of a node. The first error sticks.
// It is a backtracking machine's program, not an automaton's: look-around, possessive
// repetition and the order of alternatives have a meaning here.
type compiler struct {
	code   []instruction
	slots  int
	runs   int // that have a stretch
	behind int // look-behinds that are open
	// Repetitions write a node out several times, and its table is made once.
	classes map[*node]*class
	err     error
}

// emit appends an instruction and returns its place, for jumps to be set later.
func (c *compiler) emit(i instruction) int {
	if len(c.code) >= maxProgram {
		if c.err == nil {
			c.err = fmt.Errorf("repetitions come to more than %d parts", maxProgram)
		}
		return 0
	}
	c.code = append(c.code, i)
	return len(c.code) - 1
}

// classOf returns the class of a set, once for each node.
func (c *compiler) classOf(n *node) *class {
	if c.classes[n] == nil {
		c.classes[n] = newClass(n.set)
	}
	return c.classes[n]
}

// node writes what matches a node, behind what is there.
func (c *compiler) node(n *node) {
	if c.err != nil {
		return
	}
	switch n.kind {
	case emptyNode:
	case textNode:
		if n.anyCase {
			c.emit(instruction{op: opFold, folded: fold(n.text)})
		} else {
			c.emit(instruction{op: opText, text: n.text})
		}
	case setNode:
		c.emit(instruction{op: opRun, x: -1, class: c.classOf(n), min: 1, max: 1})
	case sequenceNode:
		for _, sub := range n.subs {
			c.node(sub)
		}
	case alternativesNode:
		c.alternatives(n.subs)
	case repeatNode:
		c.repeat(n)
	case assertNode:
		c.emit(instruction{op: opAssert, where: n.where})
	case atomicNode:
		c.part(instruction{op: opAtomic}, n.subs[0])
	case aheadNode:
		c.part(instruction{op: opAhead, not: n.not}, n.subs[0])
	case behindNode:
		// how far back the part may begin
		least, most := n.subs[0].width()
		c.behind++
		c.part(instruction{op: opBehind, not: n.not, min: least, max: most}, n.subs[0])
		c.behind--
	}
}

// part writes a part that matches on its own.
// Such a part is run by the machine on its own, with its own stack of choices: once it
// has matched, none of its choices is left.
func (c *compiler) part(i instruction, n *node) {
	start := c.emit(i)
	c.node(n)
	done := c.emit(instruction{op: opDone})
	// the part's end is told by its own x, so that an end of all (x 0) is no end of a part
	c.code[start].x, c.code[done].x = done+1, done+1
}

// The first alternative is tried first: split, A, jump to the end, B.
func (c *compiler) alternatives(list []*node) {
	var ends []int
	for _, n := range list[:len(list)-1] {
		split := c.emit(instruction{op: opSplit})
		c.node(n)
		ends = append(ends, c.emit(instruction{op: opJump}))
		c.code[split].x, c.code[split].y = split+1, len(c.code)
	}
	c.node(list[len(list)-1])
	for _, end := range ends {
		c.code[end].x = len(c.code)
	}
}

// A set that is repeated is one instruction, which is nearly all that expressions of
// tokenizers consist of; a lazy one is a loop like that of a group.
func (c *compiler) repeat(n *node) {
	sub := n.subs[0]
	switch {
	case sub.kind == setNode && n.mode != lazy:
		c.emit(instruction{op: opRun, x: c.stretch(n), class: c.classOf(sub), min: n.min, max: n.max, mode: n.mode})
	case n.mode == possessive:
		// possessive is greedy in an atomic group
		inner := *n
		inner.mode = greedy
		c.part(instruction{op: opAtomic}, &inner)
	default:
		for range n.min {
			if c.err != nil {
				return
			}
			c.node(sub)
		}
		if n.max < 0 {
			c.loop(n)
		} else {
			c.optional(n)
		}
	}
}

// stretch numbers the runs without a limit. In a look-behind, what follows a run depends on where that looks from.
// A run with a limit may end before the end of what it could take, so that nothing is
// known of runs that start further on.
func (c *compiler) stretch(n *node) int {
	if n.max >= 0 || c.behind > 0 || c.runs == maxStretches {
		return -1
	}
	c.runs++
	return c.runs - 1
}

// loop writes any number of rounds. A round that matches nothing is the last.
// Where a round can match nothing, a slot has the place where the round began; without
// it such a loop would go on for ever.
func (c *compiler) loop(n *node) {
	// split, round, back to the split; its other way is behind the loop
	start := c.emit(instruction{op: opSplit})
	least, _ := n.subs[0].width()
	slot := c.slots
	if least == 0 {
		c.slots++
		c.emit(instruction{op: opEnter, x: slot})
	}
	c.node(n.subs[0])
	if least == 0 {
		c.emit(instruction{op: opRound, x: slot, y: len(c.code) + 2})
	}
	c.emit(instruction{op: opJump, x: start})
	c.fork(start, n.mode, len(c.code))
}

// optional writes the rounds beyond the least number, each inside the one before it.
// a{2,4} is aa(a(a)?)?, and each split goes to the end of all.
func (c *compiler) optional(n *node) {
	var splits []int
	for range n.max - n.min {
		if c.err != nil {
			return
		}
		splits = append(splits, c.emit(instruction{op: opSplit}))
		c.node(n.subs[0])
	}
	for _, split := range splits {
		c.fork(split, n.mode, len(c.code))
	}
}

// fork sets where a split goes: into what stands behind it, or to end.
func (c *compiler) fork(split int, m mode, end int) {
	s := &c.code[split]
	s.x, s.y = split+1, end
	// the same two ways, the other one first
	if m == lazy {
		s.x, s.y = s.y, s.x
	}
}

// firstBytes returns which bytes a match may start with; nil when one may be empty.
// All instructions that can be reached without using text up are followed. Places
// where no match can start are then passed over without running the machine.
func firstBytes(code []instruction) *[256]bool {
	var first [256]bool
	seen := make([]bool, len(code))
	todo := []int{0}
	for len(todo) > 0 {
		pc := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		switch i := &code[pc]; i.op {
		case opText:
			first[i.text[0]] = true
		case opFold:
			addFold(&first, i.folded[0])
		case opRun:
			addClass(&first, i.class)
			if i.min == 0 {
				todo = append(todo, pc+1)
			}
		case opSplit:
			todo = append(todo, i.x, i.y)
		case opJump, opAhead, opBehind:
			todo = append(todo, i.x)
		case opRound:
			todo = append(todo, pc+1, i.y)
		case opDone:
			if i.x == 0 {
				return nil
			}
			todo = append(todo, i.x)
		default:
			todo = append(todo, pc+1)
		}
	}
	return &first
}

// addFold adds the bytes that a character without case may be written with. Beyond
// ASCII all bytes are: some of those characters fold to ASCII (K, the Kelvin sign).
func addFold(first *[256]bool, r rune) {
	for b := range first {
		first[b] = first[b] || b >= utf8.RuneSelf || asciiFold(rune(b)) == r
	}
}

// addClass adds the bytes that a character of a class may begin with: all beyond ASCII if
// it has any there.
func addClass(first *[256]bool, c *class) {
	beyond := len(c.set) > 0 && c.set[len(c.set)-1] > utf8.RuneSelf
	for b := range first {
		first[b] = first[b] || b < utf8.RuneSelf && c.ascii[b] || b >= utf8.RuneSelf && beyond
	}
}
