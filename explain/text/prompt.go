package text

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A PromptScorer says what a model makes of prompts of which it takes the text,
// as one behind an endpoint does. It may also have Names() []string, Scale(),
// Name() and SHA256() string, which an explanation then tells.
type PromptScorer interface {
	// Outputs returns how many scores a prompt has.
	Outputs() int
	// Score writes the scores of prompts to dst, Outputs() of them a prompt. Where
	// it fails, it may have written those of some, all of a prompt or none: they
	// are kept, since answers of servers are paid for.
	Score(ctx context.Context, dst []float64, prompts []string) error
}

// A PromptGame is a text whose parts are the players, for a model whose tokens
// are its own business. The parts of absent players are left out of the text,
// or replaced, where Options.Masker is a [Rewrite] that says with what. A prompt
// is scored once. It is for one goroutine at a time.
type PromptGame struct {
	text    string
	options Options
	target  PromptScorer
	rewrite Rewrite
	players []explain.Player
	pieces  []Piece
	scores  map[[sha256.Size]byte][]float64 // by the hash of a prompt
	doubles int
}

// NewPromptGame makes a game of text: target says what a coalition is worth.
// Units are those that need no tokens; Second, Long and Classes have no meaning.
func (o Options) NewPromptGame(text string, target PromptScorer) (*PromptGame, error) {
	rewrite, ok := o.Masker.(Rewrite)
	switch {
	case o.Masker != nil && !ok:
		return nil, fmt.Errorf("text: masker %s needs the model's tokens: delete or rewrite parts of the prompt", o.Masker)
	case o.Unit == unit.Subwords:
		return nil, errors.New("text: the tokens of this model are not known: words are the smallest unit")
	case o.Second != 0:
		return nil, errors.New("text: a prompt is one text")
	case !utf8.ValidString(text):
		return nil, errors.New("text: not valid UTF-8")
	}
	o.Masker = rewrite
	l, err := o.layout(text, &reading{Encoding: &tokenizer.Encoding{}, end: len(text)})
	if err != nil {
		return nil, err
	}
	g := &PromptGame{text: text, options: o, target: target, rewrite: rewrite, players: l.players(o.Names), scores: map[[sha256.Size]byte][]float64{}}
	if o.Bag {
		g.players = l.bag(g.players)
	}
	g.pieces = l.pieces
	return g, nil
}

// Players returns the number of players.
func (g *PromptGame) Players() int { return len(g.players) }

// Outputs returns how many values a coalition has: as many as the target has scores.
func (g *PromptGame) Outputs() int { return g.target.Outputs() }

// Tree groups the players as [Game.Tree] does.
func (g *PromptGame) Tree() *explain.Tree { return merge(leaves(g.text, g.players)) }

// Value writes the values of batch to dst, Outputs() of them a coalition.
func (g *PromptGame) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	if batch.Players() != len(g.players) {
		return fmt.Errorf("text: coalitions of %d players for a game of %d", batch.Players(), len(g.players))
	}
	most := g.options.Batch
	if most <= 0 {
		most = batch.Len()
	}
	keys := make([][sha256.Size]byte, batch.Len())
	var fresh []string
	asked := map[[sha256.Size]byte]bool{}
	for i, c := range batch.All() {
		p, _ := g.rewrite.rewrite(g.text, single, g.pieces, c)
		// Hashes rather than prompts: a long prompt has thousands of masked copies.
		key := sha256.Sum256([]byte(p))
		keys[i] = key
		if _, known := g.scores[key]; known || asked[key] {
			g.doubles++
			continue
		}
		asked[key] = true
		if fresh = append(fresh, p); len(fresh) == most {
			if err := g.score(ctx, fresh); err != nil {
				return err
			}
			fresh = fresh[:0]
		}
	}
	if err := g.score(ctx, fresh); err != nil {
		return err
	}
	k := g.Outputs()
	for i, key := range keys {
		copy(dst[i*k:][:k], g.scores[key])
	}
	return nil
}

// score finds out the scores of prompts, and keeps those that came in any case.
func (g *PromptGame) score(ctx context.Context, prompts []string) error {
	if len(prompts) == 0 {
		return ctx.Err()
	}
	k := g.Outputs()
	// NaN marks what the scorer has not written, where it fails on the way.
	scores := slices.Repeat([]float64{math.NaN()}, len(prompts)*k)
	err := g.target.Score(ctx, scores, prompts)
	for i, p := range prompts {
		if s := scores[i*k : (i+1)*k : (i+1)*k]; err == nil || !slices.ContainsFunc(s, math.IsNaN) {
			g.scores[sha256.Sum256([]byte(p))] = s
		}
	}
	if err != nil {
		return fmt.Errorf("text: %w", err)
	}
	return nil
}

// Describe tells what the players stand for and what was explained.
func (g *PromptGame) Describe(x *explain.Explanation) {
	copy(x.Players, g.players)
	x.Duplicates = g.doubles
	s := &x.Subject
	s.Text, s.Masker, s.Unit = g.text, g.rewrite.String(), g.options.unitName()
	describeTarget(x, g.target)
	describeModel(s, g.target)
}
