package text

import (
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/tokenizer"
)

// Fixed is the owner of tokens that are never masked.
const Fixed = -1

// Features tells a [Masker] which part of a text is which player's.
type Features struct {
	Text   string
	Pieces []Piece        // of the text, in its order, each some player's; what lies between is nobody's
	Input  model.Sequence // the tokens when all players are present; not to be changed
	Owner  []int          // the player of each token, or Fixed; nil for a [Rewrite]

	mask   int32 // the model's mask token, −1 where it has none
	reader *reader
	seen   int // bytes of Text that the model sees
}

// A Piece is a stretch of text that comes and goes with a player. A player has
// several where Options.Bag is set or where Options.Keep cuts it.
type Piece struct {
	explain.Span
	Player int
}

// A layout is a text laid out in units while players are being made of them.
type layout struct {
	text   string
	kept   []explain.Span // never masked; without white space at the ends
	pieces []Piece        // Player is the unit's number, ascending
	joins  int            // units that were joined with the one before them
}

// layout finds the units of the text that r has read, and cuts from them what is
// kept and what is not seen.
func (o *Options) layout(text string, r *reading) (*layout, error) {
	chars := characters(text)
	units, err := o.units(text, r)
	if err != nil {
		return nil, err
	}
	if err := checkSpans(text, "kept part", o.Keep); err != nil {
		return nil, err
	}
	_, seen := touched(chars, explain.Span{End: r.end})
	if chars = chars[:seen]; seen > 0 {
		r.end = max(r.end, chars[seen-1].End)
	}
	return newLayout(text, chars, whole(chars, units), whole(chars, o.Keep)), nil
}

// newLayout cuts from units what is kept. chars are the characters of text that are seen.
func newLayout(text string, chars, units, kept []explain.Span) *layout {
	l := &layout{text: text, kept: kept}
	for u, unit := range units {
		lo, hi := touched(chars, unit)
		open := false
		for _, c := range chars[lo:hi] {
			if from, to := touched(l.kept, c); from < to {
				open = false
				continue
			}
			if !open {
				l.pieces = append(l.pieces, Piece{explain.Span{Start: c.Start}, u})
				open = true
			}
			l.pieces[len(l.pieces)-1].End = c.End
		}
	}
	return l
}

// Owners of tokens while they are being settled, besides units and Fixed.
const unsettled = -2

// settle gives every token to a unit, or fixes it, joins the units that share a
// token and removes those that have none.
func (l *layout) settle(spans []tokenizer.Span, special []bool) []int {
	owner := make([]int, len(spans))
	join := make([]bool, l.units()+1) // whether a unit and the next are one
	pieces := make([]explain.Span, len(l.pieces))
	for i, p := range l.pieces {
		pieces[i] = p.Span
	}
	for t, s := range spans {
		span := explain.Span(s)
		lo, hi := touched(pieces, span)
		switch keptLo, keptHi := touched(l.kept, span); {
		case special[t] || keptLo < keptHi:
			owner[t] = Fixed
		case lo < hi:
			owner[t] = l.pieces[lo].Player
			for u := owner[t]; u < l.pieces[hi-1].Player; u++ {
				join[u] = true
			}
		case isSpace(l.text[s.Start:s.End]):
			owner[t] = unsettled
		default:
			owner[t] = Fixed
		}
	}
	adopt(owner, special)
	l.renumber(owner, join)
	return owner
}

// units returns one more than the largest unit.
func (l *layout) units() int {
	if len(l.pieces) == 0 {
		return 0
	}
	return l.pieces[len(l.pieces)-1].Player + 1
}

// adopt gives tokens of white space to the unit that follows, else to the one
// before, as long as no special token stands between; others become fixed.
func adopt(owner []int, special []bool) {
	next := Fixed
	for t, o := range slices.Backward(owner) {
		if special[t] {
			next = Fixed
		} else if o == unsettled && next != Fixed {
			owner[t] = next
		} else if o != unsettled {
			next = o
		}
	}
	last := Fixed
	for t, o := range owner {
		if o == unsettled {
			owner[t] = last
		} else {
			last = o
		}
	}
}

// renumber joins units and leaves out those without a token.
func (l *layout) renumber(owner []int, join []bool) {
	first := make([]int, len(join)) // the first of the units that a unit is joined with
	for u := 1; u < len(join); u++ {
		if first[u] = u; join[u-1] {
			first[u] = first[u-1]
			l.joins++
		}
	}
	used := make([]bool, len(join))
	for _, o := range owner {
		if o >= 0 {
			used[first[o]] = true
		}
	}
	number, n := make([]int, len(join)), 0
	for u := range first {
		if u == first[u] && used[u] {
			number[u] = n
			n++
		}
	}
	for t, o := range owner {
		if o >= 0 {
			owner[t] = number[first[o]]
		}
	}
	var pieces []Piece
	unit := -1 // of the piece before
	for _, p := range l.pieces {
		f := first[p.Player]
		if !used[f] {
			continue
		}
		if last := len(pieces) - 1; last >= 0 && pieces[last].Player == number[f] && p.Player != unit {
			pieces[last].End = p.End
		} else {
			pieces = append(pieces, Piece{p.Span, number[f]})
		}
		unit = p.Player
	}
	l.pieces = pieces
}

// players returns what the players stand for. One of several pieces reads as
// they do with "…" between.
func (l *layout) players() []explain.Player {
	var players []explain.Player
	for _, p := range l.pieces {
		read := l.text[p.Start:p.End]
		if p.Player == len(players) {
			players = append(players, explain.Player{Text: read, Start: p.Start, End: p.End})
			continue
		}
		q := &players[p.Player]
		q.Text, q.End = q.Text+" … "+read, p.End
	}
	return players
}

// bag makes players of equal text one, which stands where the first of them does.
func (l *layout) bag(players []explain.Player, owner []int) []explain.Player {
	var distinct []explain.Player
	known := map[string]int{}
	same := make([]int, len(players))
	for p, player := range players {
		q, ok := known[player.Text]
		if !ok {
			q = len(distinct)
			known[player.Text] = q
			distinct = append(distinct, player)
		}
		same[p] = q
	}
	for i := range l.pieces {
		l.pieces[i].Player = same[l.pieces[i].Player]
	}
	for t, o := range owner {
		if o >= 0 {
			owner[t] = same[o]
		}
	}
	return distinct
}
