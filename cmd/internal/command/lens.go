package command

import (
	"cmp"
	"fmt"
	"io"
	"strconv"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/render"
)

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
// The logit lens (nostalgebraist 2020) applies the model's last norm and its output
// matrix to the hidden states of every layer. Row 0 is of the embeddings, row i of
// block i's output, so the last row is the model's own prediction.
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
	// All layers have the same number of candidates, so the first gives the heads.
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
