package render

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render/picture"
)

// same is equality of explanations: an unknown number equals another one.
var same = cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateEmpty()}

func TestRoundTrip(t *testing.T) {
	for _, x := range []*explain.Explanation{plot(), bothClasses(), manyClasses(), scripts(), hostile(), pairs(), bare(), nobody(), noted(), answered(), withoutErrors(plot())} {
		roundTrip(t, x)
	}
}

func TestRoundTripOfAnyExplanation(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) { roundTrip(r, anyExplanation(r)) })
}

func roundTrip(t interface {
	Helper()
	Fatalf(string, ...any)
}, x *explain.Explanation) {
	t.Helper()
	var first, second bytes.Buffer
	if err := JSON(&first, x); err != nil {
		t.Fatalf("write: %v", err)
	}
	if !json.Valid(first.Bytes()) {
		t.Fatalf("no JSON: %s", first.Bytes())
	}
	back, err := ReadJSON(bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatalf("read: %v\n%s", err, first.Bytes())
	}
	if diff := cmp.Diff(x, back, same); diff != "" {
		t.Fatalf("came back different (-wrote +read):\n%s", diff)
	}
	if err := JSON(&second, back); err != nil {
		t.Fatalf("write again: %v", err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Fatalf("second writing differs:\n%s\n%s", first.Bytes(), second.Bytes())
	}
}

// anyExplanation draws an explanation of a text of any characters.
func anyExplanation(r *rapid.T) *explain.Explanation {
	n, k := rapid.IntRange(0, 6).Draw(r, "players"), rapid.IntRange(1, 3).Draw(r, "outputs")
	number := rapid.Float64().Filter(func(f float64) bool { return !math.IsInf(f, 0) })
	numbers := rapid.SliceOfN(number, k, k)
	maybe := rapid.SliceOfN(rapid.OneOf(number, rapid.Just(math.NaN())), k, k)
	errs := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 10), rapid.Just(math.NaN())), k, k)
	name := rapid.String()
	x := &explain.Explanation{
		Index: explain.Index(rapid.IntRange(int(explain.SV), int(explain.Fourier)).Draw(r, "index")),
		Order: 1, Baseline: numbers.Draw(r, "baseline"), Full: numbers.Draw(r, "full"),
		Evaluations: rapid.IntRange(0, 1e6).Draw(r, "evaluations"),
		Estimator: explain.Provenance{
			Name: name.Draw(r, "estimator"), Reason: name.Draw(r, "reason"),
			Budget: rapid.IntRange(0, 1e6).Draw(r, "budget"), Seed: rapid.Uint64().Draw(r, "seed"),
		},
		Warnings: rapid.SliceOf(name).Draw(r, "warnings"),
	}
	if rapid.Bool().Draw(r, "named") {
		x.Outputs = rapid.SliceOfN(rapid.StringN(1, 8, -1), k, k).Draw(r, "classes")
	}
	for i := range n {
		word, at := name.Draw(r, "word"), len(x.Subject.Text)
		x.Subject.Text += word
		x.Players = append(x.Players, explain.Player{Text: word, Start: at, End: at + len(word)})
		x.Terms = append(x.Terms, explain.Term{Players: []int{i}, Score: numbers.Draw(r, "score"), Err: errs.Draw(r, "error")})
	}
	if n >= 2 && rapid.Bool().Draw(r, "pair") {
		x.Order = 2
		x.Terms = append(x.Terms, explain.Term{Players: []int{0, n - 1}, Score: numbers.Draw(r, "score"), Err: errs.Draw(r, "error")})
	}
	if rapid.Bool().Draw(r, "quality") {
		x.Quality = &explain.Quality{R2: maybe.Draw(r, "r2"), Coalitions: n, HeldOut: true}
	}
	return x
}

// TestAnyExplanationCanBeShown: no renderer fails or panics on what JSON carries.
func TestAnyExplanationCanBeShown(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := anyExplanation(r)
		o := Options{Width: rapid.IntRange(1, 200).Draw(r, "width"), Colors: 256, Top: rapid.IntRange(0, 3).Draw(r, "top")}
		for name, err := range map[string]error{
			"table":     Table(new(bytes.Buffer), x, o),
			"markdown":  Markdown(new(bytes.Buffer), x, o),
			"csv":       CSV(new(bytes.Buffer), x, o),
			"html":      HTML(new(bytes.Buffer), x, o),
			"waterfall": TerminalWaterfall(new(bytes.Buffer), x, o),
		} {
			if err != nil {
				r.Fatalf("%s: %v", name, err)
			}
		}
		picturesCanBeDrawn(r, x, o)
		if err := Text(new(bytes.Buffer), x, o); err != nil && x.Subject.Text != "" {
			r.Fatalf("text: %v", err)
		}
	})
}

// picturesCanBeDrawn checks that every shape of every picture has a place.
func picturesCanBeDrawn(r *rapid.T, x *explain.Explanation, o Options) {
	for name, draw := range map[string]func(*explain.Explanation, int, Options) (*picture.Picture, error){
		"bar": Bar, "waterfall": Waterfall, "force": Force,
	} {
		p, err := draw(x, 0, o)
		if err != nil {
			r.Fatalf("%s: %v", name, err)
		}
		var b bytes.Buffer
		if err := p.SVG(&b); err != nil {
			r.Fatalf("%s: %v", name, err)
		}
		if lost := regexp.MustCompile(`(?: [xy]| d| c[xy])="[^"]*(?:NaN|Inf)`).Find(b.Bytes()); lost != nil {
			r.Fatalf("%s: %s", name, lost)
		}
	}
}

