package text

import (
	"context"
	"errors"
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A Model reads tokens; *model.Classifier is one. It may also have Name() and
// SHA256() string, and classes, which an explanation then tells of.
type Model interface {
	Tokenizer() *tokenizer.Tokenizer // that the model was trained with
	// MaxTokens returns how many tokens the model takes, special ones included;
	// 0 where any number will do.
	MaxTokens() int
	// MaskID returns the token that stands for a masked one, and whether the
	// model has one.
	MaskID() (int32, bool)
}

// A starter is a Model that reads nothing as the token that begins a text, as
// one that writes does.
type starter interface {
	StartID() (int32, bool)
}

// A Scorer says what a model makes of sequences, as its targets do. It may also
// have Names() []string and Scale() string, which an explanation then tells,
// Pieces() []string, the parts of the model's answer that the outputs stand for,
// and Validate() error, which NewGame asks.
type Scorer interface {
	// Outputs returns how many scores a sequence has.
	Outputs() int
	// Score writes the scores of seqs to dst, Outputs() of them a sequence. A
	// sequence's scores must not depend on the others.
	Score(ctx context.Context, dst []float64, seqs []model.Sequence) error
}

// Options are the choices in making a game of a text. The zero value is right
// for most.
type Options struct {
	Unit   unit.Unit      // what a player is
	Spans  []explain.Span // the players of unit Custom: ascending, without overlap, none breaking a character
	Names  []string       // of Spans, as an explanation calls them; nil for their text
	Keep   []explain.Span // parts of the text that are never masked; as Spans
	Muted  []string       // words that are always masked wherever they stand, in any case
	Bare   bool           // the text spells the tokens of the model's format, as a chat template does: none is added
	Second int            // where in the text a second one begins, as of a question and its context; 0 for none
	Bag    bool           // units of equal text are one player, as in LIME's bag of words
	Masker Masker         // where nil Replace, or Drop for a model without a mask token
	Long   Long           // what happens to a text of more tokens than the model takes
	Batch  int            // the most sequences to score at a time, but for the windows of one coalition; 0 leaves it to the game

	// Classes is the model's answer to the whole text, where [Classify] has told
	// it already; where nil, the game asks.
	Classes []explain.ClassScore
}

// A Game is a text whose parts are the players. A coalition is worth what the
// target says of the text with all other players masked; without players, as
// in an empty text, there is one value. A game is for one goroutine at a time.
type Game struct {
	text     string
	model    Model
	target   Scorer
	options  Options
	players  []explain.Player
	windows  []*Features // what the model reads at a time; mostly one
	unseen   []explain.Span
	warnings []string
	classes  []explain.ClassScore // nil while unknown
	valuer
}

// NewGame makes a game of text with the unit given and all else at its default.
// [Options] has the other choices.
func NewGame(m Model, text string, u unit.Unit, target Scorer) (*Game, error) {
	return Options{Unit: u}.NewGame(m, text, target)
}

// NewGame makes a game of text: target says what a coalition is worth when m
// reads it. The error is a [LimitError] where the text is too long for m and
// Options.Long does not say what to do.
func (o Options) NewGame(m Model, text string, target Scorer) (*Game, error) {
	if v, ok := target.(interface{ Validate() error }); ok {
		if err := v.Validate(); err != nil {
			return nil, fmt.Errorf("text: %w", err)
		}
	}
	switch {
	case o.Second < 0 || o.Second > len(text):
		return nil, fmt.Errorf("text: the second text cannot begin at byte %d of %d", o.Second, len(text))
	case o.Long != Window:
	case o.rewrites():
		return nil, errors.New("text: a text that the masker rewrites cannot be read through windows")
	case o.Second > 0:
		return nil, errors.New("text: a pair of texts cannot be read through windows")
	}
	if fill, ok := o.Masker.(Infill); ok {
		if err := fill.check(m, text); err != nil {
			return nil, err
		}
	}
	if o.Masker != nil {
		return o.newGame(m, text, target)
	}
	return o.masked(m, text, target)
}

// newGame is NewGame once the options are known to be sound and a masker is chosen.
func (o Options) newGame(m Model, text string, target Scorer) (*Game, error) {
	g := &Game{text: text, model: m, target: target, options: o, classes: o.Classes, valuer: newValuer(target.Outputs())}
	if err := g.layOut(); err != nil {
		return nil, err
	}
	if err := g.tryMasker(); err != nil {
		return nil, err
	}
	return g, nil
}

// masked is newGame with a masker that works for the model, which is told where
// a classifier has no mask token.
func (o Options) masked(m Model, text string, target Scorer) (*Game, error) {
	// A mask where the model was trained with masks; else left out, which no model
	// was trained on, but which at least is text.
	if _, ok := m.MaskID(); ok {
		o.Masker = Replace{}
		return o.newGame(m, text, target)
	}
	o.Masker = Drop{}
	g, err := o.newGame(m, text, target)
	// Deleting words leaves the white space between them, and what the tokenizer
	// makes of an empty text: with some models that is something to read.
	if errors.Is(err, errNothing) && o.Long != Window {
		deleting := o
		deleting.Masker = Rewrite{}
		if other, err := deleting.newGame(m, text, target); err == nil {
			g, o = other, deleting
		}
	}
	if g == nil {
		return nil, err
	}
	if c, ok := m.(interface{ Labels() []string }); ok && len(c.Labels()) > 0 {
		g.warnings = append(g.warnings, fmt.Sprintf("the model has no mask token: absent words are left out (masker %s)", o.Masker))
	}
	return g, nil
}

// errNothing is what nobody can read.
var errNothing = errors.New("nothing is left of the text when everything is masked: delete words or name a token to replace them with, as in replace:<unk>")

// layOut finds the players and their tokens.
func (g *Game) layOut() error {
	o := &g.options
	read := newReader(g.model, o.Long, o.Bare)
	second := o.Second
	if second == 0 {
		second = single
	}
	r, err := read.read(g.text, second)
	if err != nil {
		return err
	}
	l, err := o.layout(g.text, r)
	if err != nil {
		return err
	}
	g.players = l.players(o.Names)
	g.tell(r, l)
	g.tellMuted(mutedSpans(g.text, o.Muted))
	if o.Bag {
		g.players = l.bag(g.players)
	}
	mask, ok := g.model.MaskID()
	if !ok {
		mask = -1
	}
	var owner []int
	if !o.rewrites() {
		owner = l.tokens(r)
	}
	for _, p := range r.pages {
		f := &Features{Text: g.text, Pieces: l.pieces, Input: r.sequence(p), mask: mask, token: g.model.Tokenizer().ID, reader: read, second: second, seen: r.end}
		if owner != nil {
			f.Owner = framed(owner, r.Special, p)
		}
		g.windows = append(g.windows, f)
	}
	return nil
}

// rewrites reports whether the masker changes the text rather than the tokens.
func (o *Options) rewrites() bool {
	_, ok := o.Masker.(Rewrite)
	return ok
}

// layout finds the players of a text that r has read. No token is masked by
// halves, nor a character, unless the text itself is changed.
func (o *Options) layout(text string, r *reading) (*layout, error) {
	units, err := o.unitsOfPair(text, r)
	if err != nil {
		return nil, err
	}
	if err := checkSpans(text, "kept part", o.Keep); err != nil {
		return nil, err
	}
	chars, _ := unit.Characters.Spans(text)
	_, seen := touched(chars, explain.Span{End: r.end})
	atoms := chars[:seen]
	if seen > 0 { // a character of which any token is seen counts as seen
		r.end = max(r.end, chars[seen-1].End)
	}
	if !o.rewrites() {
		atoms = whole(chars, tokenSpans(r))
	}
	return newLayout(text, atoms, whole(chars, units), whole(chars, o.Keep), whole(chars, mutedSpans(text, o.Muted))), nil
}

// tell notes what the reader of an explanation must know of the model and the
// layout.
func (g *Game) tell(r *reading, l *layout) {
	if m, ok := g.model.(interface{ Warnings() []string }); ok {
		g.warnings = append(g.warnings, m.Warnings()...)
	}
	if m, ok := g.model.(interface{ UsualTokens() int }); ok && len(r.IDs) > m.UsualTokens() && len(r.pages) == 1 && len(r.IDs) <= g.model.MaxTokens() {
		g.warnings = append(g.warnings, fmt.Sprintf("the text has %d tokens, the model's tokenizer allows %d: it reads them all, and was hardly trained on so many", len(r.IDs), m.UsualTokens()))
	}
	if r.cut > 0 {
		g.unseen = []explain.Span{{Start: r.end, End: len(g.text)}}
		g.warnings = append(g.warnings, fmt.Sprintf("the model reads %d tokens: the last %d of the text, from byte %d on, are not seen",
			len(r.IDs), r.cut, r.end))
	}
	if n := len(r.pages); n > 1 {
		g.warnings = append(g.warnings, fmt.Sprintf("the model reads %d tokens at a time: values are means over %d windows of the text's %d",
			g.options.Long.limit(g.model), n, len(r.IDs)))
	}
	if l.joins > 0 {
		g.warnings = append(g.warnings, fmt.Sprintf("%d times a %s shares a token with the one before it: they are one player",
			l.joins, g.options.Unit))
	}
}

// tryMasker masks everything, since a masker that cannot work should say so now.
func (g *Game) tryMasker() error {
	none := explain.NewCoalition(len(g.players))
	for _, f := range g.windows {
		s, err := g.masked(model.Sequence{}, f, none)
		if err == nil && len(s.IDs) == 0 {
			err = fmt.Errorf("text: masker %s: %w", g.options.Masker, errNothing)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// masked returns f as the model reads it with all masked but those present. Of
// a text that is gone a model that writes reads its first token.
func (g *Game) masked(dst model.Sequence, f *Features, present explain.Coalition) (model.Sequence, error) {
	s, err := g.options.Masker.Mask(dst, f, present)
	if err != nil {
		return s, fmt.Errorf("text: masker %s: %w", g.options.Masker, err)
	}
	if m, ok := g.model.(starter); ok && len(s.IDs) == 0 {
		if id, ok := m.StartID(); ok {
			s.IDs = append(s.IDs, id)
		}
	}
	return s, nil
}

// Players returns the number of players.
func (g *Game) Players() int { return len(g.players) }

// Outputs returns how many values a coalition has: as many as the target has scores.
func (g *Game) Outputs() int { return g.outputs }
