package model

import (
	"fmt"
	"math"
	"testing"
)

// TestPrecisionsOfModels: every tiny model runs in every precision, and its
// logits are not far. The bounds are a little above what was measured when they
// were set: a root mean square over the logits of a model, in units of theirs.
func TestPrecisionsOfModels(t *testing.T) {
	for precision, bound := range map[Precision]float64{BFloat16: 0.05, Int8: 0.2} {
		t.Run(precision.String(), func(t *testing.T) {
			for _, name := range goldenNames(t) {
				m := openGolden(t, name)
				l, err := loadModel(m.files, m.Purpose, Options{Precision: precision, Threads: 1})
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				m.loaded = l
				var error, size float64
				for i, got := range m.run(t, nil, m.cases...) {
					for j, want := range m.number(t, fmt.Sprintf("%d.logits", i)) {
						error += math.Pow(float64(got[j])-float64(want), 2)
						size += math.Pow(float64(want), 2)
					}
				}
				if d := math.Sqrt(error / size); !(d <= bound) || d == 0 {
					t.Errorf("%s: logits differ by %.2g of their size, want at most %.2g", name, d, bound)
				}
			}
		})
	}
}
