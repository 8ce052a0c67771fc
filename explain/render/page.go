package render

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/whence-xai/whence/explain/render/picture"
)

// A Page is a self-contained HTML document: it loads nothing, can be read with
// scripts off, by keyboard and by ear, in the light, in the dark and on paper.
// Whatever stands in it is text, never markup.
type Page struct {
	Title    string
	Lead     []string // what it comes to, a line each
	Warnings []string // what a reader must know before believing it
	Sections []Section
	Choices  string // what the sections with a Choice are, as "output"
	Facts    []Fact // where the numbers come from, shown last
}

// A Section is a part of a page under a heading.
type Section struct {
	Title string
	// Choice, where it is not empty, makes the section one of several of which
	// the reader looks at one at a time, and names it in the list of them.
	Choice string
	Blocks []Block
}

// A Fact is a name and a value, as "seed" and "1".
type Fact struct{ Name, Value string }

// A Block is a piece of a section: [Prose], a [Sheet], a [Chart], a [Matrix], or
// the text of an explanation by [MarkedText].
type Block interface {
	html(w io.Writer) error
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string

	// html/template escapes by context whatever is put in.
	templates = template.Must(template.New("").Funcs(template.FuncMap{"runs": runs}).Parse(pageHTML))
)

// HTML writes the page.
// The policy in its head allows the one script by its hash and no request at all:
// even if some text were taken for markup, it could run nothing and send nothing.
// Styles are inline, since bars have their widths there.
func (p Page) HTML(w io.Writer) error {
	hash := sha256.Sum256([]byte(pageJS))
	var b bytes.Buffer
	err := templates.ExecuteTemplate(&b, "head", struct {
		Page
		Policy string
		Style  template.CSS
	}{
		p,
		"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'",
		style(),
	})
	if err != nil {
		return fmt.Errorf("render: %w", err)
	}
	for _, s := range p.Sections {
		if err := s.html(&b); err != nil {
			return err
		}
	}
	err = templates.ExecuteTemplate(&b, "foot", struct {
		Page
		Script template.JS
	}{p, template.JS(pageJS)}) //nolint:gosec // our own file
	if err != nil {
		return fmt.Errorf("render: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// style returns the style sheet, in which the inks of pictures are variables.
func style() template.CSS {
	light, dark := picture.Variables(false), picture.Variables(true)
	// In this order: the reader's system, then what the reader chose on the page,
	// and on paper always the light; :root:root outweighs the rule of data-theme.
	return template.CSS(":root{color-scheme:light;" + light + "}" + //nolint:gosec // our own text
		"@media(prefers-color-scheme:dark){:root{color-scheme:dark;" + dark + "}}" +
		":root[data-theme=light]{color-scheme:light;" + light + "}" +
		":root[data-theme=dark]{color-scheme:dark;" + dark + "}" +
		"@media print{:root:root{color-scheme:light;" + light + "}}" +
		picture.Rules() + "\n" + pageCSS)
}

func (s Section) html(b *bytes.Buffer) error {
	if err := templates.ExecuteTemplate(b, "section", s); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	for _, block := range s.Blocks {
		if err := block.html(b); err != nil {
			return err
		}
	}
	b.WriteString("</section>\n")
	return nil
}

// execute writes a block by the template of a name.
func execute(w io.Writer, name string, data any) error {
	if err := templates.ExecuteTemplate(w, name, data); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	return nil
}

// Prose is a paragraph.
type Prose string

// Terminal writes the paragraph in lines that fit the options' width.
func (p Prose) Terminal(w io.Writer, o Options) error {
	_, err := fmt.Fprintln(w, wrap(inline(string(p)), o.width()))
	return err
}

// Escaped returns the paragraph for Markdown: on one line, and whatever would be
// markup escaped.
func (p Prose) Escaped() string { return escape(inline(string(p))) }

func (p Prose) html(w io.Writer) error { return execute(w, "prose", string(p)) }

// A figure is a picture with a caption, which may be empty.
type figure struct {
	Picture *picture.Picture
	Caption string
}

func (f figure) html(w io.Writer) error {
	return execute(w, "figure", struct {
		Picture        template.HTML
		Caption, Title string
	}{template.HTML(f.Picture.Inline()), f.Caption, f.Picture.Title}) //nolint:gosec // pictures escape their words
}
