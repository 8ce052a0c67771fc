package output

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/explain/render/picture"
)

// mostPictured is how many outputs are pictured below one another.
const mostPictured = 8

// picture writes the picture of x.
func (o Output) picture(w io.Writer, x *explain.Explanation, options render.Options) error {
	p, err := o.pictureOf(x, options)
	if err != nil {
		return err
	}
	return o.Draw(w, p)
}

// Draw writes p as SVG or PNG, whichever the format is.
func (o Output) Draw(w io.Writer, p *picture.Picture) error {
	if o.Format == "svg" {
		return p.SVG(w)
	}
	// Its bytes would be shown as letters, and some obeyed.
	if o.File == "" && terminal.Interactive(o.Stdout) {
		return terminal.Usage("a png is not for a terminal").Or("--output FILE.png writes it to a file")
	}
	font, err := o.font()
	if err != nil {
		return err
	}
	return o.badGlyph(p.PNG(w, picture.PNGOptions{Font: font}))
}

// CanDraw returns what makes text impossible to draw where it shall be, so that
// nothing is computed in vain.
func (o Output) CanDraw(text string) error {
	if o.Format != "png" {
		return nil
	}
	font, err := o.font()
	if err != nil {
		return err
	}
	return o.badGlyph(picture.CheckText(text, picture.PNGOptions{Font: font}))
}

// mostFont bounds a file with a font, in bytes; those of all scripts have a third of it.
const mostFont = 128 << 20

// font reads the font that a png is written in; nil for the built-in one.
func (o Output) font() ([]byte, error) {
	if o.Font == "" {
		return nil, nil
	}
	f, err := os.Open(o.Font)
	if err != nil {
		return nil, terminal.Usage("font %s: %w", o.Font, terminal.Reason(err))
	}
	defer f.Close()
	font, err := io.ReadAll(io.LimitReader(f, mostFont+1))
	switch {
	case err != nil:
		return nil, terminal.Usage("font %s: %w", o.Font, terminal.Reason(err))
	case len(font) > mostFont:
		return nil, terminal.Usage("font %s: more than %d MiB", o.Font, mostFont>>20)
	}
	return font, nil
}

// badGlyph says what to do about characters that a PNG cannot have.
func (o Output) badGlyph(err error) error {
	var glyph *picture.GlyphError
	switch {
	case err == nil:
		return nil
	// Anything but a glyph that is missing is the font file's fault.
	case !errors.As(err, &glyph) && o.Font != "":
		return terminal.Usage("font %s: %s", o.Font, request.Plain(err))
	case glyph == nil:
		return err
	// A script that joins letters or runs right to left is beyond the drawing, not
	// the font.
	case glyph.Script || o.Font != "":
		return (&terminal.UsageError{Err: err}).Or("--format svg and --format html have every script")
	}
	return (&terminal.UsageError{Err: err}).Or("--font FILE names one that has it; --format svg and --format html have every script")
}

// pictureOf returns the picture of all outputs.
func (o Output) pictureOf(x *explain.Explanation, options render.Options) (*picture.Picture, error) {
	if o.Picture == "heatmap" {
		maps, err := heatMaps(x)
		if err != nil {
			return nil, err
		}
		return Stacked(maps, render.Matrix.Picture)
	}
	one := func(k int) (*picture.Picture, error) {
		switch o.Picture {
		case "bar":
			return render.Bar(x, k, options)
		case "force":
			return render.Force(x, k, options)
		}
		return render.Waterfall(x, k, options)
	}
	return Stacked(mainOutputs(x), one)
}

// Stacked returns the pictures of several things as one.
func Stacked[T any](things []T, draw func(T) (*picture.Picture, error)) (*picture.Picture, error) {
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
// Of many classes the likeliest are pictured; their order stays, by which they are
// known.
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
func heatMap(_ Output, w io.Writer, x *explain.Explanation, options render.Options) error {
	maps, err := heatMaps(x)
	if err != nil {
		return err
	}
	return Maps(w, maps, options)
}

// Maps writes matrices for a terminal, below one another.
func Maps(w io.Writer, maps []render.Matrix, options render.Options) error {
	for i, m := range maps {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := m.Terminal(w, options); err != nil {
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
		return nil, terminal.Usage("there is nothing to show: the game has no players")
	// Pairs of players are a square for each output; single scores of several
	// outputs fit into one map.
	case x.Order > 1:
		var all []render.Matrix
		for _, k := range mainOutputs(x) {
			all = append(all, render.MatrixOf(x, k))
		}
		return all, nil
	case len(x.Full) > 1:
		return []render.Matrix{render.MatrixOf(x, 0)}, nil
	}
	return nil, terminal.Usage("a heat map shows pairs or several outputs, and this explanation has neither").
		Or("--index k-SII explains pairs, --class all every class")
}
