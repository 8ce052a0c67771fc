package main

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// The chart's measures in pixels.
const (
	width, height = 860, 480
	left, right   = 64, 260
	above, below  = 56, 52
	labelGap      = 17
)

// style suits light and dark pages alike: the browser tells which it is.
const style = `text{font:13px system-ui,sans-serif;fill:#24292f}.muted{fill:#57606a}.title{font-size:15px;font-weight:600}
.grid{stroke:#d0d7de;stroke-width:1}polyline{fill:none;stroke-linejoin:round}.ours{stroke-width:2.5}.peer{stroke-width:1.5;stroke-dasharray:5 4}
.c0{stroke:#0969da}.c1{stroke:#1a7f37}.c2{stroke:#8250df}.c3{stroke:#bf3989}.c4{stroke:#bc4c00}.c5{stroke:#9a6700}.c6{stroke:#cf222e}.c7{stroke:#57606a}.lead{font-weight:600}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.muted{fill:#9198a1}.grid{stroke:#3d444d}.c0{stroke:#4493f8}.c1{stroke:#3fb950}.c2{stroke:#ab7df8}.c3{stroke:#db61a2}.c4{stroke:#db6d28}.c5{stroke:#d29922}.c6{stroke:#f85149}.c7{stroke:#9198a1}}`

// A series is an estimator's median error by coalitions a player.
type series struct {
	name   string
	peer   bool
	points [][2]float64
}

// chart draws errors against evaluations, both on logarithmic scales. Peers are
// those whose names begin with that of their project.
func chart(w io.Writer, lines []line, index string, budgets []int) error {
	all := allSeries(lines, index, budgets)
	if len(all) == 0 {
		return fmt.Errorf("chart: no runs of index %s", index)
	}
	low, high := math.Inf(1), 0.0
	for _, s := range all {
		for _, p := range s.points {
			low, high = min(low, p[1]), max(high, p[1])
		}
	}
	from, to := math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	first, last := float64(budgets[0]), float64(budgets[len(budgets)-1])
	x := func(budget float64) float64 {
		return left + (width-left-right)*math.Log(budget/first)/math.Log(last/first)
	}
	y := func(err float64) float64 {
		return above + (height-above-below)*(to-math.Log10(err))/(to-from)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img"><title>Error of estimators by coalitions valued</title><style>%s</style>`+"\n", width, height, width, height, style)
	of := index
	if index == explain.SV.String() {
		of = "Shapley values"
	}
	fmt.Fprintf(&b, `<text class="title" x="%d" y="22">Error of %s against coalitions valued</text><text class="muted" x="%d" y="42">median of ‖φ−φ*‖²/‖φ*‖² over %d games; whence solid, peers dashed</text>`+"\n", left, of, left, games(lines))
	for e := from; e <= to; e++ {
		at := y(math.Pow(10, e))
		fmt.Fprintf(&b, `<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text class="muted" text-anchor="end" x="%d" y="%.1f">%g</text>`+"\n", left, width-right, at, at, left-8, at+4, math.Pow(10, e))
	}
	for _, budget := range budgets {
		at := x(float64(budget))
		fmt.Fprintf(&b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/><text class="muted" text-anchor="middle" x="%.1f" y="%d">%dn</text>`+"\n", at, at, above, height-below, at, height-below+20, budget)
	}
	fmt.Fprintf(&b, `<text class="muted" text-anchor="middle" x="%d" y="%d">distinct coalitions, n players</text>`+"\n", (left+width-right)/2, height-8)
	label := math.Inf(-1)
	for i, s := range all {
		kind := "ours"
		if s.peer {
			kind = "peer"
		}
		var points []string
		for _, p := range s.points {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(p[0]), y(p[1])))
		}
		end := y(s.points[len(s.points)-1][1])
		label = max(label+labelGap, end+4)
		emphasis := ""
		if !s.peer {
			emphasis = ` class="lead"`
		}
		fmt.Fprintf(&b, `<polyline class="%s c%d" points="%s"/><polyline class="%s c%d" stroke-width="1" points="%d,%.1f %d,%.1f %d,%.1f"/><text%s x="%d" y="%.1f">%s</text>`+"\n",
			kind, i%8, strings.Join(points, " "), kind, i%8, width-right, end, width-right+10, label-4, width-right+24, label-4, emphasis, width-right+30, label, html.EscapeString(s.name))
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// allSeries returns the estimators in the order of their last errors, the largest first.
func allSeries(lines []line, index string, budgets []int) []series {
	var all []series
	for _, name := range names(lines) {
		s := series{name: name, peer: strings.HasPrefix(name, "shap")}
		for _, budget := range budgets {
			runs := slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.estimator != name || l.index != index || l.perPlayer != budget })
			if m := median(runs, func(l line) float64 { return l.err }); m > 0 {
				s.points = append(s.points, [2]float64{float64(budget), m})
			}
		}
		if len(s.points) > 0 {
			all = append(all, s)
		}
	}
	last := func(s series) float64 { return s.points[len(s.points)-1][1] }
	slices.SortStableFunc(all, func(a, b series) int { return cmp.Compare(last(b), last(a)) })
	return all
}

func games(lines []line) int {
	seen := map[string]bool{}
	for _, l := range lines {
		seen[l.game] = true
	}
	return len(seen)
}
