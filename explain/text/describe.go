package text

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
)

// A classifier is a Model that knows its classes.
type classifier interface {
	Probability(class ...string) *model.Target
}

// A Target is a scorer that says what its scores are of, as those of package
// model do. A Model may have a method Answers() Target: it is then asked for the
// probabilities of all classes that way.
type Target interface {
	Scorer
	Names() []string // of the outputs, as many as Outputs says
	Scale() string   // the unit of the scores, such as "log-odds"
	Validate() error // why there is nothing to score, as where a class is not the model's
}

// answers returns the target of the probabilities of all classes of m, nil where
// it has none.
func answers(m Model) Target {
	if a, ok := m.(interface{ Answers() Target }); ok {
		return a.Answers()
	}
	if c, ok := m.(classifier); ok {
		return c.Probability()
	}
	return nil
}

// Classify returns what m, if it is a classifier, answers to text: the
// probability of every class, in the model's order. They are those that an
// explanation tells, of a text read through windows the mean. A model that gives
// no probabilities has none.
func Classify(ctx context.Context, m Model, text string, long Long) ([]explain.ClassScore, error) {
	r, err := newReader(m, long, false).read(text, single)
	if err != nil {
		return nil, err
	}
	var seqs []model.Sequence
	for _, p := range r.pages {
		seqs = append(seqs, r.sequence(p))
	}
	return classScores(ctx, m, seqs)
}

// classScores returns the mean probability of every class over seqs.
func classScores(ctx context.Context, m Model, seqs []model.Sequence) ([]explain.ClassScore, error) {
	target := answers(m)
	if target == nil || target.Scale() != "probability" {
		return nil, nil
	}
	k := target.Outputs()
	p := make([]float64, len(seqs)*k)
	if err := target.Score(ctx, p, seqs); err != nil {
		return nil, fmt.Errorf("text: %w", err)
	}
	classes := make([]explain.ClassScore, k)
	for i, v := range p {
		classes[i%k].Class = target.Names()[i%k]
		classes[i%k].Probability += v / float64(len(seqs))
	}
	return classes, nil
}

// classify finds out what the model answers to the whole text, once.
func (g *Game) classify(ctx context.Context) (err error) {
	if g.classes != nil {
		return nil
	}
	var seqs []model.Sequence
	for _, f := range g.windows {
		s, err := g.whole(f)
		if err != nil {
			return err
		}
		seqs = append(seqs, s)
	}
	// Empty, not nil: a model that gives no probabilities is not asked again.
	if g.classes, err = classScores(ctx, g.model, seqs); err == nil && g.classes == nil {
		g.classes = []explain.ClassScore{}
	}
	return err
}

// Describe tells what the players stand for, what was explained, and what the
// valuations so far have cost. The model's answer to the text is told once a
// coalition has been valued.
func (g *Game) Describe(x *explain.Explanation) {
	copy(x.Players, g.players)
	describeTarget(x, g.target)
	x.Duplicates = g.duplicates
	x.Warnings = append(x.Warnings, g.warnings...)
	s := &x.Subject
	s.Text, s.Masker, s.Unit = g.text, g.options.Masker.String(), g.options.unitName()
	s.Scores = append(s.Scores, g.classes...)
	s.Unseen = append(s.Unseen, g.unseen...)
	describeModel(s, g.model)
}

// describeTarget tells what a target knows of itself.
func describeTarget(x *explain.Explanation, target any) {
	if t, ok := target.(interface{ Names() []string }); ok {
		x.Outputs = append(x.Outputs, t.Names()...)
	}
	if t, ok := target.(interface{ Scale() string }); ok {
		x.Subject.Scale = t.Scale()
	}
	if t, ok := target.(interface{ Pieces() []string }); ok {
		s := &x.Subject
		for _, piece := range t.Pieces() {
			s.Pieces = append(s.Pieces, explain.Span{Start: len(s.Answer), End: len(s.Answer) + len(piece)})
			s.Answer += piece
		}
	}
}

// describeModel tells what a model knows of itself.
func describeModel(s *explain.Subject, m any) {
	if m, ok := m.(interface {
		Name() string
		SHA256() string
	}); ok {
		s.Model, s.SHA256 = m.Name(), m.SHA256()
	}
}

// unitName returns what a player is, as in "word" or "bag of words".
func (o *Options) unitName() string {
	if o.Bag {
		return "bag of " + o.Unit.String() + "s"
	}
	return o.Unit.String()
}
