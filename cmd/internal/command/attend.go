package command

import (
	"bytes"
	"context"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model"
)

const helpAttend = `Shows which tokens each token attends to, and what the model would write if it
ended at each layer. Attention tells where a model looks, not
why it answers as it does: for that, explain the answer.

views:
  rollout    attention rollout: attention multiplied through all layers
  attention  the attention weights of a head, or the mean of a layer's heads
  weighted   the weights times the norms of the value vectors they apply to
  lens       the logit lens: the most probable next tokens at each layer

usage:
  explain attend [flags] --prompt TEXT

examples:
  explain attend --prompt "The plot is thin, but the acting is wonderful."
  explain attend --prompt "not bad" --view attention --layer 2 --head 3
  explain attend --prompt "Once upon a time" --model stories --view lens
  explain attend --prompt "not bad" --view attention --output heads.html
`

// attendCommand returns the command with two of the flags of Formats: players,
// which the others order and count, are none of its business.
func (p *program) attendCommand() *cli.Command {
	return p.command("attend", helpAttend, p.attend,
		flags.Prompt("sentiment, stories, g2p, a folder, a .gguf file, or org/name on the Hugging Face hub (default: sentiment)"),
		[]cli.Flag{
			flags.How.Choice("view", "VIEW", "what to show", "rollout", "attention", "weighted", "lens"),
			flags.How.Count("layer", "the layer whose attention is shown (default: each)"),
			flags.How.Count("head", "the head of the layer (default: the mean of all)"),
			flags.How.Count("candidates", "number of tokens that the lens shows (default: 3)"),
		},
		flags.Formats("heatmap", "json", "html", "svg", "png")[:2], []cli.Flag{flags.Font()}, flags.Machine())
}

// An attending is a text and the inside of a model that reads it.
// Layers and heads count from 1 for people, as in the flags, and from 0 in Inside.
type attending struct {
	model  *model.Inspector
	inside *model.Inside
	tokens []string
	view   string
	layer  int // 0 for all
	head   int // 0 for the mean
	most   int // tokens that the lens shows; 0 for the usual number
}

// attend shows the inside of a model.
func (p *program) attend(c *cli.Context) error {
	if err := flags.NoArguments(c); err != nil {
		return err
	}
	a := &attending{view: c.String("view"), layer: c.Int("layer"), head: c.Int("head"), most: c.Int("candidates")}
	// Only the weights themselves are of a layer or head, so naming one asks for
	// them.
	if a.layer+a.head > 0 && !c.IsSet("view") {
		a.view = "attention"
	}
	o, models := flags.OutputOf(c, p.stdout), p.models(c)
	text, err := flags.TextOf(c, p.stdin)
	if err != nil {
		return err
	}
	begin := time.Now()
	a.model, err = models.Inspector(c.Context, request.Model{Name: c.String("model"), Precision: c.String("precision")})
	if err != nil {
		return flags.Faults(err)
	}
	p.terminal.Step(begin, "model %s, SIMD %s", a.model.Name(), model.SIMD())
	if err := a.read(c.Context, text); err != nil {
		return err
	}
	return printInside(a, o)
}

// printInside prints what the view is of.
func printInside(a *attending, o output.Output) (err error) {
	var page render.Page
	var b bytes.Buffer
	if a.view == "lens" {
		page, err = a.lens(&b, o)
	} else {
		page, err = a.maps(&b, o)
	}
	if err == nil && o.Format == "html" {
		err = page.HTML(&b)
	}
	if err != nil {
		return err
	}
	return o.Deliver(b.Bytes())
}

// read has the model read a text.
func (a *attending) read(ctx context.Context, text string) error {
	switch m := a.model; {
	case a.layer < 0 || a.layer > m.Blocks():
		return terminal.Usage("--layer %d: %s has layers 1 to %d", a.layer, m.Name(), m.Blocks())
	case a.head < 0 || a.head > m.Heads():
		return terminal.Usage("--head %d: %s has heads 1 to %d", a.head, m.Name(), m.Heads())
	// Both are made of all layers: rollout is a product over them, the lens has a
	// row for each.
	case (a.view == "rollout" || a.view == "lens") && a.layer+a.head > 0:
		return terminal.Usage("--view %s goes through all layers and heads", a.view).Or("--view attention is of one")
	}
	e, err := a.model.Tokenizer().Encode(text)
	if err != nil {
		return terminal.Blame(err)
	}
	for _, id := range e.IDs {
		a.tokens = append(a.tokens, a.model.Tokenizer().Token(id))
	}
	a.inside, err = a.model.Inspect(ctx, model.Sequence{IDs: e.IDs})
	return terminal.Blame(err)
}
