package command

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/report"
)

// How much of a report is shown; JSON and CSV have all.
const (
	shownWords      = 10 // in a table
	shownClasses    = 6
	shownCharacters = 70 // of a text
	barWords        = 40 // on a page, by all they do
	coloredTexts    = 4  // on a page, of a kind
)

// reportFinding says what a report does, m being the manifest of its rows or nil.
func reportFinding(r *report.Report, m *corpus.Manifest) *output.Finding {
	f := &output.Finding{Title: fmt.Sprintf("%d texts explained", r.Rows), Data: r, Long: allWords(r.Words), Facts: manifestFacts(m)}
	for _, c := range r.Classes {
		f.Say("%s: %d texts, %s", c.Name, c.Rows, percent(float64(c.Rows)/float64(r.Rows)))
	}
	if l := &r.Labels; l.Labeled > 0 {
		share, low, high := l.Accuracy()
		f.Say("The model agrees with %d of %d labels: %s, between %s and %s at 95 %%.", l.Right, l.Labeled, percent(share), percent(low), percent(high))
	}
	for _, w := range r.Warnings {
		f.Say("Note: %s.", w)
	}
	if r.Missed > 0 {
		f.Say("Words are counted in bounded memory: each may be in up to %d more texts than told.", r.Missed)
	}
	f.Say("Scores are %s in %s, a word's occurrences in a text added up; intervals are at 95 %%.", r.Index, r.Scale)
	f.Show("Words that move the model most", wordBars(r.Words))
	for i, class := range classesOf(r.Words) {
		if i == shownClasses {
			f.Say("Words of %d more classes are in JSON and CSV.", len(classesOf(r.Words))-i)
			break
		}
		f.Table("Words that raise "+class+" most surely", strongWords(r.Words, class, 1))
		f.Table("Words that lower "+class+" most surely", strongWords(r.Words, class, -1))
	}
	reportErrors(f, &r.Labels)
	f.Table(fmt.Sprintf("Kinds of explanations: %d clusters of %d texts", len(r.Clusters), r.Sampled), clusterSheet(r.Clusters))
	f.Table("Texts that show most of what moves the model", textSheet(r.Texts))
	showTexts(f, "A typical text", r.Texts)
	if t := r.Tree; t != nil {
		f.Table("Rules in place of the model: "+fidelity(&t.Fidelity), ruleSheet(t.Rules()))
	}
	for _, l := range r.Linear {
		f.Table(fmt.Sprintf("A sum in place of the model, for %s: %+.2f and for every word; %s", cmp.Or(l.Class, "the output"), l.Intercept, fidelity(&l.Fidelity)), termSheet(l.Terms))
	}
	return f
}

// reportErrors says nothing of a corpus without labels.
func reportErrors(f *output.Finding, l *report.Labels) {
	if l.Labeled == 0 {
		return
	}
	f.Table("Labels and what the model chose", confusionSheet(l.Confusion))
	f.Table("What drove the errors: words that raised the wrong class", errorSheet(l.Words))
	f.Table("Errors that the model was surest of", textSheet(l.Errors))
	showTexts(f, "An error", l.Errors)
}

// manifestFacts tells where the rows come from.
func manifestFacts(m *corpus.Manifest) []render.Fact {
	if m == nil {
		return nil
	}
	facts := []render.Fact{
		{Name: "rows", Value: fmt.Sprintf("%d, of them %d dead letters", m.Rows, m.Dead)},
		{Name: "coalitions", Value: strconv.FormatInt(m.Evaluations, 10)},
	}
	for _, key := range slices.Sorted(maps.Keys(m.Settings)) {
		facts = append(facts, render.Fact{Name: key, Value: m.Settings[key]})
	}
	return append(facts, render.Fact{Name: "input SHA-256", Value: m.Input}, render.Fact{Name: "output SHA-256", Value: m.Output.SHA256})
}

