package jsonfloat_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/whence-xai/whence/explain/jsonfloat"
)

func TestNumber(t *testing.T) {
	want := []float64{1.5, -0.25, math.Inf(1), math.Inf(-1), math.NaN()}
	b, err := json.Marshal(jsonfloat.Numbers(want))
	if err != nil || string(b) != `[1.5,-0.25,"Infinity","-Infinity",null]` {
		t.Fatalf("%s, %v", b, err)
	}
	var got []jsonfloat.Number
	if err := json.Unmarshal(b, &got); err != nil || len(got) != len(want) {
		t.Fatal(got, err)
	}
	for i, w := range want {
		if g := float64(got[i]); g != w && !(math.IsNaN(g) && math.IsNaN(w)) {
			t.Errorf("number %d is %v, want %v", i, g, w)
		}
	}
	for _, wrong := range []string{`["NaN "]`, `[true]`, `["1"]`, `[1e999]`} {
		if err := json.Unmarshal([]byte(wrong), &got); err == nil {
			t.Errorf("%s is read as %v", wrong, got)
		}
	}
}
