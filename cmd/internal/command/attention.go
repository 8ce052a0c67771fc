package command

import (
	"fmt"
	"io"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/explain/render"
)

// maps writes the maps of a view, or returns them as a page.
func (a *attending) maps(b io.Writer, o output.Output) (render.Page, error) {
	all := a.matrices(o.Format == "html")
	page := render.Page{Title: "Attention of " + a.model.Name(), Choices: "layer and head"}
	switch o.Format {
	// A page has all layers and heads, of which its reader looks at one at a time;
	// elsewhere they would be a hundred maps below one another.
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

// unit says what a number of a map is: a weight, which adds up to 1 over a row, or
// that times the norm of the value vector it applies to (Kobayashi et al. 2020),
// which does not.
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

// matrix returns a map with a row for each token that looks and a column for each
// that is looked at.
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