// allWords is what CSV has.
func allWords(words []report.Word) render.Sheet {
	s := render.Sheet{Heads: []string{"class", "word", "texts", "mean", "low", "high", "mean_abs", "abs_margin"}, Words: 2}
	for _, w := range words {
		s.Rows = append(s.Rows, []string{w.Class, w.Word, strconv.Itoa(w.Texts), output.Exactly(float64(w.Mean)),
			output.Exactly(float64(w.Low)), output.Exactly(float64(w.High)), output.Exactly(float64(w.MeanAbs)), output.Exactly(float64(w.AbsMargin))})
	}
	return s
}

// classesOf returns the classes that words move, in the order of their names.
func classesOf(words []report.Word) []string {
	classes := map[string]bool{}
	for _, w := range words {
		classes[w.Class] = true
	}
	return slices.Sorted(maps.Keys(classes))
}

// strongWords are the words that surely raise (sign 1) or lower (−1) a class: the
// interval of their mean ends furthest from zero.
func strongWords(words []report.Word, class string, sign float64) render.Sheet {
	// Ranked by the near end of the interval, rare words with a large mean by
	// chance do not come first; NaN, the interval of a word in one text alone, is
	// never above zero.
	end := func(w report.Word) float64 { return min(sign*float64(w.Low), sign*float64(w.High)) }
	strong := slices.Clone(words)
	strong = slices.DeleteFunc(strong, func(w report.Word) bool { return w.Class != class || !(end(w) > 0) })
	slices.SortStableFunc(strong, func(a, b report.Word) int { return cmp.Compare(end(b), end(a)) })
	s := render.Sheet{Heads: []string{"word", "texts", "mean", "low", "high", "mean |score|"}, Words: 1}
	for _, w := range strong[:min(len(strong), shownWords)] {
		s.Rows = append(s.Rows, []string{w.Word, strconv.Itoa(w.Texts), output.Signed(float64(w.Mean)), output.Signed(float64(w.Low)), output.Signed(float64(w.High)),
			fmt.Sprintf("%s ± %s", output.Short(float64(w.MeanAbs)), output.Short(float64(w.AbsMargin)))})
	}
	return s
}

// confusionSheet is the confusion matrix as a list, of the pairs that occur.
func confusionSheet(confusion []report.Confusion) render.Sheet {
	s := render.Sheet{Heads: []string{"label", "chosen", "texts"}, Words: 2}
	for _, c := range confusion {
		s.Rows = append(s.Rows, []string{c.Label, c.Prediction, strconv.Itoa(c.Rows)})
	}
	return s
}

// errorSheet's columns: the word; the class that was wrongly chosen; the errors
// with that class that have the word; its mean score for the class in those; and
// that in all texts, for a word that does the same everywhere drives no error in
// particular.
func errorSheet(words []report.ErrorWord) render.Sheet {
	s := render.Sheet{Heads: []string{"word", "wrong class", "errors with it", "mean in them", "mean in all"}, Words: 2}
	for _, w := range words[:min(len(words), shownWords)] {
		s.Rows = append(s.Rows, []string{w.Word, w.Class, strconv.Itoa(w.Errors), output.Signed(float64(w.Mean)), output.Signed(float64(w.Overall))})
	}
	return s
}

// clusterSheet has a line a cluster: the words that its explanations have in
// common, how many of its texts got which class, the text nearest to its middle,
// and its size.
func clusterSheet(clusters []report.Cluster) render.Sheet {
	s := render.Sheet{Heads: []string{"words, with their mean scores", "chosen", "in the middle", "texts"}, Words: 3}
	for _, c := range clusters {
		var words, classes []string
		for _, w := range c.Words[:min(len(c.Words), 4)] {
			words = append(words, fmt.Sprintf("%s %+.1f", w.Word, w.Mean))
		}
		for _, k := range c.Classes {
			classes = append(classes, fmt.Sprintf("%d %s", k.Rows, k.Name))
		}
		s.Rows = append(s.Rows, []string{strings.Join(words, ", "), strings.Join(classes, ", "), headOf(c.Example), strconv.Itoa(c.Rows)})
	}
	return s
}

