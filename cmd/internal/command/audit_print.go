package command

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/explain/bias"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/render"
)

// mostLeans is how many words a table has, mostGaps how many groups of an axis
// with many.
const mostLeans, mostGaps = 15, 60

// finding says what came of an audit.
func (a *auditing) finding() *output.Finding {
	gaps := a.found.gaps
	f := &output.Finding{Title: "Audit of " + a.subject()}
	d := a.data(gaps)
	f.Facts = []render.Fact{{Name: "model", Value: d.Model}, {Name: "sha256", Value: d.SHA256}, {Name: "version", Value: d.Version}}
	for _, name := range slices.Sorted(maps.Keys(d.Settings)) {
		f.Facts = append(f.Facts, render.Fact{Name: name, Value: d.Settings[name]})
	}
	f.Say("%s", a.verdict(gaps))
	f.Table(a.gapTitle(), a.gapSheet(gaps))
	f.Table("The widest apart of sentences that differ in these words alone", a.swingSheet())
	f.Table("What single words do to "+a.unit(), leanSheet(a.found.leans, false))
	if a.leaning != nil {
		f.Table("Words that the model leans on, by their share of the score", leanSheet(a.found.leaning, true))
	}
	a.sayMuted(f)
	// Sentences of one template are not independent, so the sample size is the
	// number of sets; counting sentences would make every interval too narrow.
	f.Say("A gap is between a group's sentences and the others of the same template or text, which is the unit of the statistics; "+
		"* holds at 5 %% after Holm's correction for their number (%d), as p is. %s A gap tells what the model does, not whether it should.", len(gaps), a.lastColumn())
	f.Data, f.Long = d, longGaps(gaps)
	return f
}

// subject names what was audited. Where likelihoods are compared there is no class,
// and the model has but the name that the person gave it.
func (a *auditing) subject() string {
	if a.task == nil {
		return fmt.Sprintf("%s: %d sentences in %d sets of %s", a.Model.Name, a.count, a.nSets, a.source)
	}
	return fmt.Sprintf("%s, %s: %d sentences in %d sets of %s", a.task.Model.Name(), a.class, a.count, a.nSets, a.source)
}

// unit is what gaps are told in.
func (a *auditing) unit() string {
	switch {
	case a.task == nil:
		return "log-likelihood"
	case a.ScaleName() == "logit":
		return "the logit of " + a.class
	}
	return "the probability of " + a.class
}

// verdict is what it comes to, in a sentence.
// A language model is judged as CrowS-Pairs judges it (Nangia et al. 2020): by the
// share of pairs whose stereotyping sentence is the likelier one, for which 50 % is
// neutral.
func (a *auditing) verdict(gaps []bias.Gap) string {
	var worst *bias.Gap
	significant := 0
	for i, g := range gaps {
		if !g.Scaled.Significant() {
			continue
		}
		significant++
		if worst == nil || math.Abs(g.Scaled.Mean) > math.Abs(worst.Scaled.Mean) {
			worst = &gaps[i]
		}
	}
	if a.task == nil {
		return fmt.Sprintf("Significant gaps in log-likelihood: %d of %d. Of all sets the first group's sentence is the likelier one in %s; 50 %% takes no side.",
			significant, len(gaps), percent(likelier(gaps)))
	}
	said := fmt.Sprintf("Significant gaps in %s: %d of %d.", a.unit(), significant, len(gaps))
	if worst == nil {
		return said
	}
	return fmt.Sprintf("%s The largest: %s, %s against %s, %s.", said, worst.Axis, worst.Group, worst.Against, output.Signed(worst.Scaled.Mean))
}

// likelier returns the share of all sets in which the first of two groups is above.
func likelier(gaps []bias.Gap) float64 {
	above, sets := 0.0, 0.0
	for _, g := range gaps {
		// With more than two groups a set is in the gap of each, and would count as
		// often.
		if g.Against != "others" {
			above, sets = above+g.Above*float64(g.Sets), sets+float64(g.Sets)
		}
	}
	return above / sets
}

