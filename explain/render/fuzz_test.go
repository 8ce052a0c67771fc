package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// saved are explanations as the commands save them, of every task.
func saved(t testing.TB) [][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/saved/*.json")
	if err != nil || len(names) < 8 {
		t.Fatal("too few saved explanations", names, err)
	}
	var all [][]byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

// shown fails unless what was read from b, if it was, can be written and shown in
// every way.
func shown(t *testing.T, b []byte) {
	t.Helper()
	x, err := ReadJSON(bytes.NewReader(b))
	if err != nil {
		return
	}
	o := Options{Colors: 16, Top: len(x.Terms) % 3}
	for name, show := range map[string]func(io.Writer, *explain.Explanation, Options) error{
		"JSON":  func(w io.Writer, x *explain.Explanation, _ Options) error { return JSON(w, x) },
		"table": Table, "markdown": Markdown, "csv": CSV, "page": HTML, "waterfall": TerminalWaterfall, "answer": Answer,
	} {
		if err := show(io.Discard, x, o); err != nil {
			t.Errorf("read but cannot be shown as %s: %v", name, err)
		}
	}
	_ = Text(io.Discard, x, o) // there may be no text
	for k := range x.Full {
		_, err1 := MarkedText(x, k)
		_, err2 := Bar(x, k, o)
		_, err3 := Waterfall(x, k, o)
		_, err4 := Force(x, k, o)
		_, err5 := Beeswarm([]*explain.Explanation{x, x}, k, o)
		_, err6 := pairsOf(x, k).Picture()
		_ = errors.Join(err1, err2, err3, err4, err5, err6) // not every explanation has every picture
	}
}

func TestSavedCanBeShown(t *testing.T) {
	for _, b := range saved(t) {
		if _, err := ReadJSON(bytes.NewReader(b)); err != nil {
			t.Error(err)
		}
		shown(t, b)
	}
}

func FuzzReadJSON(f *testing.F) {
	for _, b := range saved(f) {
		f.Add(b)
	}
	f.Fuzz(shown)
}

// FuzzSpoiltJSON puts values in the places of others, so that what is read is JSON
// and nearly an explanation: three bytes a change, which explanation it is and where
// and what is put.
func FuzzSpoiltJSON(f *testing.F) {
	all := saved(f)
	for i := range all {
		f.Add(uint8(i), []byte{0, 40, 5, 0, 3, 12})
	}
	f.Fuzz(func(t *testing.T, which uint8, changes []byte) {
		tree, err := decoded(all[int(which)%len(all)])
		if err != nil {
			t.Fatal(err)
		}
		for c := range slices.Chunk(changes, 3) {
			if len(c) == 3 {
				spoil(tree, int(c[0])<<8|int(c[1]), int(c[2]))
			}
		}
		b, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		shown(t, b)
	})
}

// odd are values where others are expected.
var odd = []string{
	`null`, `true`, `""`, `"é\u0000\u202e"`, `[]`, `{}`, `-1`, `0`, `1`, `2`,
	`1e308`, `-1e308`, `5e-324`, `9223372036854775807`, `1e999`, `[0, 1]`,
}

// decoded returns the value of JSON, in which numbers are as they are written.
func decoded(b []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// spoil puts an odd value, or one from elsewhere in the tree, at the place of a
// number in it.
func spoil(tree any, at, what int) {
	var places []func(any)
	var values []any
	var walk func(any)
	walk = func(node any) {
		values = append(values, node)
		switch n := node.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(n)) {
				places = append(places, func(v any) { n[key] = v })
				walk(n[key])
			}
		case []any:
			for i := range n {
				places = append(places, func(v any) { n[i] = v })
				walk(n[i])
			}
		}
	}
	walk(tree)
	value := []byte(odd[what%len(odd)])
	if what >= len(odd) {
		value, _ = json.Marshal(values[(what*31+at)%len(values)])
	}
	const most = 4096 // bytes, so that the tree does not grow without end
	if v, err := decoded(value); err == nil && len(value) <= most {
		places[at%len(places)](v)
	}
}
