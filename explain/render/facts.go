package render

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// headline says who answered what: "sentiment-minilm says POSITIVE (0.998)".
// It is the first line of every format. Names come from files, so they are cleaned
// as cells are.
func headline(x *explain.Explanation) string {
	name := cell(x.Subject.Model)
	if name == "" {
		return fmt.Sprintf("A game of %s", count(len(x.Players), "player"))
	}
	if x.Subject.Answer != "" {
		return fmt.Sprintf("%s writes %q", name, fit(cell(strings.TrimSpace(x.Subject.Answer)), 60))
	}
	if len(x.Subject.Scores) == 0 {
		return name
	}
	best := x.Subject.Scores[0]
	for _, s := range x.Subject.Scores[1:] {
		if s.Probability > best.Probability {
			best = s
		}
	}
	return fmt.Sprintf("%s says %s (%.3f)", name, cell(best.Class), best.Probability)
}

// values tells v(∅) and v(N) of the outputs shown, a line each.
// v(∅) is told with what it means, as the sum of scores starts from there: a reader
// who takes it for an empty text is wrong with most maskers.
func values(x *explain.Explanation, outputs []int) []string {
	nothing := ""
	if x.Subject.Unit != "" {
		nothing = fmt.Sprintf(" with every %s %s", cell(x.Subject.Unit), absent(x.Subject.Masker))
	}
	var lines []string
	for _, k := range outputs {
		f := formatFor(x.Baseline[k], x.Full[k])
		// Signs belong to scores and logits; a probability with a plus would look
		// like a difference.
		number := f.signed
		if x.Subject.Scale == "probability" {
			number = f.unsigned
		}
		line := fmt.Sprintf("v(∅) = %s%s, v(N) = %s", number(x.Baseline[k]), nothing, number(x.Full[k]))
		if what := quantity(x, k); what != "" {
			line = what + ": " + line
		}
		lines = append(lines, line)
	}
	return lines
}

// absent says what a masker does to absent players.
func absent(masker string) string {
	switch masker {
	case "drop":
		return "removed"
	case "hide":
		return "hidden"
	}
	return "masked"
}

// quantity says what an output's values are: "log-odds of POSITIVE".
func quantity(x *explain.Explanation, k int) string {
	scale, class := cell(x.Subject.Scale), strings.TrimSpace(cell(output(x, k)))
	if scale != "" && class != "" {
		return scale + " of " + class
	}
	return scale + class
}

// facts tells how the scores came about and how far they can be trusted.
func facts(x *explain.Explanation) string {
	parts := []string{method(x)}
	if x.Evaluations > 0 {
		parts = append(parts, count(x.Evaluations, "coalition")+" valued")
	}
	if x.Stopped != "" {
		parts = append(parts, "stopped early: "+cell(x.Stopped))
	}
	// Doubles are coalitions whose masked inputs were the same, which only texts
	// have.
	if x.Subject.Model != "" {
		parts = append(parts, count(x.Duplicates, "double")+" saved")
	}
	if x.Seconds > 0 {
		parts = append(parts, seconds(x.Seconds))
	}
	if q := x.Quality; q != nil {
		on := "on %d known coalitions"
		if q.HeldOut {
			on = "on %d held-out coalitions"
		}
		parts = append(parts, fmt.Sprintf("additive fit R² %s "+on, span(q.R2), q.Coalitions))
	}
	// LIME's R² is on the samples that it was fitted to, weighted by the kernel,
	// and not to be held against the additive fit.
	if s := x.Surrogate; s != nil {
		parts = append(parts, fmt.Sprintf("surrogate: intercept %s, prediction %s, weighted R² %s",
			span(s.Intercept), span(s.Prediction), span(s.R2)))
	}
	return strings.Join(parts, "; ")
}

// seconds returns a time with three digits, in as many characters whatever it is
// below 100 s: where lines break does not depend on how fast the machine is.
func seconds(s float64) string {
	switch {
	case s < 9.995:
		return fmt.Sprintf("%.2f s", s)
	case s < 99.95:
		return fmt.Sprintf("%.1f s", s)
	}
	return fmt.Sprintf("%.0f s", s)
}