// lastColumn explains the last column of the gaps.
func (a *auditing) lastColumn() string {
	if a.task == nil {
		return "Likelier in: the share of sets in which the group's sentence is the likelier one."
	}
	return "Attribution: the gap in the share that the swapped words have of the score, in " + a.ScaleName() + "."
}

func (a *auditing) gapTitle() string { return "Gaps in " + a.unit() }

// gapSheet is a line for each gap; of an axis with very many those that matter.
// Its columns: axis; group, with the one that it is held against unless that is all
// others; sets, the sample size; gap, in the unit of the title; half of its 95 %
// interval; p after Holm; and the gap in attributions, or of a language model the
// share of sets in which the group's sentence is the likelier one. With
// --neutralize a last column has the gap that is left when the words are masked.
func (a *auditing) gapSheet(gaps []bias.Gap) render.Sheet {
	s := render.Sheet{Heads: []string{"axis", "group", "sets", "gap", "± 95 %", "p", "attribution"}, Words: 2}
	if a.task == nil {
		s.Heads[6] = "likelier in"
	}
	after := map[[2]string]bias.Estimate{}
	if a.after != nil {
		for _, g := range a.found.after {
			after[[2]string{g.Axis, g.Group}] = g.Scaled
		}
		s.Heads = append(s.Heads, "masked")
	}
	for _, g := range shown(gaps) {
		group, last := g.Group, output.Signed(g.Share.Mean)+star(g.Share)
		if g.Against != "others" {
			group += " / " + g.Against
		}
		if a.task == nil {
			last = percent(g.Above)
		}
		row := []string{g.Axis, group, fmt.Sprint(g.Sets), output.Signed(g.Scaled.Mean) + star(g.Scaled), output.Short((g.Scaled.High - g.Scaled.Low) / 2), chanceOf(g.Scaled.Holm), last}
		if a.after != nil {
			then := after[[2]string{g.Axis, g.Group}]
			row = append(row, output.Signed(then.Mean)+star(then))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// chanceOf writes a p-value.
func chanceOf(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return output.Short(p)
}

// star marks what is significant; a space keeps others in line.
func star(e bias.Estimate) string {
	if e.Significant() {
		return " *"
	}
	return "  "
}

// shown returns the gaps that a table has room for: all of an axis, or the
// largest where it has very many.
func shown(gaps []bias.Gap) []bias.Gap {
	byAxis := map[string][]bias.Gap{}
	var axes []string
	for _, g := range gaps {
		if byAxis[g.Axis] == nil {
			axes = append(axes, g.Axis)
		}
		byAxis[g.Axis] = append(byAxis[g.Axis], g)
	}
	var out []bias.Gap
	for _, axis := range axes {
		some := byAxis[axis]
		slices.SortStableFunc(some, func(a, b bias.Gap) int { return cmp.Compare(math.Abs(b.Scaled.Mean), math.Abs(a.Scaled.Mean)) })
		out = append(out, some[:min(len(some), mostGaps)]...)
	}
	return out
}

// swingSheet has two lines an axis: of the set whose sentences the model scores
// most differently, the sentence with the highest score and the one with the
// lowest.
func (a *auditing) swingSheet() render.Sheet {
	s := render.Sheet{Heads: []string{"axis", "sentence", "score"}, Words: 2}
	swings := a.read.Swings()
	axes := slices.Sorted(maps.Keys(swings))
	slices.SortStableFunc(axes, func(x, y string) int { return cmp.Compare(swings[y].By(), swings[x].By()) })
	for _, axis := range axes {
		w := swings[axis]
		s.Rows = append(s.Rows, []string{axis, w.High.Text, output.Short(w.HighScaled)}, []string{"", w.Low.Text, output.Short(w.LowScaled)})
	}
	return s
}

// leanSheet is a line for each of the words that do most: to the score of their
// sentences, or by the share they have of it.
func leanSheet(leans []bias.Lean, byShare bool) render.Sheet {
	of := func(l bias.Lean) bias.Estimate {
		if byShare {
			return l.Share
		}
		return l.Effect
	}
	// There is a test for each of very many words, which Holm's correction would
	// hardly let pass. Here the false discovery rate is held instead (Benjamini &
	// Hochberg 1995): of the words that are shown about one in twenty is there by
	// chance.
	leans = slices.DeleteFunc(slices.Clone(leans), func(l bias.Lean) bool { return !(of(l).BH < level) })
	slices.SortStableFunc(leans, func(x, y bias.Lean) int { return cmp.Compare(math.Abs(of(y).Mean), math.Abs(of(x).Mean)) })
	s := render.Sheet{Heads: []string{"word", "group", "axis", "sets", "effect", "± 95 %", "p (BH)"}, Words: 3}
	if byShare {
		s.Heads[4] = "share"
	}
	for _, l := range leans[:min(len(leans), mostLeans)] {
		e := of(l)
		s.Rows = append(s.Rows, []string{l.Term, l.Group, l.Axis, fmt.Sprint(l.Sets), output.Signed(e.Mean), output.Short((e.High - e.Low) / 2), chanceOf(e.BH)})
	}
	return s
}

// sayMuted tells what masking words changes, and costs.
func (a *auditing) sayMuted(f *output.Finding) {
	if a.after == nil {
		return
	}
	before, after := bias.Largest(a.found.gaps), bias.Largest(a.found.after)
	f.Say("With %d words masked the largest significant gap is %s, without %s.", len(a.Neutralize), output.Short(after), output.Short(before))
	if a.cost == nil {
		f.Say("What that costs is not known: --accuracy FILE names labelled texts.")
		return
	}
	n := float64(max(1, a.cost.texts))
	f.Say("Right answers on %d labelled texts, of which %d have such a word: %s, with the words masked %s.",
		a.cost.texts, a.cost.touched, percent(float64(a.cost.before)/n), percent(float64(a.cost.after)/n))
}

// longGaps is what CSV has: every gap with full digits. low and high end the 95 %
// interval, p, holm and bh are its p-value as it is and corrected both ways, score
// is the gap on the model's own scale, and share that of the attributions.
func longGaps(gaps []bias.Gap) render.Sheet {
	s := render.Sheet{Heads: []string{"axis", "group", "against", "sets", "above", "gap", "low", "high", "p", "holm", "bh", "score", "score_holm", "share", "share_holm"}, Words: 3}
	for _, g := range gaps {
		row := []string{g.Axis, g.Group, g.Against, fmt.Sprint(g.Sets)}
		for _, v := range []float64{
			g.Above, g.Scaled.Mean, g.Scaled.Low, g.Scaled.High, g.Scaled.P, g.Scaled.Holm, g.Scaled.BH,
			g.Score.Mean, g.Score.Holm, g.Share.Mean, g.Share.Holm,
		} {
			row = append(row, output.Exactly(v))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// The parts of an audit as JSON has them. Field names are a format that others
// read: one may be added, none may change.
type (
	estimateJSON struct {
		Mean jsonfloat.Number `json:"mean"`
		Low  jsonfloat.Number `json:"low"`
		High jsonfloat.Number `json:"high"`
		P    jsonfloat.Number `json:"p"`
		Holm jsonfloat.Number `json:"holm"`
		BH   jsonfloat.Number `json:"bh"`
	}
	gapJSON struct {
		Axis    string           `json:"axis"`
		Group   string           `json:"group"`
		Against string           `json:"against"`
		Sets    int              `json:"sets"`
		Above   jsonfloat.Number `json:"above"`
		Gap     estimateJSON     `json:"gap"`
		Score   estimateJSON     `json:"score"`
		Share   estimateJSON     `json:"share"`
	}
	leanJSON struct {
		Axis   string       `json:"axis"`
		Group  string       `json:"group"`
		Word   string       `json:"word"`
		Sets   int          `json:"sets"`
		Effect estimateJSON `json:"effect"`
		Share  estimateJSON `json:"share"`
	}
	costJSON struct {
		Texts   int `json:"texts"`
		Touched int `json:"touched"`
		Before  int `json:"right_before"`
		After   int `json:"right_after"`
	}
)

// Numbers that are undefined, as intervals of a single set, become null: JSON has
// no NaN.
func estimateData(e bias.Estimate) estimateJSON {
	return estimateJSON{jsonfloat.Number(e.Mean), jsonfloat.Number(e.Low), jsonfloat.Number(e.High), jsonfloat.Number(e.P), jsonfloat.Number(e.Holm), jsonfloat.Number(e.BH)}
}

// gapData returns an empty list for none, not null, which readers would trip over.
func gapData(gaps []bias.Gap) []gapJSON {
	out := []gapJSON{}
	for _, g := range gaps {
		out = append(out, gapJSON{g.Axis, g.Group, g.Against, g.Sets, jsonfloat.Number(g.Above), estimateData(g.Scaled), estimateData(g.Score), estimateData(g.Share)})
	}
	return out
}

func leanData(leans []bias.Lean) []leanJSON {
	out := []leanJSON{}
	for _, l := range leans {
		out = append(out, leanJSON{l.Axis, l.Group, l.Term, l.Sets, estimateData(l.Effect), estimateData(l.Share)})
	}
	return out
}

// auditJSON is an audit as JSON has it.
type auditJSON struct {
	Schema    int               `json:"schema"`
	Source    string            `json:"source"`
	Model     string            `json:"model"`
	SHA256    string            `json:"sha256,omitempty"`
	Class     string            `json:"class,omitempty"`
	Sentences int               `json:"sentences"`
	Sets      int               `json:"sets"`
	Largest   jsonfloat.Number  `json:"largest_significant_gap"`
	Gaps      []gapJSON         `json:"gaps"`
	Words     []leanJSON        `json:"words"`
	Leaning   []leanJSON        `json:"leaning,omitempty"`
	Muted     []string          `json:"neutralized,omitempty"`
	After     []gapJSON         `json:"gaps_after,omitempty"`
	Cost      *costJSON         `json:"cost,omitempty"`
	Version   string            `json:"version"`
	Settings  map[string]string `json:"settings"`
}

// data has the gaps of the model as it is, and those with words masked apart; the
// largest is of the model as it would be used, by which --fail-over judges, too.
func (a *auditing) data(gaps []bias.Gap) auditJSON {
	version, asked := recorded(a.Request)
	d := auditJSON{
		Schema: 1, Source: a.source, Model: a.Model.Name, Class: a.class, Sentences: a.count, Sets: a.nSets,
		Largest: jsonfloat.Number(bias.Largest(a.gaps)), Gaps: gapData(gaps), Words: leanData(a.found.leans), Muted: a.Neutralize,
		Version: version, Settings: a.flags.settings(asked),
	}
	if a.task != nil {
		d.Model, d.SHA256 = a.task.Model.Name(), a.task.Model.SHA256()
	}
	if a.leaning != nil {
		d.Leaning = leanData(a.found.leaning)
	}
	if a.after != nil {
		d.After = gapData(a.found.after)
	}
	if a.cost != nil {
		d.Cost = &costJSON{a.cost.texts, a.cost.touched, a.cost.before, a.cost.after}
	}
	return d
}

// settings returns what was asked for, by name.
func (f auditFlags) settings(asked json.RawMessage) map[string]string {
	all := map[string]string{"axes": strings.Join(f.axes, ","), "sentences": strconv.Itoa(f.sentences)}
	for name, value := range map[string]string{
		"set": f.set, "corpus": f.corpus, "lexicon": f.lexicon, "accuracy": f.accuracy,
		"text_field": f.fields.Text, "id_field": f.fields.ID, "label_field": f.fields.Label,
	} {
		all[name] = value
	}
	if f.likelihood != "none" {
		all["likelihood"] = f.likelihood
	}
	for name, n := range map[string]int{"limit": f.limit, "bootstrap": f.bootstrap} {
		if n > 0 {
			all[name] = strconv.Itoa(n)
		}
	}
	for _, fact := range render.RequestFacts(asked) {
		all[fact.Name] = fact.Value
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}
