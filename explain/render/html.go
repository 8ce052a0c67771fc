package render

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// mostOutputs is how many outputs a page has a section of; those with the
// largest v(N) are taken.
const mostOutputs = 12

// HTML writes the explanation as a [Page]: the text with its words marked, the
// forces, the way from v(∅) to v(N), pairs where there are any, and a table of
// all terms, for each output; of an answer also which of its pieces comes from
// where. Of the options ByScore and Top play a part, in tables.
func HTML(w io.Writer, x *explain.Explanation, o Options) error {
	p, err := newPage(x, o)
	if err != nil {
		return err
	}
	return p.HTML(w)
}

// newPage returns the page that [HTML] writes.
func newPage(x *explain.Explanation, o Options) (Page, error) {
	if err := check(x); err != nil {
		return Page{}, err
	}
	p := Page{Title: headline(x), Warnings: notes(x), Facts: provenance(x)}
	outputs := byValue(x)
	if len(outputs) > mostOutputs {
		p.Warnings = append(p.Warnings, fmt.Sprintf("%d of %d outputs are shown, those with the largest v(N)", mostOutputs, len(outputs)))
		outputs = outputs[:mostOutputs]
	}
	// Chosen by v(N), shown in the order of the model.
	slices.Sort(outputs)
	p.Lead = append(p.Lead, facts(x))
	if len(x.Terms) == 0 {
		p.Warnings = append(p.Warnings, "there is nothing to share out: the game has no players")
		return p, nil
	}
	if len(x.Subject.Pieces) > 0 {
		p.Sections = append(p.Sections, answerSection(x))
	}
	for _, k := range outputs {
		s, err := outputSection(x, k, o)
		if err != nil {
			return Page{}, err
		}
		if len(outputs) > 1 {
			s.Choice, p.Choices = output(x, k), "output"
		}
		p.Sections = append(p.Sections, s)
	}
	return p, nil
}

// outputSection shows one output.
// From what is read at a glance, the marked text, to what is looked up, the table
// of all terms.
func outputSection(x *explain.Explanation, k int, o Options) (Section, error) {
	title := quantity(x, k)
	if title == "" {
		title = "Scores"
	}
	ends := strings.TrimPrefix(strings.Join(values(x, []int{k}), ""), title+": ")
	s := Section{Title: title, Blocks: []Block{Prose(ends)}}
	if x.Subject.Text != "" {
		marked, err := MarkedText(x, k)
		if err != nil {
			return s, err
		}
		s.Blocks = append(s.Blocks, marked)
	}
	if line := pairLine(x, k); line != "" {
		s.Blocks = append(s.Blocks, Prose(line))
	}
	force, err := Force(x, k, o)
	if err != nil {
		return s, err
	}
	fall, err := Waterfall(x, k, o)
	if err != nil {
		return s, err
	}
	s.Blocks = append(s.Blocks,
		figure{force, "What raises the value pushes right, what lowers it pushes left; they meet at v(N)."},
		figure{fall, "Each bar begins where the one above it ends."})
	if x.Order > 1 {
		s.Blocks = append(s.Blocks, pairsOf(x, k))
	}
	s.Blocks = append(s.Blocks, termTable(x, k, o))
	return s, nil
}

// termTable lists the terms of an output.
// Its columns: rank by strength; the players; the score; its standard error, a dash
// where it is not known; the 95 % interval; and the score as a bar from zero.
func termTable(x *explain.Explanation, k int, o Options) dataTable {
	t := dataTable{
		Caption: "All terms",
		Columns: []tableColumn{{Name: "#", Numeric: true}, {Name: wordsHead(x)}, {Name: "score", Numeric: true}, {Name: "± error", Numeric: true},
			{Name: "95 % interval"}, {Name: "lowers | raises", Bar: true}},
	}
	f := scoreFormat(x, k)
	shown := rows(x, o)
	if len(shown) < len(x.Terms) {
		t.Caption = fmt.Sprintf("The %d strongest of %d terms", len(shown), len(x.Terms))
	}
	for _, r := range shown {
		score, err := r.Score[k], r.Err[k]
		deviation := tableCell{"–", err}
		// False for NaN, an error that is not known.
		if err >= 0 {
			deviation.Text = f.unsigned(err)
		}
		t.Rows = append(t.Rows, []tableCell{
			{strconv.Itoa(r.rank), float64(r.rank)}, {Text: label(x, r.Term)}, {f.signed(score), score}, deviation,
			{Text: interval(f, score, err)}, {Number: score},
		})
	}
	return t
}

// provenance tells where the numbers come from.
// All that it takes to repeat the run; what is empty, as of a game without a text,
// is left out.
func provenance(x *explain.Explanation) []Fact {
	s, e := x.Subject, x.Estimator
	all := []Fact{
		{"model", s.Model}, {"SHA-256 of its weights", s.SHA256}, {"scale", s.Scale}, {"target", strings.Join(x.Outputs, ", ")},
		{"unit", s.Unit}, {"masker", s.Masker}, {"index", x.Index.String()}, {"order", positive(x.Order)},
		{"estimator", e.Name}, {"chosen because", e.Reason}, {"budget", positive(e.Budget)}, {"seed", positive(e.Seed)},
		{"coalitions valued", positive(x.Evaluations)}, {"stopped", x.Stopped}, {"version of whence", x.Version},
	}
	for _, c := range s.Scores {
		all = append(all, Fact{"probability of " + c.Class, fmt.Sprintf("%.4f", c.Probability)})
	}
	all = append(all, RequestFacts(x.Request)...)
	return slices.DeleteFunc(all, func(f Fact) bool { return f.Value == "" })
}

func positive[N int | uint64](n N) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprint(n)
}
