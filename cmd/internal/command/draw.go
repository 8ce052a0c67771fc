package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/render/picture"
)

// mostPictured is how many outputs are pictured below one another.
const mostPictured = 8

// encode writes p as SVG or PNG; stdout is the terminal, perhaps, on which it
// will show.
func (o output) encode(b, stdout io.Writer, p *picture.Picture) error {
	if o.format == "svg" {
		return p.SVG(b)
	}
	if o.file == "" && isTerminal(stdout) {
		return usage("a png is not for a terminal").or("--output FILE.png writes it to a file")
	}
	png, err := o.pngOptions()
	if err != nil {
		return err
	}
	return o.badGlyph(p.PNG(b, png))
}

// canDraw returns what makes text impossible to draw where it shall be, so that
// nothing is computed in vain.
func (o output) canDraw(text string) error {
	if o.format != "png" {
		return nil
	}
	png, err := o.pngOptions()
	if err != nil {
		return err
	}
	return o.badGlyph(picture.CheckText(text, png))
}

func (o output) pngOptions() (png picture.PNGOptions, err error) {
	if o.font != "" {
		const most = 128 << 20 // bytes; fonts of all scripts have a third of it
		open := func() (io.ReadCloser, error) { return os.Open(o.font) }
		if png.Font, err = contentOf(context.Background(), o.font, open, most); err != nil {
			return png, usage("font %s: %w", o.font, reason(err))
		}
	}
	return png, nil
}

// badGlyph says what to do about characters that a PNG cannot have.
func (o output) badGlyph(err error) error {
	var glyph *picture.GlyphError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &glyph) && o.font != "":
		return usage("font %s: %s", o.font, request.Plain(err))
	case glyph == nil:
		return err
	case glyph.Script || o.font != "":
		return (&usageError{err: err}).or("--format svg and --format html have every script")
	}
	return (&usageError{err: err}).or("--font FILE names one that has it; --format svg and --format html have every script")
}

// pictureOf returns the picture of all outputs.
func (o output) pictureOf(x *explain.Explanation, options render.Options) (*picture.Picture, error) {
	if o.kind == "heatmap" {
		maps, err := heatMaps(x)
		if err != nil {
			return nil, err
		}
		return stacked(maps, render.Matrix.Picture)
	}
	one := func(k int) (*picture.Picture, error) {
		switch o.kind {
		case "bar":
			return render.Bar(x, k, options)
		case "force":
			return render.Force(x, k, options)
		}
		return render.Waterfall(x, k, options)
	}
	return stacked(mainOutputs(x), one)
}

// stacked returns the pictures of several things as one.
func stacked[T any](things []T, draw func(T) (*picture.Picture, error)) (*picture.Picture, error) {
	var all []*picture.Picture
	for _, t := range things {
		p, err := draw(t)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return picture.Stack(fmt.Sprint(len(all), " outputs"), all...), nil
}

// mainOutputs returns the outputs with the largest v(N), in their order.
func mainOutputs(x *explain.Explanation) []int {
	outputs := make([]int, len(x.Full))
	for k := range outputs {
		outputs[k] = k
	}
	slices.SortStableFunc(outputs, func(a, b int) int { return cmp.Compare(x.Full[b], x.Full[a]) })
	outputs = outputs[:min(len(outputs), mostPictured)]
	slices.Sort(outputs)
	return outputs
}

// heatMap writes the matrices of x for a terminal.
func (o output) heatMap(b io.Writer, x *explain.Explanation, options render.Options) error {
	maps, err := heatMaps(x)
	if err != nil {
		return err
	}
	return terminalMaps(b, maps, options)
}

// terminalMaps writes matrices for a terminal, below one another.
func terminalMaps(b io.Writer, maps []render.Matrix, options render.Options) error {
	for i, m := range maps {
		if i > 0 {
			fmt.Fprintln(b)
		}
		if err := m.Terminal(b, options); err != nil {
			return err
		}
	}
	return nil
}

// heatMaps returns the matrices that x has: pairs of players, of each output, or
// players by outputs.
func heatMaps(x *explain.Explanation) ([]render.Matrix, error) {
	switch {
	case len(x.Players) == 0:
		return nil, usage("there is nothing to show: the game has no players")
	case x.Order > 1:
		var all []render.Matrix
		for _, k := range mainOutputs(x) {
			all = append(all, render.Pairs(x, k))
		}
		return all, nil
	case len(x.Full) > 1:
		return []render.Matrix{render.ByOutput(x)}, nil
	}
	return nil, usage("a heat map shows pairs or several outputs, and this explanation has neither").
		or("--index k-SII explains pairs, --class all every class")
}