func TestReadJSONRefuses(t *testing.T) {
	whole := func() string {
		var b bytes.Buffer
		if err := JSON(&b, plot()); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}()
	for _, c := range []struct{ name, old, new, want string }{
		{"schema", `"schema": 1`, `"schema": 2`, "schema 2"},
		{"no schema", `"schema": 1`, `"schemo": 1`, "no schema"},
		{"index", `"index": "SV"`, `"index": "XY"`, `unknown index "XY"`},
		{"no index", `"index": "SV"`, `"indox": "SV"`, "no index"},
		{"player beyond", `"players": [8]`, `"players": [9]`, "term 8: players [9]"},
		{"player negative", `"players": [8]`, `"players": [-1]`, "term 8: players [-1]"},
		{"player twice", `"players": [8]`, `"players": [8, 8]`, "term 8: players [8 8]"},
		{"term twice", `"players": [8]`, `"players": [7]`, "term 8: players [7] stand twice"},
		{"terms out of order", `"players": [7]`, `"players": [8]`, "term 8: players [8] stand twice"},
		{"player out of order", `"players": [0]`, `"players": [8]`, "term 1: player 1 is out of order"},
		{"class twice", `"NEGATIVE": 0.002`, `"POSITIVE": 0.002`, "two scores"},
		{"quality negative", `"coalitions": 32`, `"coalitions": -32`, "quality: a count is negative"},
		{"span inside a character", `"text": "The plot`, `"text": "Thé plot`, "do not bound characters"},
		{"above order", `"players": [8]`, `"players": [7, 8]`, "order 1"},
		{"span beyond", `"end": 45`, `"end": 450`, "player 8: bytes 36 to 450"},
		{"span reversed", `"start": 36`, `"start": 46`, "player 8: bytes 46 to 45"},
		{"scores missing", `"score": [3.2104]`, `"score": []`, "term 8: 0 scores"},
		{"score null", `"score": [3.2104]`, `"score": null`, "term 8: 0 scores"},
		{"errors too many", `"error": [0.0203]`, `"error": [0, 0]`, "2 errors"},
		{"error negative", `"error": [0.0203]`, `"error": [-1]`, "negative error"},
		{"baseline missing", `"baseline": [-0.2134]`, `"baseline": []`, "no baseline"},
		{"number too large", `"full": [2.17802]`, `"full": [1e999]`, "1e999"},
		{"no probability", `"POSITIVE": 0.998`, `"POSITIVE": 998`, "no probability"},
		{"scores of another kind", `"scores": {"NEGATIVE": 0.002, "POSITIVE": 0.998}`, `"scores": [1]`, "not an object"},
		{"count negative", `"evaluations": 512`, `"evaluations": -1`, "negative"},
		{"seed negative", `"seed": 1`, `"seed": -1`, "seed"},
		{"quality of another length", `"r2": [0.9321]`, `"r2": []`, "quality"},
		{"cut", `"warnings": []`, ``, "JSON"},
		{"more than one", `"warnings": []`, `"warnings": []}, {`, "JSON"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.Replace(whole, c.old, c.new, 1)
			if changed == whole {
				t.Fatalf("the sample has no %s", c.old)
			}
			_, err := ReadJSON(strings.NewReader(changed))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestReadJSONTellsAllFaults(t *testing.T) {
	_, err := ReadJSON(strings.NewReader(`{"schema":1,"index":"SV","baseline":[0],"full":[1],
		"players":[{"text":"a","start":0,"end":9}],"terms":[{"players":[7],"score":[1]}],"evaluations":-1}`))
	for _, want := range []string{"player 0", "term 0", "negative"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not tell of %s", err, want)
		}
	}
}

// TestReadJSONMinimal: a program need not write what has a plain meaning when absent.
func TestReadJSONMinimal(t *testing.T) {
	x, err := ReadJSON(strings.NewReader(`{"schema":1,"index":"SV","baseline":[0],"full":[3],"players":[{},{}],
		"terms":[{"players":[0],"score":[1]},{"players":[1],"score":[2],"error":null}],"new":"field"}`))
	if err != nil {
		t.Fatal(err)
	}
	if x.Order != 1 || !math.IsNaN(x.Terms[0].Err[0]) || !math.IsNaN(x.Terms[1].Err[0]) {
		t.Errorf("order %d, errors %v and %v; want 1, unknown and unknown", x.Order, x.Terms[0].Err, x.Terms[1].Err)
	}
}

// TestReadJSONIsBounded: small parts in large numbers are refused before they are
// made values.
func TestReadJSONIsBounded(t *testing.T) {
	for _, part := range []string{"{},", `"",`} {
		file := `{"schema":1,"index":"SV","warnings":[` + strings.Repeat(part, 1<<22+1) + `""]}`
		if _, err := ReadJSON(strings.NewReader(file)); err == nil || !strings.Contains(err.Error(), "more parts") {
			t.Errorf("%s…: %v", part, err)
		}
	}
}

func TestJSONRefusesWhatItCannotSay(t *testing.T) {
	for name, spoil := range map[string]func(*explain.Explanation){
		"score of term 2 is NaN": func(x *explain.Explanation) { x.Terms[2].Score[0] = math.NaN() },
		"v(∅) is -Inf":           func(x *explain.Explanation) { x.Baseline[0] = math.Inf(-1) },
		"not valid UTF-8":        func(x *explain.Explanation) { x.Subject.Text += "\xff" },
		"1 scores and 2 errors":  func(x *explain.Explanation) { x.Terms[0].Err = []float64{1, 2} },
	} {
		x := plot()
		spoil(x)
		var b bytes.Buffer
		if err := JSON(&b, x); err == nil || !strings.Contains(err.Error(), name) || b.Len() > 0 {
			t.Errorf("error %v and %d bytes, want %q and none", err, b.Len(), name)
		}
	}
}
