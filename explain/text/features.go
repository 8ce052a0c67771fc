package text

import (
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
)

// Fixed is the owner of tokens that are never masked.
const Fixed = -1

// Features tells a [Masker] which part of a text is which player's.
type Features struct {
	Text   string
	Pieces []Piece        // of the text, in its order, each some player's; what lies between is nobody's
	Input  model.Sequence // the tokens when all players are present; not to be changed
	Owner  []int          // the player of each token, Fixed or Gone; nil for a [Rewrite]

	mask   int32 // the model's mask token, −1 where it has none
	token  func(name string) (int32, bool)
	reader *reader
	second int // where in Text a second one begins, or single
	seen   int // bytes of Text that the model sees
}

// A Piece is a stretch of text that comes and goes with a player, or is Gone. A
// player has several where Options.Bag is set or where Options.Keep cuts it.
type Piece struct {
	explain.Span
	Player int
}

// A layout is a text laid out in players.
type layout struct {
	text   string
	atoms  []explain.Span // what is masked whole or not at all, in the text's order
	owner  []int          // of atoms: a player, Fixed or Gone
	pieces []Piece
	first  []int // of players: the first of its units
	joins  int   // units that are one player with the unit before
}

// newLayout makes players of units, of which atoms that touch something kept are
// no part, nor those that touch something muted. Units that touch the same atom
// are one player, which gets all of it. All four ascend without overlap.
// What is muted comes before what is kept, and that before players: a word that is
// to be masked always must not stay because it is also in a part that is kept.
func newLayout(text string, atoms, units, kept, muted []explain.Span) *layout {
	l := &layout{text: text, atoms: atoms, owner: make([]int, len(atoms))}
	last, player := -1, -1 // unit and player of the atom before
	open := false          // whether the last piece may grow
	quiet := -1            // the muted word that the last piece that is gone is of
	for i, a := range atoms {
		from, to := touched(kept, a)
		lo, hi := touched(units, a)
		if mute, end := touched(muted, a); mute < end {
			l.owner[i], open = Gone, false
			l.mute(a, mute == quiet)
			quiet = end - 1
			continue
		}
		if l.owner[i] = Fixed; from < to || lo == hi {
			open = false
			continue
		}
		if lo > last {
			player++
			l.first = append(l.first, lo)
			open = false
			last = lo
		}
		l.joins += hi - 1 - last
		last = hi - 1
		l.owner[i] = player
		if open {
			l.pieces[len(l.pieces)-1].End = a.End
		} else {
			l.pieces = append(l.pieces, Piece{a, player})
		}
		open = true
	}
	return l
}

// mute adds an atom that is gone, to the piece before where that is of the same word.
func (l *layout) mute(a explain.Span, same bool) {
	if same {
		l.pieces[len(l.pieces)-1].End = a.End
		return
	}
	l.pieces = append(l.pieces, Piece{a, Gone})
}

// tokens returns the owner of every token that r has read. White space goes with
// the token that follows it.
func (l *layout) tokens(r *reading) []int {
	// From behind, since a token of white space alone goes with the one after it.
	owner := make([]int, len(r.Spans))
	next := Fixed
	for t, s := range slices.Backward(r.Spans) {
		if r.Special[t] {
			next = Fixed
		} else if i, end := touched(l.atoms, explain.Span(s)); i < end {
			next = l.owner[i]
		}
		owner[t] = next
	}
	return owner
}

// players returns what the players stand for. One of several pieces reads as
// they do with "…" between, and all as the names of their units where there are any.
func (l *layout) players(names []string) []explain.Player {
	var players []explain.Player
	for _, p := range l.pieces {
		if p.Player == Gone {
			continue
		}
		read := l.text[p.Start:p.End]
		if p.Player == len(players) {
			players = append(players, explain.Player{Text: read, Start: p.Start, End: p.End})
			continue
		}
		q := &players[p.Player]
		q.Text, q.End = q.Text+" … "+read, p.End
	}
	for p := range players {
		if names != nil {
			players[p].Text = names[l.first[p]]
		}
	}
	return players
}

// bag makes players of equal text one, which stands where the first of them
// does, and returns those that are left.
func (l *layout) bag(players []explain.Player) []explain.Player {
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
	for i, p := range l.pieces {
		if p.Player != Gone {
			l.pieces[i].Player = same[p.Player]
		}
	}
	for i, o := range l.owner {
		if o != Fixed && o != Gone {
			l.owner[i] = same[o]
		}
	}
	return distinct
}
