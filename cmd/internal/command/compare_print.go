package command

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/statistics"
)

// A pairing is how far two variants agree, on the players that both have.
type pairing struct {
	A           string           `json:"a"`
	B           string           `json:"b"`
	Spearman    jsonfloat.Number `json:"spearman"`
	Kendall     jsonfloat.Number `json:"kendall"`
	TopOverlap  jsonfloat.Number `json:"top_overlap"`
	RankOverlap jsonfloat.Number `json:"rank_overlap"`
	Difference  jsonfloat.Number `json:"mean_abs_difference"`
	Beyond      int              `json:"beyond_errors"` // differences that are larger than 1.96 of their standard error
	Known       int              `json:"errors_known"`  // of so many
}

// mostTop is how many leading players the overlap of leaders is about.
const mostTop = 5

// top is at most a third of the players: among more, any two orders overlap by
// chance.
func (v *comparing) top() int { return min(mostTop, max(1, len(v.variants[0].scores)/3)) }

// pairings compares each variant with each that follows.
func (v *comparing) pairings() []pairing {
	var out []pairing
	for i, a := range v.variants {
		for _, b := range v.variants[i+1:] {
			out = append(out, v.pair(a, b))
		}
	}
	return out
}

// pair compares two variants. Standard errors of a difference add up as those of
// independent estimates, which variants that share a pool are not quite: where they
// valued the same coalitions, fewer differences than 5 % are beyond them by chance.
func (v *comparing) pair(a, b variant) pairing {
	p := pairing{A: a.name, B: b.name}
	var x, y []float64
	apart := 0.0
	for i := range a.scores {
		if math.IsNaN(a.scores[i]) || math.IsNaN(b.scores[i]) {
			continue
		}
		x, y = append(x, a.scores[i]), append(y, b.scores[i])
		d, err := math.Abs(a.scores[i]-b.scores[i]), math.Hypot(a.errs[i], b.errs[i])
		apart += d
		if !math.IsNaN(err) {
			p.Known++
			// Two exact estimates have errors of zero, and rounding alone would
			// count as a difference.
			if d > normal95*err && d > 1e-9 {
				p.Beyond++
			}
		}
	}
	p.Spearman, p.Kendall = jsonfloat.Number(statistics.Spearman(x, y)), jsonfloat.Number(statistics.KendallTau(x, y))
	p.TopOverlap, p.RankOverlap = jsonfloat.Number(metric.TopOverlap(x, y, v.top())), jsonfloat.Number(metric.RankOverlap(x, y, 0.9))
	p.Difference = jsonfloat.Number(apart / float64(len(x)))
	return p
}

// normal95 is how many standard errors a 95 % interval has on either side.
const normal95 = 1.96

// share returns which part of the variation among all scores is between the
// variants of one player, rather than between players.
func (v *comparing) share() float64 {
	// One-way analysis of variance: the sum of squares about each player's own
	// mean, as a share of that about the mean of all (η² is the rest).
	var within, total, mean, n float64
	for _, a := range v.variants {
		for _, s := range a.scores {
			if !math.IsNaN(s) {
				mean, n = mean+s, n+1
			}
		}
	}
	mean /= n
	for p := range v.variants[0].scores {
		var own []float64
		for _, a := range v.variants {
			if s := a.scores[p]; !math.IsNaN(s) {
				own = append(own, s)
			}
		}
		center, _ := statistics.Interval(own)
		for _, s := range own {
			within += (s - center) * (s - center)
			total += (s - mean) * (s - mean)
		}
	}
	return within / total
}

// finding tells the scores first and then how far they agree. The ends of every
// variant are among its words, since another mask has another v(∅), by which its
// scores are larger or smaller as a whole.
func (v *comparing) finding(a axis) *output.Finding {
	first, pairs := v.variants[0].x, v.pairings()
	f := &output.Finding{Title: fmt.Sprintf("%d %ss side by side: %s", len(a.values), a.flag, subjectLine(first)), Facts: runFacts(first)}
	f.Table(scoresTitle(v.variants), v.scores())
	f.Table("How far they agree", pairSheet(pairs, v.top()))
	f.Show("How far they agree, by Spearman's coefficient", v.matrix(pairs))
	f.Say("The %s accounts for %.0f %% of the variation among the scores, the words for the rest.", a.flag, 100*v.share())
	for _, one := range v.variants {
		x := one.x
		class := ""
		if x.Outputs[0] != v.class {
			class = ", of " + x.Outputs[0] + ", since it has no class " + v.class
		}
		f.Say("%s: %v by %s, %d coalitions, v(∅) %s, v(N) %s%s.", one.name, x.Index, x.Estimator.Name, x.Evaluations, output.Signed(x.Baseline[0]), output.Signed(x.Full[0]), class)
	}
	f.Say("Beyond errors: differences larger than %.2f of their standard error; about 5 %% are so by chance. "+
		"Overlap is of the ranks, the first ten having 86 %% of the weight (RBO, p = 0.9).", normal95)
	f.Data, f.Long = v.data(a, pairs), v.long(a)
	return f
}

