package checkpoint

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestPooling: rows become one vector as sentence-transformers' files say.
func TestPooling(t *testing.T) {
	rows := []float32{3, 0, 0, 4, 0, 8} // three tokens of two numbers
	for config, want := range map[string][]float64{
		`{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}`: {3, 0},
		`{"pooling_mode_mean_tokens": true}`:                                  {1, 4},
		`{"pooling_mode_max_tokens": true}`:                                   {3, 8},
		`{"pooling_mode_lasttoken": true}`:                                    {0, 8},
		`{"pooling_mode_mean_sqrt_len_tokens": true}`:                         {1, 4},
		`{"pooling_mode_weightedmean_tokens": true}`:                          {0.5, 16.0 / 3},
		`{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": true}`:  {3, 0, 1, 4},
		`{"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": true}`: {3, 8, 1, 4},
		`{"pooling_mode": "cls", "pooling_mode_mean_tokens": true}`:           {3, 0},
		`{"pooling_mode": ["lasttoken", "max"]}`:                              {3, 8, 0, 8},
	} {
		p, err := ParsePooling([]byte(config), []byte(`[{"type": "sentence_transformers.models.Transformer"}, {"type": "sentence_transformers.models.Normalize"}]`))
		if err != nil {
			t.Fatal(err)
		}
		length := 0.0
		for _, v := range want {
			length += v * v
		}
		got := p.Of(rows, 2)
		if !slices.EqualFunc(got, want, func(a float32, b float64) bool { return math.Abs(float64(a)-b/math.Sqrt(length)) < 1e-6 }) {
			t.Errorf("%s: %v, want the direction of %v", config, got, want)
		}
	}
	for want, files := range map[string][2]string{
		"1_Pooling/config.json: no mode": {`{}`, `[]`},
		`pooling_mode "first"`:           {`{"pooling_mode": "first"}`, `[]`},
		`a module "Dense"`:               {`{"pooling_mode_cls_token": true}`, `[{"type": "sentence_transformers.models.Dense"}]`},
		"modules.json: ":                 {`{"pooling_mode_cls_token": true}`, `{`},
	} {
		if _, err := ParsePooling([]byte(files[0]), []byte(files[1])); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", files, err, want)
		}
	}
}

// FuzzPooling: whatever the files say, there is a vector or an error.
func FuzzPooling(f *testing.F) {
	f.Add([]byte(`{"pooling_mode_cls_token": true}`), []byte(`[{"type": "sentence_transformers.models.Pooling"}]`))
	f.Fuzz(func(t *testing.T, config, modules []byte) {
		if p, err := ParsePooling(config, modules); err == nil && len(p.Of([]float32{1, 2, 3, 4}, 2)) < 2 {
			t.Errorf("%s: no vector", config)
		}
	})
}
