package render

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestRequestFacts(t *testing.T) {
	for request, want := range map[string][]Fact{
		`{"text": "x", "mask": "drop", "seed": 7, "neutralize": ["a", "b"]}`:     {{"mask", "drop"}, {"neutralize", `["a", "b"]`}, {"seed", "7"}},
		`{"command": "explain", "settings": {"mask": "drop", "method": "auto"}}`: {{"mask", "drop"}, {"method", "auto"}, {"command", "explain"}},
		`{}`: nil, `3`: nil, ``: nil,
	} {
		if got := RequestFacts([]byte(request)); !slices.Equal(got, want) {
			t.Errorf("%s has %v, want %v", request, got, want)
		}
	}
}

// TestSettingsAreARequest: what was saved before requests were keeps its settings.
func TestSettingsAreARequest(t *testing.T) {
	b, err := os.ReadFile("testdata/saved/lime.json")
	if err != nil {
		t.Fatal(err)
	}
	x, err := ReadJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := JSON(&again, x); err != nil {
		t.Fatal(err)
	}
	if want := `"request": {"command": "explain", "settings": {"budget": "20", `; !strings.Contains(again.String(), want) {
		t.Errorf("%s is not in %s", want, again.String())
	}
	y, err := ReadJSON(&again)
	if err != nil || string(y.Request) == "" || x.Version != y.Version {
		t.Errorf("read again as %s %s, error %v", y.Version, y.Request, err)
	}
}
