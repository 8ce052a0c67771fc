package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/text"
)

// An explainer is a classifier, and how texts become games and games are estimated, for
// commands that do so more than once.
// It explains texts of one model by one method, for which Request.Class may be
// changed between two of them and nothing else.
type explainer struct {
	*program
	*request.Classification
	models  *request.Models
	command string // that it serves
}

// newExplainer opens the model of a request.
func (p *program) newExplainer(c *cli.Context, r request.Request) (*explainer, error) {
	models := p.models(c)
	task, err := p.classification(c.Context, r, models)
	return &explainer{p, task, models, c.Command.Name}, err
}

// game makes a game of a text for one class: the one that the request names, or
// which the model predicts.
func (b *explainer) game(ctx context.Context, words string) (*text.Game, error) {
	g, err := b.Game(ctx, words)
	if err != nil {
		return nil, flags.Faults(err)
	}
	if g.Outputs() != 1 {
		return nil, terminal.Usage("%s takes one class at a time", b.command).Or("--class %s, for one", b.Model.Labels()[0])
	}
	return g, nil
}

// explain estimates by the method of the request and nothing else.
func (b *explainer) explain(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	run, err := b.Request.NewRun(g)
	if err != nil {
		return nil, flags.Faults(err)
	}
	x, err := run.Scores(ctx)
	if err != nil {
		return nil, flags.Faults(err)
	}
	x.Version, x.Request = recorded(b.Request)
	return x, nil
}

// fix makes what was predicted of one text the class of all others.
func (b *explainer) fix(x *explain.Explanation) {
	if b.Request.Class == "" && len(x.Outputs) == 1 {
		b.Request.Class = x.Outputs[0]
	}
}

// chance returns what turns values of a scale into probabilities; nil where they
// are such or there is no way.
func chance(scale string) func(float64) float64 {
	if scale == "log-odds" {
		return metric.Logistic
	}
	return nil
}

// matches returns an error unless the players of x are those of g. Metrics mask the
// players of g by the scores of x: with other words, another class or other weights
// under the same numbers, the result would look right and mean nothing.
func matches(x *explain.Explanation, g explain.Game) error {
	again := explain.NewExplanation(g, x.Index)
	if len(again.Players) != len(x.Players) {
		return terminal.Usage("the saved explanation has %d players, its text has %d now", len(x.Players), len(again.Players))
	}
	for i, p := range again.Players {
		if p != x.Players[i] {
			return terminal.Usage("player %d of the saved explanation is %q, in its text it is %q now", i, x.Players[i].Text, p.Text)
		}
	}
	if !slices.Equal(again.Outputs, x.Outputs) || len(x.Full) != 1 {
		return terminal.Usage("the saved explanation is of %s, not of %s", strings.Join(x.Outputs, ", "), strings.Join(again.Outputs, ", "))
	}
	if s := again.Subject; s.SHA256 != x.Subject.SHA256 && x.Subject.SHA256 != "" {
		return terminal.Usage("the saved explanation is of model %s (%.12s…), not of %s (%.12s…)", x.Subject.Model, x.Subject.SHA256, s.Model, s.SHA256).
			Or("--model DIR names the folder of the model")
	}
	return nil
}

// subjectLine says what is judged: the text, shortened, and the model's answer.
func subjectLine(x *explain.Explanation) string {
	s := x.Subject
	if s.Model == "" {
		return fmt.Sprintf("a game of %d players: v(N) %s", len(x.Players), output.Signed(x.Full[0]))
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
	return fmt.Sprintf("%q: %s%s %s by %s", shown, s.Scale, class, output.Signed(x.Full[0]), s.Model)
}

// runFacts are where the numbers of an explanation come from, for a page.
func runFacts(x *explain.Explanation) []render.Fact {
	facts := []render.Fact{{Name: "model", Value: x.Subject.Model}, {Name: "sha256", Value: x.Subject.SHA256}, {Name: "version", Value: x.Version}}
	return append(facts, render.RequestFacts(x.Request)...)
}
