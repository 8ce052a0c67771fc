package explain

import (
	"fmt"
	"iter"
	"math"
	"slices"
)

// A StopRule says when an estimate is good enough to stop refining it. Of two
// conditions the first to be met stops; the zero rule never does.
//
// Who looks often enough sees everything once. So confidence is spent over looks:
// the k-th has 1/(k(k+1)) of the 5 % by which a claim may fail, and all together
// no more than the whole (Bonferroni; alpha spending, Lan & DeMets 1983).
type StopRule struct {
	// MaxError is the largest standard error allowed, as a share of the spread
	// between the largest and the smallest score; zero for no such condition.
	// Errors count as larger the more looks there were before, so that a score's
	// interval of 1.96 such errors holds with 95 % whichever look is the last.
	MaxError float64
	// StableTop is a number of leading players, by the size of their scores,
	// that must be the leading ones with a confidence of 95 %, all comparisons
	// with the others and all looks taken together; zero for no such condition.
	StableTop int
}

// Met reports whether the attributions of x meet the rule in every output, and
// in words which condition did, to one who looks but once. Unknown errors meet nothing.
func (r StopRule) Met(x *Explanation) (reason string, met bool) { return r.met(x, risk) }

// risk is the chance with which a claim may fail.
const risk = 0.05

// met is Met with a part of the risk to spend.
func (r StopRule) met(x *Explanation, share float64) (reason string, met bool) {
	if len(x.Attributions()) == 0 {
		return "", false
	}
	worst := x.relativeError()
	if r.MaxError > 0 && worst*normalTail(share/2)/normalTail(risk/2) <= r.MaxError {
		return fmt.Sprintf("the largest standard error is %.3g of the spread of scores, at most %.3g was asked for", worst, r.MaxError), true
	}
	if r.StableTop > 0 && x.stableTop(r.StableTop, share) {
		return fmt.Sprintf("the %d leading players lead with a confidence of 95 %%", r.StableTop), true
	}
	return "", false
}

// Run takes explanations from an estimator's Refine until one meets the rule,
// and returns that one and why, or the last one and no reason. It looks at those
// only for which a quarter more coalitions were valued than at the look before.
// With an error it returns the last explanation before it, nil where there was none.
func (r StopRule) Run(refine iter.Seq2[*Explanation, error]) (x *Explanation, reason string, err error) {
	look, due := 0, 0
	for next, err := range refine {
		if err != nil {
			return x, "", err
		}
		x = next
		if x.Evaluations < due {
			continue
		}
		look, due = look+1, x.Evaluations+x.Evaluations/4
		if reason, met := r.met(x, risk/float64(look*(look+1))); met {
			return x, reason, nil
		}
	}
	return x, "", nil
}

// normalTail returns the point above which a normal variable is with a chance.
func normalTail(chance float64) float64 { return math.Sqrt2 * math.Erfinv(1-2*chance) }

// relativeError returns the largest standard error of an attribution over the
// spread of its output's scores; NaN where one is unknown.
func (x *Explanation) relativeError() float64 {
	worst := 0.0
	for o := range x.Full {
		low, high, largest := math.Inf(1), math.Inf(-1), 0.0
		for _, t := range x.Attributions() {
			low, high = min(low, t.Score[o]), max(high, t.Score[o])
			largest = max(largest, t.Err[o]) // NaN stays
		}
		if largest != 0 { // no error is none, also of scores that are all alike
			worst = max(worst, largest/(high-low))
		}
	}
	return worst
}

// stableTop reports whether the top players by |score| lead all others. Each of
// the top × others comparisons is tested one-sided at the level over their number
// (Bonferroni); errors of different players count as independent.
func (x *Explanation) stableTop(top int, level float64) bool {
	terms := slices.Clone(x.Attributions())
	if top >= len(terms) {
		return x.relativeError() >= 0 // all lead, if only errors are known
	}
	z := normalTail(level / float64(top*(len(terms)-top)))
	for o := range x.Full {
		slices.SortStableFunc(terms, func(a, b Term) int {
			switch d := math.Abs(b.Score[o]) - math.Abs(a.Score[o]); {
			case d < 0:
				return -1
			case d > 0:
				return 1
			}
			return 0
		})
		for _, leader := range terms[:top] {
			for _, other := range terms[top:] {
				lead := math.Abs(leader.Score[o]) - math.Abs(other.Score[o])
				// False for NaN: with an error that is not known nobody leads for
				// certain.
				if !(lead > z*math.Hypot(leader.Err[o], other.Err[o])) {
					return false
				}
			}
		}
	}
	return true
}
