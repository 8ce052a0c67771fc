package render

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// A markedPiece is a piece of a text, marked or not.
type markedPiece struct {
	Text      string
	Marked    bool
	Unseen    bool
	Player    int
	Down      bool
	Strength  float64 // of the color
	Tip       string  // the score with its interval
	Low, High float64 // the interval and the score, from 0 to 1 between the ends of all
	At        float64
}

// markedText is a text with marked pieces.
type markedText struct {
	Label  string
	Pieces []markedPiece
	Zero   float64
	Legend string
	Scores bool // whether the intervals have places
}

func (t markedText) html(w io.Writer) error { return execute(w, "text", t) }

// MarkedText returns the text of an explanation with its words colored by their
// scores for an output: underlined straight where they raise it, in waves where
// they lower it. Score and interval are shown where a pointer or the focus rests.
func MarkedText(x *explain.Explanation, k int) (Block, error) {
	if err := checkOutput(x, k); err != nil {
		return nil, err
	}
	// All terms: a word that a picture would leave out is still in the text.
	d := picturedOutput(x, k, Options{Top: len(x.Terms)})
	t := markedText{Label: "The text, marked by " + d.what(), Scores: true, Legend: "underlined: raises " + d.what() + "; waved: lowers it"}
	ends, largest := []float64{0}, 0.0
	for _, r := range d.rows {
		// Interactions have no place of their own in a text.
		if len(r.Players) == 1 {
			s, e := r.Score[k], known(r.Err[k])
			ends, largest = append(ends, s-z95*e, s+z95*e), max(largest, math.Abs(s))
		}
	}
	a := newAxis(0, 1, ends...)
	t.Zero = a.at(0)
	scores := map[int]row{}
	for _, r := range d.rows {
		if len(r.Players) == 1 {
			scores[r.Players[0]] = r
		}
	}
	t.Pieces = pieces(x, func(p *markedPiece) {
		r, ok := scores[p.Player]
		if p.Marked = ok; ok {
			s, e := r.Score[k], known(r.Err[k])
			p.Down, p.Strength, p.Tip = s < 0, strengthOf(s, largest), d.told(r)
			p.Low, p.High, p.At = a.at(s-z95*e), a.at(s+z95*e), a.at(s)
		}
	})
	return t, nil
}

// pieces breaks the text of an explanation at its players and at what the model
// did not see; mark completes the pieces that are players.
func pieces(x *explain.Explanation, mark func(*markedPiece)) []markedPiece {
	type part struct {
		explain.Span
		player int // -1 for none
	}
	var parts []part
	for i, p := range x.Players {
		if p.Start < p.End {
			parts = append(parts, part{explain.Span{Start: p.Start, End: p.End}, i})
		}
	}
	for _, u := range x.Subject.Unseen {
		parts = append(parts, part{u, -1})
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.Start, b.Start) })
	text, at := x.Subject.Text, 0
	var out []markedPiece
	for _, p := range parts {
		if p.Start < at {
			continue
		}
		if at < p.Start {
			out = append(out, markedPiece{Text: text[at:p.Start]})
		}
		piece := markedPiece{Text: text[p.Start:p.End], Player: p.player, Unseen: p.player < 0}
		if !piece.Unseen {
			mark(&piece)
		}
		out = append(out, piece)
		at = p.End
	}
	if at < len(text) {
		out = append(out, markedPiece{Text: text[at:]})
	}
	return out
}

// percent writes a share of one.
func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }
