package render

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render/picture"
)

// evils are texts that mean to be more than text, and how a page shows them.
var evils = []struct{ name, text, shown string }{
	{"script", `<script>window.pwned=1</script>`, `<script>window.pwned=1</script>`},
	{"image", `"><img src=x onerror="window.pwned=1">`, `"><img src=x onerror="window.pwned=1">`},
	{"attribute", `' onmouseover='window.pwned=1' x='`, `' onmouseover='window.pwned=1' x='`},
	{"style", `</style></title></svg><script>window.pwned=1</script>`, `</style></title></svg><script>window.pwned=1</script>`},
	{"address", `javascript:window.pwned=1`, `javascript:window.pwned=1`},
	{"template", "{{.}}${window.pwned=1}`", "{{.}}${window.pwned=1}`"},
	{"comment", `--><!--]]><![CDATA[<svg onload=window.pwned=1>`, `--><!--]]><![CDATA[<svg onload=window.pwned=1>`},
	{"bidi", "a\u202eb\u2066c\u200f", "aU+202EbU+2066cU+200F"},
	{"controls", "a\x00b\x1b[2J\u0085", "aU+0000bU+001B[2JU+0085"},
}

// everywhere is an explanation that has a text wherever it can have one.
func everywhere(text string) *explain.Explanation {
	x := sample(text+" good", []string{text, "good"}, 1, -.5)
	x.Order, x.Index = 2, explain.KSII
	x.Terms = append(x.Terms, explain.Term{Players: []int{0, 1}, Score: []float64{.25}, Err: []float64{.1}})
	x.Outputs, x.Warnings, x.Stopped = []string{text}, []string{text}, text
	x.Subject.Model, x.Subject.SHA256, x.Subject.Scale, x.Subject.Masker, x.Subject.Unit = text, text, text, text, text
	x.Subject.Scores = []explain.ClassScore{{Class: text, Probability: 1}}
	x.Subject.Answer, x.Subject.Pieces = text, []explain.Span{{Start: 0, End: len(text)}}
	x.Estimator.Name, x.Estimator.Reason = text, text
	request, err := json.Marshal(map[string]string{"text": text, text: text})
	if err != nil {
		panic(err) // strings can be written
	}
	x.Version, x.Request = text, request
	return x
}

// TestPicturesAreXML: whatever the text, an SVG is well formed, and has its
// title, its description and nothing that acts.
func TestPicturesAreXML(t *testing.T) {
	for _, evil := range evils {
		x := everywhere(evil.text)
		for kind, draw := range map[string]func() (*picture.Picture, error){
			"bar":       func() (*picture.Picture, error) { return Bar(x, 0, Options{}) },
			"waterfall": func() (*picture.Picture, error) { return Waterfall(x, 0, Options{}) },
			"force":     func() (*picture.Picture, error) { return Force(x, 0, Options{}) },
			"beeswarm":  func() (*picture.Picture, error) { return Beeswarm([]*explain.Explanation{x, x}, 0, Options{}) },
			"heat map":  func() (*picture.Picture, error) { return pairsOf(x, 0).Picture() },
			"chart": func() (*picture.Picture, error) {
				return Chart{Title: evil.text, X: evil.text, Y: evil.text, Lines: []Line{{Name: evil.text, X: []float64{0, 1}, Y: []float64{1, 2}}}}.Picture()
			},
		} {
			p, err := draw()
			if err != nil {
				t.Fatalf("%s of %s: %v", kind, evil.name, err)
			}
			var b bytes.Buffer
			if err := p.SVG(&b); err != nil {
				t.Fatal(err)
			}
			checkSVG(t, kind+" of "+evil.name, b.Bytes())
		}
	}
}

func checkSVG(t *testing.T, name string, svg []byte) {
	t.Helper()
	seen := map[string]int{}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, svg)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		seen[e.Name.Local]++
		if !slices.Contains([]string{"svg", "style", "title", "desc", "path", "circle", "text"}, e.Name.Local) {
			t.Errorf("%s: element %s", name, e.Name.Local)
		}
		for _, a := range e.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
				t.Errorf("%s: attribute %s", name, a.Name.Local)
			}
			if e.Name.Local == "svg" && a.Name.Local == "role" && a.Value == "img" {
				seen["role"]++
			}
		}
	}
	if seen["svg"] != 1 || seen["role"] != 1 || seen["title"] == 0 || seen["desc"] != 1 || seen["style"] != 1 {
		t.Errorf("%s: %v", name, seen)
	}
}

// TestBidiIsVisible: no command of the order of characters stands in a page or a
// picture as it is.
func TestBidiIsVisible(t *testing.T) {
	x := everywhere("a\u202eb\u2066c\u061cd\u200e")
	var page, svg bytes.Buffer
	if err := HTML(&page, x, Options{}); err != nil {
		t.Fatal(err)
	}
	p, err := Bar(x, 0, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.SVG(&svg); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"page": page.Bytes(), "svg": svg.Bytes()} {
		if at := bytes.IndexAny(b, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"); at >= 0 {
			t.Errorf("%s: …%q…", name, b[max(0, at-60):at+20])
		}
	}
	if !strings.Contains(html.UnescapeString(page.String()), "U+202E") {
		t.Error("the page does not show the override")
	}
}
