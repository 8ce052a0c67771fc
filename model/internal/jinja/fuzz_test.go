package jinja

import (
	"testing"
	"time"
)

// FuzzTemplate runs templates: none panics, and the same template makes the same
// text twice, of which the places are within it, in order and apart.
func FuzzTemplate(f *testing.F) {
	g, _ := readGolden(f)
	for _, c := range g.Cases {
		f.Add(c.Template)
	}
	for _, source := range hostile(f) {
		if len(source) < 300 {
			f.Add(source)
		}
	}
	const said = `[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi 你"}, {"role": "assistant", "content": null, "n": [1.5, {}]}]`
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 300 {
			return
		}
		template, err := Parse(source)
		if err != nil {
			return
		}
		var texts [2]Text
		var errs [2]error
		for i := range texts {
			messages, err := FromJSON([]byte(said), func(path []string) (int, bool) { return len(path), path[len(path)-1] == "content" })
			if err != nil {
				t.Fatal(err)
			}
			in := Inputs{Names: map[string]Value{"messages": messages, "s": Plain("Hello World"), "l": &list{items: []Value{integer(3), integer(1)}}}, Date: time.Unix(1e9, 0).UTC()}
			texts[i], errs[i] = template.Render(t.Context(), in)
		}
		if texts[0].s != texts[1].s || (errs[0] == nil) != (errs[1] == nil) {
			t.Errorf("%q, error %v, and %q, error %v", texts[0], errs[0], texts[1], errs[1])
		}
		at := 0
		for _, p := range texts[0].from {
			if p.Start < at || p.End <= p.Start || p.End > len(texts[0].s) {
				t.Errorf("%q: places %v", texts[0], texts[0].from)
			}
			at = p.End
		}
	})
}