// textSheet has a line a text: its beginning, the words that moved the model most
// with their scores, the class chosen (and the label, where rows have them), how
// probable the model found that class, and the number of its row in the output.
func textSheet(texts []report.Text) render.Sheet {
	s := render.Sheet{Heads: []string{"text", "moved by", "chosen", "of probability", "row"}, Words: 3}
	for _, t := range texts {
		var words []string
		for _, w := range t.Words[:min(len(t.Words), 3)] {
			words = append(words, fmt.Sprintf("%s %+.1f", w.Word, w.Score))
		}
		chosen := t.Prediction
		if t.Label != "" {
			chosen += " (label " + t.Label + ")"
		}
		s.Rows = append(s.Rows, []string{headOf(t), strings.Join(words, ", "), chosen, output.Short(float64(t.Probability)), strconv.FormatInt(t.Row, 10)})
	}
	return s
}

// showTexts adds the first few texts with their words colored, to a page.
func showTexts(f *output.Finding, what string, texts []report.Text) {
	for _, t := range texts[:min(len(texts), coloredTexts)] {
		if marked, err := render.MarkedText(t.Explanation, t.Output); err == nil && t.Text != "" {
			f.Show(fmt.Sprintf("%s, row %d: what speaks for %s", what, t.Row, cmp.Or(t.Prediction, "the output")), marked)
		}
	}
}

// wordBars are the words with the largest sums of |score|, as bars of their means.
func wordBars(words []report.Word) render.Sheet {
	s := render.Sheet{Heads: []string{"word", "class", "texts", "mean", "± at 95 %", "lowers | raises"}, Words: 2, Bar: true}
	for _, w := range words[:min(len(words), barWords)] {
		half := "–"
		if h := float64(w.High-w.Low) / 2; !math.IsNaN(h) {
			half = fmt.Sprintf("%.3f", h)
		}
		s.Rows = append(s.Rows, []string{w.Word, w.Class, fmt.Sprint(w.Texts), fmt.Sprintf("%+.3f", w.Mean), half, fmt.Sprint(float64(w.Mean))})
	}
	return s
}

// headOf returns the beginning of a text, or what it is called where rows have none.
func headOf(t report.Text) string {
	text := []rune(strings.Join(strings.Fields(cmp.Or(t.Text, t.ID)), " "))
	if len(text) > shownCharacters {
		return string(text[:shownCharacters-1]) + "…"
	}
	return string(text)
}

// ruleSheet has a line a leaf of the tree: the words that lead there by being in
// the text and by not being in it, the class, how many texts come there, and of how
// many of these the model's class is the leaf's.
func ruleSheet(rules []report.Rule) render.Sheet {
	s := render.Sheet{Heads: []string{"if the text has", "and has not", "then", "texts", "right"}, Words: 3}
	for _, r := range rules {
		s.Rows = append(s.Rows, []string{cmp.Or(strings.Join(r.Has, ", "), "–"), cmp.Or(strings.Join(r.HasNot, ", "), "–"),
			r.Class, strconv.Itoa(r.Rows), percent(float64(r.Right) / float64(r.Rows))})
	}
	return s
}

// termSheet has a line a word: what it adds to the sum where a text has it, in the
// unit of the scores, and how many texts have it.
func termSheet(terms []report.Term) render.Sheet {
	s := render.Sheet{Heads: []string{"word", "adds", "texts"}, Words: 1}
	for _, t := range terms {
		s.Rows = append(s.Rows, []string{t.Word, output.Signed(float64(t.Coefficient)), strconv.Itoa(t.Texts)})
	}
	return s
}

// fidelity says how well something stands in for the model.
func fidelity(f *report.Fidelity) string {
	var says []string
	// NaN, which alone differs from itself, stands for what is not defined:
	// agreement where there are no classes, R² where the values do not vary.
	if a := float64(f.Agreement); a == a {
		says = append(says, fmt.Sprintf("%s as the model, %s by chance", percent(a), percent(float64(f.Chance))))
	}
	if r2 := float64(f.R2); r2 == r2 {
		says = append(says, "R² "+output.Short(r2))
	}
	return fmt.Sprintf("on %d texts held out %s", f.HeldOut, strings.Join(says, ", "))
}

func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }
