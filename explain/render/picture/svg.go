package picture

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// SVG writes the picture as a file of its own. It follows the reader's choice of
// light or dark, loads nothing, and needs no font in particular.
func (p *Picture) SVG(w io.Writer) error {
	var s svgPen
	p.open(&s, ` xmlns="http://www.w3.org/2000/svg"`)
	fmt.Fprintf(&s, "<style>svg{%s}@media(prefers-color-scheme:dark){svg{%s}}%s</style>\n",
		Variables(false), Variables(true), Rules())
	// A background of its own, since a viewer's may have either shade.
	path{[]Point{{0, 0}, {p.Width, 0}, {p.Width, p.Height}, {0, p.Height}}, Style{Fill: Paper}, true}.svg(&s)
	p.close(&s)
	_, err := w.Write(s.Bytes())
	return err
}

// Inline returns the picture as an element of an HTML page whose style sheet has
// [Variables] and [Rules].
func (p *Picture) Inline() string {
	var s svgPen
	p.open(&s, "")
	p.close(&s)
	return s.String()
}

// An svgPen writes shapes as SVG.
type svgPen struct{ bytes.Buffer }

// open names the picture for readers who do not see it: role img makes title and
// desc its text.
func (p *Picture) open(s *svgPen, attributes string) {
	fmt.Fprintf(s, `<svg%s viewBox="0 0 %s %s" width="%s" height="%s" role="img" font-family="system-ui,'Segoe UI','DejaVu Sans',sans-serif">`,
		attributes, num(p.Width), num(p.Height), num(p.Width), num(p.Height))
	fmt.Fprintf(s, "\n<title>%s</title><desc>%s</desc>\n", escape(p.Title), escape(p.Desc))
}

func (p *Picture) close(s *svgPen) {
	for _, shape := range p.shapes {
		shape.svg(s)
	}
	s.WriteString("</svg>\n")
}

func (p path) svg(s *svgPen) {
	var d strings.Builder
	for i, at := range p.points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		d.WriteString(command + num(at.X) + " " + num(at.Y))
	}
	if p.closed {
		d.WriteByte('Z')
	}
	s.element("path", ` d="`+d.String()+`"`, p.style)
}

func (c circle) svg(s *svgPen) {
	s.element("circle", fmt.Sprintf(` cx="%s" cy="%s" r="%s"`, num(c.center.X), num(c.center.Y), num(c.radius)), c.style)
}

func (w words) svg(s *svgPen) {
	attributes := ""
	if w.font.Bold {
		attributes += ` font-weight="600"`
	}
	if w.font.Anchor != Start {
		attributes += ` text-anchor="` + []string{"", "middle", "end"}[w.font.Anchor] + `"`
	}
	if w.font.Turn != 0 {
		attributes += fmt.Sprintf(` transform="rotate(%s %s %s)"`, num(w.font.Turn), num(w.at.X), num(w.at.Y))
	}
	fmt.Fprintf(s, `<text x="%s" y="%s" font-size="%s"%s%s>%s</text>`+"\n",
		num(w.at.X), num(w.at.Y), num(w.font.size()), attributes, colors(w.font.ink(), None), escape(w.text))
}

// element writes a shape with its style. Colors stand as attributes for programs
// that know no style sheets, and as classes for those that do.
func (s *svgPen) element(name, attributes string, y Style) {
	s.WriteString("<" + name + attributes + colors(y.Fill, y.Stroke))
	if y.Opacity > 0 && y.Opacity < 1 {
		s.WriteString(` fill-opacity="` + num(y.Opacity) + `"`)
	}
	if y.Stroke != None {
		s.WriteString(` stroke-width="` + num(y.width()) + `"`)
	}
	if y.Dash > 0 {
		s.WriteString(` stroke-dasharray="` + num(y.Dash) + `"`)
	}
	if y.Tip == "" {
		s.WriteString("/>\n")
		return
	}
	s.WriteString("><title>" + escape(y.Tip) + "</title></" + name + ">\n")
}

// A class wins over an attribute, so the theme decides where style sheets are
// known.
func colors(fill, stroke Ink) string {
	var attributes string
	var classes []string
	if fill == None {
		attributes = ` fill="none"`
	} else {
		attributes = ` fill="` + fill.light() + `"`
		classes = append(classes, "f-"+inks[fill].name)
	}
	if stroke != None {
		attributes += ` stroke="` + stroke.light() + `"`
		classes = append(classes, "s-"+inks[stroke].name)
	}
	return attributes + ` class="` + strings.Join(classes, " ") + `"`
}

func (y Style) width() float64 {
	if y.Width > 0 {
		return y.Width
	}
	return 1
}

// num writes a coordinate, to a hundredth.
func num(v float64) string {
	// Finer than any screen shows, and short, so that pictures of many points stay
	// small.
	s := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// escape makes any text stand in XML; what XML has no way to write becomes U+FFFD.
func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes all
	return b.String()
}
