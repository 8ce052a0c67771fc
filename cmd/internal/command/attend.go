package command

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/jsonfloat"
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

func (p *program) attendCommand() *cli.Command {
	return p.command("attend", helpAttend, p.attend,
		flags.Input("", "sentiment, stories, g2p, a folder, a .gguf file, or org/name on the Hugging Face hub (default: sentiment)"),
		[]cli.Flag{
			flags.How.Choice("view", "VIEW", "what to show", "rollout", "attention", "weighted", "lens"),
			flags.How.Count("layer", "the layer whose attention is shown (default: each)"),
			flags.How.Count("head", "the head of the layer (default: the mean of all)"),
			flags.How.Count("candidates", "number of tokens that the lens shows (default: 3)"),
		},
		flags.Formats("heatmap", "json", "html", "svg", "png")[:2], []cli.Flag{flags.Font()}, flags.Machine())
}

// An attending is a text and the inside of a model that reads it.
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
	a := &attending{view: c.String("view"), layer: c.Int("layer"), head: c.Int("head"), most: c.Int("candidates")}
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

// maps writes the maps of a view, or returns them as a page.
func (a *attending) maps(b io.Writer, o output.Output) (render.Page, error) {
	all := a.matrices(o.Format == "html")
	page := render.Page{Title: "Attention of " + a.model.Name(), Choices: "layer and head"}
	switch o.Format {
	case "html":
		for _, m := range all {
			page.Sections = append(page.Sections, render.Section{Title: m.Title, Choice: m.Title, Blocks: []render.Block{m}})
		}
		if len(all) == 1 {
			page.Sections[0].Choice = ""
		}
		return page, nil
	case "svg", "png":
		drawing, err := output.Stacked(all, render.Matrix.Picture)
		if err != nil {
			return page, err
		}
		return page, o.Draw(b, drawing)
	case "json":
		return page, output.JSON(b, all)
	}
	return page, output.Maps(b, all, o.Options())
}

// matrices returns the maps that the flags ask for; with heads, of a layer or of
// all, each head's too.
func (a *attending) matrices(heads bool) []render.Matrix {
	if a.view == "rollout" {
		return []render.Matrix{a.matrix("Rollout", "share", a.inside.Rollout())}
	}
	var all []render.Matrix
	for layer := range a.model.Blocks() {
		if a.layer > 0 && layer+1 != a.layer {
			continue
		}
		if a.head == 0 {
			all = append(all, a.matrix(fmt.Sprintf("Layer %d, mean of heads", layer+1), a.unit(), a.mean(layer)))
		}
		for head := range a.model.Heads() {
			if a.head == head+1 || a.head == 0 && heads {
				all = append(all, a.matrix(fmt.Sprintf("Layer %d, head %d", layer+1, head+1), a.unit(), a.of(layer, head)))
			}
		}
	}
	return all
}

func (a *attending) unit() string {
	if a.view == "weighted" {
		return "attention × length of value"
	}
	return "attention"
}

// of returns the map of a head.
func (a *attending) of(layer, head int) [][]float32 {
	if a.view == "weighted" {
		return a.inside.ValueWeighted(layer, head)
	}
	return a.inside.Attention[layer][head]
}

// mean returns the mean of the maps of a layer's heads.
func (a *attending) mean(layer int) [][]float32 {
	if a.view == "attention" {
		return a.inside.MeanAttention(layer)
	}
	sum := make([][]float32, len(a.tokens))
	for head := range a.model.Heads() {
		for i, row := range a.of(layer, head) {
			if sum[i] == nil {
				sum[i] = make([]float32, len(row))
			}
			for j, v := range row {
				sum[i][j] += v / float32(a.model.Heads())
			}
		}
	}
	return sum
}

func (a *attending) matrix(title, unit string, values [][]float32) render.Matrix {
	m := render.Matrix{Title: title, Rows: a.tokens, Columns: a.tokens, RowsAre: "token", ColsAre: "token that it attends to", Unit: unit}
	for _, row := range values {
		out := make([]float64, len(row))
		for j, v := range row {
			out[j] = float64(v)
		}
		m.Values = append(m.Values, out)
	}
	return m
}

// A lensLayer is what a model would write next, by one layer, after each token.
type lensLayer struct {
	Layer string        `json:"layer"`
	Next  [][]lensToken `json:"next"` // after each token, the likeliest first
}

type lensToken struct {
	Token       string           `json:"token"`
	Probability jsonfloat.Number `json:"probability"`
}

// lens writes what each layer would write next, or returns it as a page.
func (a *attending) lens(b io.Writer, o output.Output) (render.Page, error) {
	page := render.Page{Title: "Logit lens of " + a.model.Name()}
	const usual = 3
	found, err := a.model.Lens(a.inside, cmp.Or(a.most, usual))
	if err != nil {
		return page, &terminal.UsageError{Err: err}
	}
	layers := make([]lensLayer, len(found))
	for i, tokens := range found {
		layers[i].Layer = "after layer " + strconv.Itoa(i)
		if i == 0 {
			layers[i].Layer = "embedding"
		}
		for _, candidates := range tokens {
			var next []lensToken
			for _, c := range candidates {
				next = append(next, lensToken{a.model.Tokenizer().Token(c.ID), jsonfloat.Number(c.Probability)})
			}
			layers[i].Next = append(layers[i].Next, next)
		}
	}
	switch o.Format {
	case "json":
		return page, output.JSON(b, layers)
	case "html":
		page.Sections = []render.Section{{Title: "The likeliest next token, by layer", Blocks: []render.Block{a.lensTable(layers)}}}
		return page, nil
	case "svg", "png":
		return page, terminal.Usage("the lens is no picture").Or("--format html is a table of all tokens")
	}
	fmt.Fprintf(b, "What %s would write after %q, by layer\n", a.model.Name(), a.tokens[len(a.tokens)-1])
	return page, lastLens(layers).Terminal(b, o.Options())
}

// lastLens shows what is likely after the last token.
func lastLens(layers []lensLayer) render.Sheet {
	s := render.Sheet{Heads: []string{"layer"}, Words: 1}
	for i, l := range layers {
		row := []string{l.Layer}
		for k, next := range l.Next[len(l.Next)-1] {
			if i == 0 {
				s.Heads = append(s.Heads, fmt.Sprintf("candidate %d", k+1), "p")
			}
			row = append(row, strconv.Quote(next.Token), probabilityOf(float64(next.Probability)))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// lensTable shows the likeliest token after each.
func (a *attending) lensTable(layers []lensLayer) render.Sheet {
	s := render.Sheet{Caption: "The likeliest next token after each token, with its probability", Words: 1 + len(a.tokens),
		Heads: append([]string{"layer"}, a.tokens...)}
	for _, l := range layers {
		row := []string{l.Layer}
		for _, next := range l.Next {
			row = append(row, fmt.Sprintf("%s %.2f", next[0].Token, next[0].Probability))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}
