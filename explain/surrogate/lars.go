package surrogate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// LassoPath chooses at most limit players of an output: those with a
// coefficient at the last knot of the lasso's regularization path that has no
// more of them (least angle regression with the lasso modification, Efron et al.
// 2004, section 3.1). The path ends once no remaining player's product with the
// residual exceeds floor. Players are returned in ascending order; all of them
// where the path has no knot above floor.
func (n *Normal) LassoPath(output, limit int, floor float64) []int {
	l := newLARS(n, output)
	var chosen []int
	// A path rarely drops players, so it has little more than one knot a player.
	for range max(500, 8*n.Players) {
		if !l.step(floor) {
			break
		}
		if len(l.active) <= max(limit, 1) {
			chosen = append(chosen[:0], l.active...)
		}
	}
	if chosen == nil {
		for i := range n.Players {
			chosen = append(chosen, i)
		}
	}
	slices.Sort(chosen)
	return chosen
}

// lars is a position on the lasso's path: the active players' products with
// the residual are equal in size, and all others' are smaller.
type lars struct {
	normal   *Normal
	products []float64 // Σw(x−x̄)·residual, by player
	coef     []float64
	free     []bool      // players that may still enter: not active, nor accounted for by the active ones
	active   []int       // players with a coefficient, in order of entry
	sign     []float64   // of the products of the active players
	factor   [][]float64 // lower Cholesky factor of the active players' Gram matrix, by rows
	dropped  bool        // whether the last step ended with a player leaving
}

func newLARS(n *Normal, output int) *lars {
	l := &lars{normal: n, products: slices.Clone(n.cross(output)),
		coef: make([]float64, n.Players), free: make([]bool, n.Players)}
	for j := range l.free {
		l.free[j] = true
	}
	return l
}

// step goes to the next knot, and reports whether there was one.
func (l *lars) step(floor float64) bool {
	level, ok := l.enter(floor)
	if !ok {
		return false
	}
	direction := l.direction()
	slope := make([]float64, len(l.products)) // by which the products fall
	for a, i := range l.active {
		floats.AddScaled(slope, direction[a], l.normal.row(i))
	}
	// All the way to a residual without products, unless something happens before.
	gamma := level
	for j, c := range l.products {
		if !l.free[j] {
			continue
		}
		for _, sign := range [2]float64{1, -1} {
			// A product that keeps pace with the active ones, as that of a player
			// who has just left may, never catches up with them.
			if pace := 1 - sign*slope[j]; pace > 1e-12 {
				gamma = min(gamma, max(level-sign*c, 0)/pace)
			}
		}
	}
	leaver := -1
	// A coefficient that would cross zero before the next player catches up leaves
	// at zero: the lasso modification.
	for a, i := range l.active {
		if g := -l.coef[i] / direction[a]; g > 0 && g < gamma {
			gamma, leaver = g, a
		}
	}
	for a, i := range l.active {
		l.coef[i] += gamma * direction[a]
	}
	floats.AddScaled(l.products, -gamma, slope)
	l.dropped = leaver >= 0
	if l.dropped {
		l.leave(leaver)
	}
	return true
}

// enter makes the player with the largest product active, unless the last step
// ended with a departure, and returns the size of that product. It reports false
// where no product exceeds floor.
func (l *lars) enter(floor float64) (level float64, ok bool) {
	for {
		best := -1
		level = 0
		for j, c := range l.products {
			if l.free[j] && math.Abs(c) > level {
				best, level = j, math.Abs(c)
			}
		}
		if best < 0 || level <= floor {
			return 0, false
		}
		if l.dropped {
			return level, true
		}
		l.free[best] = false
		if l.extend(best) {
			l.active = append(l.active, best)
			l.sign = append(l.sign, math.Copysign(1, l.products[best]))
			return level, true
		}
	}
}

// extend adds player j to the factor, unless the active players account for it.
func (l *lars) extend(j int) bool {
	row := make([]float64, 0, len(l.factor)+1)
	rest := l.normal.row(j)[j]
	for a, other := range l.factor {
		v := (l.normal.row(j)[l.active[a]] - floats.Dot(other[:a], row)) / other[a]
		row = append(row, v)
		rest -= v * v
	}
	if rest <= l.normal.negligible(j) {
		return false
	}
	l.factor = append(l.factor, append(row, math.Sqrt(rest)))
	return true
}

// direction returns the change of the active players' coefficients that lowers
// all their products by one.
// It solves Gram·d = sign, forward and backward through the factor.
func (l *lars) direction() []float64 {
	d := slices.Clone(l.sign)
	for a, row := range l.factor {
		d[a] = (d[a] - floats.Dot(row[:a], d[:a])) / row[a]
	}
	for a, row := range slices.Backward(l.factor) {
		d[a] /= row[a]
		floats.AddScaled(d[:a], -d[a], row[:a])
	}
	return d
}

// leave takes the active player at position a off the active ones. What the others
// leave unexplained of each other only grows, so they stay in the factor.
func (l *lars) leave(a int) {
	l.coef[l.active[a]], l.free[l.active[a]] = 0, true
	l.active = slices.Delete(l.active, a, a+1)
	l.sign = slices.Delete(l.sign, a, a+1)
	l.factor = l.factor[:a]
	for _, i := range l.active[a:] {
		l.extend(i)
	}
}
