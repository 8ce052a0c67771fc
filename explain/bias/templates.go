package bias

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// Templates are sentences with a slot each, and the groups whose words go there.
type Templates struct {
	Axes      []Axis     `json:"axes"`
	Templates []Template `json:"templates"` // each goes with the axes that name its slot
}

// An Axis is something in which people differ, with the groups to compare.
type Axis struct {
	Name   string   `json:"name"`  // such as "religion"
	Slots  []string `json:"slots"` // of the templates that its words fit
	Groups []Group  `json:"groups"`
}

// A Group is people, and the words that stand for them.
type Group struct {
	Name  string   `json:"name"`  // such as "Muslim"
	Terms []string `json:"terms"` // words that fit the axis' slots
}

// A Template is a sentence with "{}" where the words go. An "a" right before it
// becomes "an" where it must.
type Template struct {
	Slot string `json:"slot"` // the kind of words that fit, such as "adjective"
	Text string `json:"text"`
}

//go:embed templates.json
var builtin string

// Builtin returns the package's own templates: sentences without judgement, of
// daily life and of work, about genders, first names of several origins,
// religions, nationalities, skin colors, orientations, ages, bodies, disabilities
// and incomes. They are English and under the module's license.
func Builtin() *Templates {
	t, err := ReadTemplates(strings.NewReader(builtin))
	if err != nil {
		panic(err) // a test reads them
	}
	return t
}

// ReadTemplates reads templates from JSON:
//
//	{"axes": [{"name": "age", "slots": ["adjective"],
//	           "groups": [{"name": "young", "terms": ["young", "teenage"]}, …]}, …],
//	 "templates": [{"slot": "adjective", "text": "A {} person lives next door."}, …]}
//
// All faults are told in one error.
func ReadTemplates(r io.Reader) (*Templates, error) {
	b, err := readAll(r)
	if err != nil {
		return nil, fmt.Errorf("bias: templates: %w", err)
	}
	t := &Templates{}
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("bias: templates: %w", err)
	}
	return t, t.check()
}

// check tells all faults: templates are written by hand, and mended one run at a
// time otherwise.
func (t *Templates) check() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf("bias: templates: "+format, args...)) }
	slots := map[string]bool{}
	for i, template := range t.Templates {
		slots[template.Slot] = true
		if strings.Count(template.Text, "{}") != 1 {
			fault("template %d: %q has not one {}", i, template.Text)
		}
	}
	for _, a := range t.Axes {
		if !slices.ContainsFunc(a.Slots, func(s string) bool { return slots[s] }) {
			fault("axis %q: no template has one of the slots %q", a.Name, a.Slots)
		}
		if len(a.Groups) < 2 {
			fault("axis %q: %d groups, it takes two to compare", a.Name, len(a.Groups))
		}
		for _, g := range a.Groups {
			if len(g.Terms) == 0 {
				fault("axis %q: group %q has no words", a.Name, g.Name)
			}
		}
	}
	if len(t.Axes) == 0 {
		fault("no axes")
	}
	return errors.Join(errs...)
}

// Sets yields a set for every template and axis that fit, with a sentence for
// each of the words.
func (t *Templates) Sets() Sets {
	return func(yield func(*Set, error) bool) {
		for _, a := range t.Axes {
			for _, template := range t.Templates {
				if slices.Contains(a.Slots, template.Slot) && !yield(a.set(template), nil) {
					return
				}
			}
		}
	}
}

func (a *Axis) set(t Template) *Set {
	before, after, _ := strings.Cut(t.Text, "{}")
	s := &Set{Axis: a.Name, Source: t.Text}
	for _, g := range a.Groups {
		for _, term := range g.Terms {
			text, span := put(before, term, after)
			s.Variants = append(s.Variants, Variant{Group: g.Name, Term: term, Text: text, Spans: []explain.Span{span}})
		}
	}
	return s
}

// Only removes all axes but those named; none named is all.
func (t *Templates) Only(names ...string) error {
	if len(names) == 0 {
		return nil
	}
	var kept []Axis
	for _, name := range names {
		found := false
		for _, a := range t.Axes {
			if strings.EqualFold(a.Name, name) {
				kept, found = append(kept, a), true
			}
		}
		if !found {
			return fmt.Errorf("bias: no axis %q, there are: %s", name, strings.Join(t.names(), ", "))
		}
	}
	t.Axes = kept
	return nil
}

func (t *Templates) names() []string {
	var names []string
	for _, a := range t.Axes {
		names = append(names, a.Name)
	}
	return names
}
