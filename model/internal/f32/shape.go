package f32

// A shape is how a right-hand side, in×out, is divided into panels of adjacent
// columns.
type shape struct {
	level   Level
	in, out int
	width   int // of a full panel
}

// In returns the rows of the matrix: the length of the chains, K.
func (s *shape) In() int { return s.in }

// Out returns the columns of the matrix: the outputs of the layer, N.
func (s *shape) Out() int { return s.out }

// Panels returns the number of panels, of PanelWidth() columns but for the last.
func (s *shape) Panels() int {
	if s.out == 0 {
		return 0
	}
	return (s.out + s.width - 1) / s.width
}

// PanelWidth returns the columns of a full panel: panel p begins at column
// p*PanelWidth().
func (s *shape) PanelWidth() int { return s.width }

func newShape(l Level, in, out int) shape {
	if in < 0 || out < 0 {
		panic("f32: negative shape of a matrix")
	}
	return shape{l, in, out, l.PanelWidth()}
}

// columns returns how many columns panel p has and how many it is stored with.
func (s *shape) columns(p int) (n, stored int) {
	n = min(s.width, s.out-p*s.width)
	return n, roundUp(n, s.level.vectorWidth())
}

// stored returns the columns of all panels with their padding.
func (s *shape) stored() int { return roundUp(s.out, s.level.vectorWidth()) }

// place returns where the numbers of panel p begin and end, and how far a step
// goes on, if there are so many steps of size numbers a column.
func (s *shape) place(p, steps, size int) (begin, end, stride int) {
	_, stored := s.columns(p)
	begin = p * s.width * steps * size
	return begin, begin + stored*steps*size, stored * size
}

// roundUp returns the least multiple of unit that is not below n.
func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }
