package render

import (
	"math"

	"github.com/whence-xai/whence/explain/render/picture"
)

// An axis maps values to places between two ends of a picture.
type axis struct {
	low, high   float64 // values at the ends
	start, stop float64 // their places
}

// newAxis returns an axis on which all values have a place; those that are no
// numbers have none.
func newAxis(start, stop float64, values ...float64) axis {
	a := axis{low: math.Inf(1), high: math.Inf(-1), start: start, stop: stop}
	for _, v := range values {
		if finite(v) {
			a.low, a.high = min(a.low, v), max(a.high, v)
		}
	}
	switch {
	// No value is a number. The axis needs some extent all the same: at divides by
	// it.
	case a.low > a.high:
		a.low, a.high = 0, 1
	case a.low == a.high:
		a.low, a.high = a.low-.5, a.high+.5
	}
	return a
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// at returns the place of a value, at an end where it lies beyond or is no number.
func (a axis) at(v float64) float64 {
	share := (v/2 - a.low/2) / (a.high/2 - a.low/2) // halves do not overflow
	if math.IsNaN(share) {
		return a.start
	}
	return a.start + min(max(share, 0), 1)*(a.stop-a.start)
}

// ticks returns about so many round values within the axis.
func (a axis) ticks(about int) []float64 {
	// Steps are 1, 2 or 5 times a power of ten. Divided before the difference is
	// taken, since that of two large values may overflow.
	rough := a.high/float64(about) - a.low/float64(about)
	step := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, m := range []float64{5, 2} {
		if m*step <= rough {
			step *= m
			break
		}
	}
	var ticks []float64
	// Multiples of the step rather than sums, which would drift; and a bound on
	// their number, since i++ does nothing where i is beyond 2⁵³.
	for i := math.Ceil(a.low / step); i*step <= a.high && len(ticks) < 2*about+2; i++ {
		ticks = append(ticks, i*step+0) // never -0
	}
	return ticks
}

// below draws the axis along y, with grid lines up to top, and what it measures.
func (a axis) below(p *picture.Picture, top, y float64, what string) {
	ticks := a.ticks(6)
	f := formatFor(ticks...)
	// As many decimals as the step has: 0.25 apart takes two, however large the
	// values.
	if f.decimals > 0 && len(ticks) > 1 {
		f.decimals = max(0, int(math.Ceil(-math.Log10(ticks[1]-ticks[0])-1e-9)))
	}
	for _, v := range ticks {
		p.Line([]picture.Point{{X: a.at(v), Y: top}, {X: a.at(v), Y: y}}, picture.Style{Stroke: picture.Grid})
		p.Words(a.at(v), y+16, f.unsigned(v), picture.Font{Size: 11, Ink: picture.Faint, Anchor: picture.Middle})
	}
	p.Words((a.start+a.stop)/2, y+34, what, picture.Font{Size: 12, Ink: picture.Faint, Anchor: picture.Middle})
}
