package jinja

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// hostile are templates that would take all time, memory or stack.
func hostile(t testing.TB) map[string]string {
	t.Helper()
	const deep = 30000
	all := make(map[string]string)
	nest := func(name, begin, middle, end string) {
		n := min(deep, (maxSource-100)/len(begin+end))
		all[name] = "{{ " + strings.Repeat(begin, n) + middle + strings.Repeat(end, n) + " }}"
	}
	all["deeper lists"] = "{{ " + strings.Repeat("[", 120000) + strings.Repeat("]", 120000) + " }}"
	nest("lists", "[", "", "]")
	nest("parentheses", "(", "1", ")")
	nest("dicts", "{1:", "1", "}")
	nest("not", "not ", "1", "")
	nest("minus", "-", "1", "")
	nest("plus", "+", "1", "")
	nest("sums", "1+", "1", "")
	nest("concats", "1~", "1", "")
	nest("ors", "0 or ", "1", "")
	nest("comparisons", "1<", "1", "")
	nest("ifs", "1 if ", "1", "")
	nest("elses", "1 if 0 else ", "1", "")
	nest("filters", "", "1", "|string")
	nest("tests", "", "1", " is defined")
	nest("calls", "", "f", "()")
	nest("items", "", "f", "[0]")
	nest("attributes", "", "f", ".a")
	nest("slices", "f[", "", ":]")
	nest("arguments", "f(", "1", ")")
	nest("strings", "'a'", "", "")
	n := maxSource / 30
	all["blocks"] = strings.Repeat("{% if 1 %}", n/2) + strings.Repeat("{% endif %}", n/2)
	all["elifs"] = "{% if 0 %}" + strings.Repeat("{% elif 0 %}", n/2) + "{% endif %}"
	all["targets"] = "{% for " + strings.Repeat("(", deep) + "a" + strings.Repeat(")", deep) + " in 1 %}{% endfor %}"
	files, err := filepath.Glob("testdata/hostile/*.jinja")
	if err != nil || len(files) == 0 {
		t.Fatal("no hostile templates", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[file] = string(text)
	}
	return all
}

// TestBounds: no template takes more than a bounded number of steps and bytes,
// and what it fails with is one short line.
func TestBounds(t *testing.T) {
	in := Inputs{Names: map[string]Value{"messages": &list{items: []Value{Plain("a"), Plain("b")}}}}
	for name, source := range hostile(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		template, err := Parse(source)
		if err == nil {
			_, err = template.Render(t.Context(), in)
		}
		runtime.ReadMemStats(&after)
		if made := after.TotalAlloc - before.TotalAlloc; made > 3*maxBytes {
			t.Errorf("%s: %d MB made", name, made>>20)
		}
		if err != nil && (len(err.Error()) > 300 || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %.400s", name, err)
		}
	}
}

// TestRunaway: templates without end are refused for what they do.
func TestRunaway(t *testing.T) {
	for source, want := range map[string]string{
		"{% for i in range(60000) %}{% for j in range(60000) %}{% endfor %}{% endfor %}":                                                                     "line 1: the template ",
		"{% for i in range(5000) %}{% for j in range(5000) %}{{ [] }}{% endfor %}{% endfor %}":                                                               "line 1: the template ",
		"{% macro f(x) %}\n{% set g = f %}{{ (g)(x) }}{% endmacro %}{{ f(1) }}":                                                                              "line 2: the template goes deeper",
		"{% for m in [1] recursive %}{{ loop([1]) }}{% endfor %}":                                                                                            "deeper",
		"{% set ns = namespace(x='aaaaaaaaaa') %}{% for i in range(27) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}":                                           "MB",
		"{% set ns = namespace(x=[1, 2]) %}{% for i in range(40) %}{% set ns.x = ns.x + ns.x %}{% endfor %}":                                                 "MB",
		"{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}":                                               "in one another",
		"{% set ns = namespace(x=1) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}":                                           "steps",
		"{% set ns = namespace(x=1) %}{% for i in range(60) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}":                                      "MB",
		"{% set ns = namespace(x=1, y=1) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}": "steps",
		"{{ 'a' * 2000000000 }}":                    "MB",
		"{{ ('a' * 9999) * 99999999999999999999 }}": "MB",
		"{{ [1] * 9000000000000000000 }}":           "MB",
		"{{ '%1000000000d' % 5 }}":                  "MB",
		"{{ '%.1000000000f' % 5 }}":                 "MB",
		"{{ '{:1000000000}'.format(5) }}":           "MB",
		"{{ '{:.1000000000f}'.format(5) }}":         "MB",
		"{{ 'x' | center(2000000000) }}":            "MB",
		"{{ 'x\\ny' | indent(1000000000) }}":        "MB",
		"{{ [1] | tojson(indent=1000000000) }}":     "MB",
		"{{ [1] | batch(1000000000, 0) | list }}":   "MB",
		"{{ [1] | slice(1000000000) | list }}":      "MB",
		"{{ 'x'.zfill(1000000000) }}":               "MB",
		"{{ '\\t'.expandtabs(1000000000) }}":        "MB",
		"{{ 10 ** 100000000 }}":                     "digits",
		"{{ 2 ** 14285 }}":                          "digits",
		"{{ range(1000000000) | list }}":            "range of more than",
		"{{ range(1, 5, 0) | list }}":               "step of zero",
	} {
		template, err := Parse(source)
		if err == nil {
			_, err = template.Render(t.Context(), Inputs{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.90s: error %v, want one with %q", source, err, want)
		}
	}
}

// TestEnded: a rendering ends with its context.
func TestEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	template, err := Parse("{% for i in range(5000) %}{% endfor %}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := template.Render(ctx, Inputs{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
