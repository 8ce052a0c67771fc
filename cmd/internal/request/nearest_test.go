package request

import "testing"

func TestNearest(t *testing.T) {
	for word, want := range map[string]string{
		"kernal": "kernel", "permuation": "permutation", "EXACT": "exact", "limE": "lime", "zzz": "", "x": "", "atuo": "auto",
	} {
		if got := Nearest(word, Methods()); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
}
