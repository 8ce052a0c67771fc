package oniguruma

// A stretch is a part of the text that a run took, to its end, and behind which the rest of the expression matched
// nowhere. A run that starts inside it ends where it ends, so it fails as well: without knowing that, \s+$ takes a
// number of steps by the square of the white space.
type stretch struct{ lo, hi int }

// shortRun is up to how many bytes a run is not worth to be remembered.
const shortRun = 16

// newStretches returns stretches of nothing, for n runs.
func newStretches(n int) []stretch {
	list := make([]stretch, n)
	for i := range list {
		list[i].hi = -1
	}
	return list
}

// hopeless reports whether a run from pos is known to fail.
func (m *machine) hopeless(i *instruction, pos int) bool {
	return i.x >= 0 && i.x < len(m.failed) && m.failed[i.x].lo <= pos && pos <= m.failed[i.x].hi
}

// runOf takes as many characters of a class as it may, and notes that fewer are a choice.
func (m *machine) runOf(i *instruction, pc, pos int) (int, bool) {
	if m.hopeless(i, pos) {
		return 0, false
	}
	at, least := pos, pos
	n := 0
	// max is -1 for no limit, which n never is
	for ; n != i.max; n++ {
		size := i.class.next(m.b[at:m.limit])
		if size == 0 {
			break
		}
		if at += size; n < i.min {
			least = at
		}
	}
	// a step for each character
	*m.budget -= n
	// below the frame of the choice, so that it comes up once every choice has failed
	if at-pos > shortRun && i.x >= 0 && i.x < len(m.failed) {
		m.push(-1-m.Regexp.slots-i.x, pos, at)
	}
	if n < i.min {
		return 0, false
	}
	// possessive runs have no other choice
	if i.mode == greedy && at > least {
		m.push(pc+1, at-lastLen(m.b[:at]), least)
	}
	return at, true
}

// undo goes back behind a frame that is no choice: all that was tried since has failed.
func (m *machine) undo(n int, f frame) {
	if n < len(m.slots) {
		m.slots[n] = int(f.pos)
		return
	}
	m.failed[n-len(m.slots)] = stretch{int(f.pos), int(f.lo)}
}