// method names the index and the estimator, and why it was taken.
func method(x *explain.Explanation) string {
	s, e := indexName(x.Index), x.Estimator
	said := e.Name == "" || strings.EqualFold(e.Name, x.Index.String()) // as LIME's by lime
	if exact(x) {
		s = "exact " + s
		said = said || e.Name == "exact"
	}
	if !said {
		s += " by " + cell(e.Name)
	}
	if e.Seed != 0 && !exact(x) {
		s += fmt.Sprintf(", seed %d", e.Seed)
	}
	if e.Reason != "" {
		s += " (" + cell(e.Reason) + ")"
	}
	return s
}

// exact reports whether no term has any standard error.
func exact(x *explain.Explanation) bool {
	for _, t := range x.Terms {
		for _, e := range t.Err {
			if e != 0 {
				return false
			}
		}
	}
	return true
}

// poorFit is the R² of the additive fit below which a reader is warned.
const poorFit = 0.5

// notes are what a reader must know before believing the scores.
func notes(x *explain.Explanation) []string {
	var notes []string
	for _, w := range x.Warnings {
		notes = append(notes, cell(w))
	}
	if n := len(x.Unresolved); n > 0 {
		largest := 0.0
		for _, c := range x.Unresolved {
			largest = max(largest, strength(c))
		}
		notes = append(notes, fmt.Sprintf("the budget left credit undivided in %s of players (at most %s in one); it is split evenly there",
			count(n, "group"), formatFor(largest).unsigned(largest)))
	}
	poor := func(r2 float64) bool { return r2 < poorFit }
	// With interactions a poor fit has another cause, and the advice would be
	// wrong. Of NaN, where values do not vary, poor is false.
	if q := x.Quality; q != nil && x.Order == 1 && slices.ContainsFunc(q.R2, poor) {
		notes = append(notes, fmt.Sprintf("single scores predict little here (R² below %.1f): what a %s does depends on the others, and interactions tell more",
			poorFit, wordsHead(x)))
	}
	for _, u := range x.Subject.Unseen {
		notes = append(notes, fmt.Sprintf("the model did not see bytes %d to %d of the text, %q", u.Start, u.End,
			fit(cell(x.Subject.Text[u.Start:u.End]), 32)))
	}
	return notes
}

var indexNames = map[explain.Index]string{
	explain.SV: "Shapley values", explain.BV: "Banzhaf values", explain.WBV: "weighted Banzhaf values",
	explain.PV: "probabilistic values", explain.OV: "Owen values", explain.LIME: "LIME coefficients",
}

// indexName writes out the names of values; those of interactions are known by
// their letters.
func indexName(i explain.Index) string {
	if name, ok := indexNames[i]; ok {
		return name
	}
	return i.String()
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// span writes one figure for all outputs: the number, or the smallest and the largest.
func span(v []float64) string {
	// NaN, of an output without variance, would spread to both ends through min and
	// max.
	low, high := math.NaN(), math.NaN()
	for _, f := range v {
		if math.IsNaN(f) {
			continue
		}
		if math.IsNaN(low) {
			low, high = f, f
		}
		low, high = min(low, f), max(high, f)
	}
	switch {
	case math.IsNaN(low):
		return "undefined"
	case low == high:
		return fmt.Sprintf("%.3f", low)
	}
	return fmt.Sprintf("%.3f to %.3f", low, high)
}

// footer is what stands under the terms: a line of facts, and notes.
func footer(x *explain.Explanation, shown []row, outputs []int) []string {
	lines := []string{facts(x)}
	if len(x.Terms) == 0 {
		lines = append(lines, "Note: there is nothing to share out: the game has no players")
	}
	if len(shown) < len(x.Terms) {
		lines = append(lines, fmt.Sprintf("Note: the %d strongest of %d are shown", len(shown), len(x.Terms)))
	}
	if len(outputs) < len(x.Full) {
		lines = append(lines, fmt.Sprintf("Note: %d of %d outputs are shown", len(outputs), len(x.Full)))
	}
	for _, n := range notes(x) {
		lines = append(lines, "Note: "+n)
	}
	return lines
}
