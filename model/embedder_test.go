package model

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestEmbedderPooling: a folder of sentence-transformers gives the vector that its 1_Pooling/config.json says, and the
// mean where there is none.
func TestEmbedderPooling(t *testing.T) {
	const text = "a fine film"
	for config, pool := range map[string]func(column []float32) float32{
		`{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}`: func(c []float32) float32 { return c[0] },
		`{"pooling_mode_mean_tokens": true}`:                                  meanOf,
		`{"pooling_mode_max_tokens": true}`:                                   slices.Max[[]float32],
		`{"pooling_mode_lasttoken": true}`:                                    func(c []float32) float32 { return c[len(c)-1] },
		``:                                                                    meanOf,
	} {
		dir := folder(t, tinyFiles(t))
		if config != "" {
			if err := os.Mkdir(filepath.Join(dir, "1_Pooling"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "1_Pooling", "config.json"), []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		e, err := opened(dir, Options{}, NewEmbedder)
		if err != nil {
			t.Fatal(err)
		}
		have, err := e.Embed(context.Background(), text)
		if err != nil {
			t.Fatal(err)
		}
		want := unit(columns(t, e, text), pool)
		for j, v := range have[0] {
			if math.Abs(float64(v-want[j])) > 1e-6 {
				t.Fatalf("%s: vector %v, want %v", config, have[0], want)
			}
		}
	}
}

func meanOf(column []float32) float32 {
	sum := float32(0)
	for _, v := range column {
		sum += v
	}
	return sum / float32(len(column))
}

// columns returns the hidden states of the last layer by column.
func columns(t *testing.T, e *Embedder, text string) [][]float32 {
	t.Helper()
	encoding, err := e.Tokenizer().Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	all := make([][]float32, e.m.Outputs())
	err = e.m.each(context.Background(), []Sequence{sequenceOf(encoding)}, everyToken, func(_, _ int, row []float32) {
		for j, v := range row {
			all[j] = append(all[j], v)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// unit returns the columns pooled, with length one.
func unit(all [][]float32, pool func([]float32) float32) []float32 {
	out := make([]float32, len(all))
	length := 0.0
	for j, column := range all {
		out[j] = pool(column)
		length += float64(out[j]) * float64(out[j])
	}
	for j := range out {
		out[j] /= float32(math.Sqrt(length))
	}
	return out
}