// long is a line for every player of every variant.
func (v *comparing) long(a axis) render.Sheet {
	s := render.Sheet{Heads: []string{a.flag, "player", "text", "score", "error"}, Words: 3}
	for _, one := range v.variants {
		for p, player := range v.variants[0].x.Players {
			s.Rows = append(s.Rows, []string{one.name, strconv.Itoa(p), player.Text, output.Exactly(one.scores[p]), output.Exactly(one.errs[p])})
		}
	}
	return s
}

func scoresTitle(variants []variant) string {
	x := variants[0].x
	return fmt.Sprintf("Scores, in %s of %s, ± standard error", x.Subject.Scale, x.Outputs[0])
}

// scores is a line for every player and a column for every variant.
func (v *comparing) scores() render.Sheet {
	x := v.variants[0].x
	s := render.Sheet{Heads: []string{x.Subject.Unit}, Words: 1}
	for _, one := range v.variants {
		s.Heads = append(s.Heads, one.name)
	}
	for p, player := range x.Players {
		row := []string{player.Text}
		for _, one := range v.variants {
			row = append(row, scoreCell(one.scores[p], one.errs[p], x.Subject.Scale))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// scoreCell writes a score, and its standard error where it has one.
func scoreCell(score, err float64, scale string) string {
	decimals := 3
	if scale == "probability" {
		decimals = 4
	}
	switch {
	case math.IsNaN(score):
		return "–"
	case math.IsNaN(err) || err == 0:
		return fmt.Sprintf("%+.*f", decimals, score)
	}
	return fmt.Sprintf("%+.*f ± %.*f", decimals, score, decimals, err)
}

// pairSheet has a line a pair: rank correlations (Spearman, Kendall's τ), the share
// of leading players in common, rank-biased overlap (Webber et al. 2010), the mean
// absolute difference in the unit of the scores, and how many differences exceed
// their errors.
func pairSheet(pairs []pairing, top int) render.Sheet {
	s := render.Sheet{
		Heads: []string{"a", "b", "Spearman", "Kendall", fmt.Sprintf("top %d", top), "overlap", "mean |Δ|", "beyond errors"},
		Words: 2,
	}
	for _, p := range pairs {
		beyond := "–"
		if p.Known > 0 {
			beyond = fmt.Sprintf("%d of %d", p.Beyond, p.Known)
		}
		s.Rows = append(s.Rows, []string{
			p.A, p.B, output.Short(float64(p.Spearman)), output.Short(float64(p.Kendall)), output.Short(float64(p.TopOverlap)),
			output.Short(float64(p.RankOverlap)), output.Short(float64(p.Difference)), beyond,
		})
	}
	return s
}

// matrix is the agreement of each variant with each.
func (v *comparing) matrix(pairs []pairing) render.Matrix {
	m := render.Matrix{Title: "Spearman's coefficient", RowsAre: "variant", ColsAre: "variant"}
	at := map[string]int{}
	for i, one := range v.variants {
		at[one.name] = i
		m.Rows, m.Columns = append(m.Rows, one.name), append(m.Columns, one.name)
		m.Values = append(m.Values, make([]float64, len(v.variants)))
		m.Values[i][i] = 1
	}
	for _, p := range pairs {
		i, j := at[p.A], at[p.B]
		m.Values[i][j], m.Values[j][i] = float64(p.Spearman), float64(p.Spearman)
	}
	return m
}

// data is the comparison as JSON has it, each explanation as it would be saved
// alone, so that explain show and diff can be given any of them.
func (v *comparing) data(a axis, pairs []pairing) any {
	type one struct {
		Name        string          `json:"name"`
		Explanation json.RawMessage `json:"explanation"`
	}
	var variants []one
	for _, x := range v.variants {
		variants = append(variants, one{x.name, output.Embedded(x.x)})
	}
	return struct {
		Schema   int              `json:"schema"`
		Axis     string           `json:"axis"`
		Share    jsonfloat.Number `json:"share_of_variation"`
		Top      int              `json:"top"`
		Pairs    []pairing        `json:"pairs"`
		Variants []one            `json:"variants"`
	}{1, a.flag, jsonfloat.Number(v.share()), v.top(), pairs, variants}
}
