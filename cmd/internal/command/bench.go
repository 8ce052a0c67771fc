package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// A bench is a model and the flags by which texts become games and games are
// estimated, for commands that do so more than once.
type bench struct {
	*program
	c     *cli.Context
	model *model.Classifier
}

// newBench loads the model that the flags name.
func (p *program) newBench(c *cli.Context) (*bench, error) {
	begin := time.Now()
	m, err := loadModel(c)
	if err != nil {
		return nil, err
	}
	p.step(begin, "model %s with classes %s, SIMD %s", m.Name(), strings.Join(m.Labels(), ", "), model.SIMD())
	return &bench{p, c, m}, nil
}

// game makes a game of a text for one class: the one that the flags name, or
// which the model predicts. Options other than those of the flags may be set by
// change.
func (b *bench) game(words string, change func(*text.Options)) (*text.Game, error) {
	o, err := gameOptions(b.c)
	if err != nil {
		return nil, err
	}
	if change != nil {
		change(&o)
	}
	target, err := target(b.c, b.model, words, &o)
	if err != nil {
		return nil, err
	}
	if target.Outputs() != 1 {
		return nil, usage("%s takes one class at a time", b.c.Command.Name).or("--class %s, for one", b.model.Labels()[0])
	}
	g, err := o.NewGame(b.model, words, target)
	if err != nil {
		return nil, badText(err)
	}
	return g, nil
}

// explain estimates by the method of the flags and nothing else.
func (b *bench) explain(g explain.Game) (*explain.Explanation, error) {
	estimator, most, err := chosen(b.c, g.Players())
	if err != nil {
		return nil, err
	}
	x, err := attempt(b.c.Context, b.c, estimator, g, most, false)
	if err != nil {
		return nil, badBudget(err)
	}
	x.Run = ran(b.c)
	return x, nil
}

// fix makes what was predicted of one text the class of all others.
func (b *bench) fix(x *explain.Explanation) error {
	if b.c.String("class") != "" || len(x.Outputs) != 1 {
		return nil
	}
	return b.c.Set("class", x.Outputs[0])
}

// chance returns what turns values of a scale into probabilities; nil where they
// are such or there is no way.
func (b *bench) chance() func(float64) float64 {
	if b.c.String("scale") == "log-odds" {
		return metric.Logistic
	}
	return nil
}

// matches returns an error unless the players of x are those of g.
func matches(x *explain.Explanation, g explain.Game) error {
	again := explain.NewExplanation(g, x.Index)
	if len(again.Players) != len(x.Players) {
		return usage("the saved explanation has %d players, its text has %d now", len(x.Players), len(again.Players))
	}
	for i, p := range again.Players {
		if p != x.Players[i] {
			return usage("player %d of the saved explanation is %q, in its text it is %q now", i, x.Players[i].Text, p.Text)
		}
	}
	if !slices.Equal(again.Outputs, x.Outputs) || len(x.Full) != 1 {
		return usage("the saved explanation is of %s, not of %s", strings.Join(x.Outputs, ", "), strings.Join(again.Outputs, ", "))
	}
	if s := again.Subject; s.SHA256 != x.Subject.SHA256 && x.Subject.SHA256 != "" {
		return usage("the saved explanation is of model %s (%.12s…), not of %s (%.12s…)", x.Subject.Model, x.Subject.SHA256, s.Model, s.SHA256).
			or("--model DIR names the folder of the model")
	}
	return nil
}

// subjectLine says what is judged: the text, shortened, and the model's answer.
func subjectLine(x *explain.Explanation) string {
	s := x.Subject
	if s.Model == "" {
		return fmt.Sprintf("a game of %d players: v(N) %s", len(x.Players), signed(x.Full[0]))
	}
	words := []rune(strings.Join(strings.Fields(s.Text), " "))
	const most = 60
	shown := string(words[:min(len(words), most)])
	if len(words) > most {
		shown += "…"
	}
	class := ""
	if len(x.Outputs) == 1 {
		class = " of " + x.Outputs[0]
	}
	return fmt.Sprintf("%q: %s%s %s by %s", shown, s.Scale, class, signed(x.Full[0]), s.Model)
}

// runFacts are where the numbers of an explanation come from, for a page.
func runFacts(x *explain.Explanation) []render.Fact {
	facts := []render.Fact{{Name: "model", Value: x.Subject.Model}, {Name: "sha256", Value: x.Subject.SHA256}, {Name: "version", Value: x.Run.Version}}
	for _, name := range slices.Sorted(maps.Keys(x.Run.Settings)) {
		facts = append(facts, render.Fact{Name: name, Value: x.Run.Settings[name]})
	}
	return facts
}
