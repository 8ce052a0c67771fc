package model

import "testing"

// TestPaddingWithin compares logits of sequences that hold the token of padding,
// which RoBERTa and its like do not count, with those of transformers.
func TestPaddingWithin(t *testing.T) {
	var want map[string][]goldenCase
	readGolden(t, "padding.json", &want)
	for name, cases := range want {
		t.Run(name, func(t *testing.T) {
			m := openGolden(t, name)
			for i, got := range m.run(t, nil, cases...) {
				compareRows(t, name, got, cases[i].Logits, tinyTolerance)
			}
		})
	}
}
