package model

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/decode"
)

// A generateGolden is what testdata/golden_generate.py writes of a model.
type generateGolden []struct {
	Parameters json.RawMessage
	Texts      []struct {
		Prompt        []int32
		IDs           [][]int32
		Scores        []float64
		Probabilities [][]float64
		Texts         []string
	}
}

// A maker makes texts of several prompts, or sources.
type maker func(prompts [][]int32, d Decoding) ([][]Generation, error)

// writerOf returns the writer of a tiny model, and what it makes texts with.
func writerOf(t *testing.T, name string) (*writer, maker) {
	t.Helper()
	if name == "stories" || name == "g2p" {
		dir := filepath.Join("pretrained", name)
		if name == "g2p" {
			m, err := opened(dir, Options{}, NewTranslator)
			if err != nil {
				t.Fatal(err)
			}
			return m.writer, translations(t, m)
		}
		m, err := opened(dir, Options{}, NewGenerator)
		if err != nil {
			t.Fatal(err)
		}
		return m.writer, generations(t, m)
	}
	m := openGolden(t, name)
	text, err := os.ReadFile(filepath.Join("testdata", "models", name, "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := checkpoint.ParseGenerationConfig(nil, text)
	if err != nil {
		t.Fatal(err)
	}
	w := &writer{facts{m: m.loaded}, c}
	if m.Purpose == architecture.Translation {
		return w, translations(t, &Translator{w})
	}
	return w, generations(t, &Generator{w})
}

func generations(t *testing.T, g *Generator) maker {
	return func(prompts [][]int32, d Decoding) ([][]Generation, error) {
		return g.GenerateAll(t.Context(), prompts, d)
	}
}

func translations(t *testing.T, m *Translator) maker {
	return func(prompts [][]int32, d Decoding) ([][]Generation, error) {
		sources := make([]Sequence, len(prompts))
		for i, ids := range prompts {
			sources[i].IDs = ids
		}
		return m.TranslateAll(t.Context(), sources, TranslateOptions{Decoding: d})
	}
}

// TestGenerationEqualsTransformers: greedy and beam search give the same tokens
// as generate, alone and in a batch; what was drawn there has the same
// probability here.
func TestGenerationEqualsTransformers(t *testing.T) {
	var golden map[string]generateGolden
	readGolden(t, "generate.json", &golden)
	if len(golden) < 20 {
		t.Errorf("only %d models", len(golden))
	}
	for name, runs := range golden {
		t.Run(name, func(t *testing.T) {
			w, make := writerOf(t, name)
			configured := *w.configured
			for _, run := range runs {
				// The parameters count over what the checkpoint says.
				changed := configured
				if err := json.Unmarshal(run.Parameters, &changed); err != nil {
					t.Fatal(err)
				}
				w.configured = &changed
				var given struct {
					Stop []string `json:"stop_strings"`
				}
				if err := json.Unmarshal(run.Parameters, &given); err != nil {
					t.Fatal(err)
				}
				d := Decoding{Stop: given.Stop}
				if changed.Sample {
					compareDrawn(t, w, run.Texts[0].Prompt, run.Texts[0].IDs, run.Texts[0].Probabilities)
					continue
				}
				var prompts [][]int32
				for _, text := range run.Texts {
					prompts = append(prompts, text.Prompt)
				}
				together, err := make(prompts, d)
				if err != nil {
					t.Fatal(err)
				}
				for i, text := range run.Texts {
					alone, err := make([][]int32{text.Prompt}, d)
					if err != nil {
						t.Fatal(err)
					}
					for j, want := range text.IDs {
						got := alone[0][j]
						if !slices.Equal(got.IDs, want) {
							t.Errorf("%s, prompt %v, text %d:\n%v, want\n%v", run.Parameters, text.Prompt, j, got.IDs, want)
							continue
						}
						if text.Scores != nil && math.Abs(got.Score-text.Scores[j]) > realTolerance {
							t.Errorf("%s, prompt %v, text %d: score %v, want %v", run.Parameters, text.Prompt, j, got.Score, text.Scores[j])
						}
						// Decoded by itself, a text loses the space before its first word.
						if text.Texts != nil && strings.TrimPrefix(got.Text, " ") != text.Texts[j] {
							t.Errorf("%s, text %d: %q, want %q", run.Parameters, j, got.Text, text.Texts[j])
						}
						if other := together[i][j]; !slices.Equal(other.IDs, got.IDs) || other.Score != got.Score || !slices.Equal(other.LogProbs, got.LogProbs) {
							t.Errorf("%s, prompt %v, text %d: in a batch\n%v, alone\n%v", run.Parameters, text.Prompt, j, other, got)
						}
					}
				}
			}
		})
	}
}

// compareDrawn checks the probabilities of tokens that transformers drew.
func compareDrawn(t *testing.T, w *writer, prompt []int32, texts [][]int32, probabilities [][]float64) {
	t.Helper()
	s, err := (&Decoding{}).resolve(w.configured, w.m.maxTokens)
	if err != nil {
		t.Fatal(err)
	}
	warp := decode.New(s, w.m.Outputs(), nil)
	for i, ids := range texts {
		for at, id := range ids {
			var logits []float32
			begin := prompt
			if w.m.Encoder != nil {
				m := &Translator{w}
				begin = []int32{m.startToken()}
				err = m.continued(t.Context(), []Sequence{{IDs: prompt}}, [][]int32{ids[:at+1]}, keep(&logits, at))
			} else {
				err = (&Generator{w}).continued(t.Context(), []Sequence{{IDs: prompt}}, [][]int32{ids[:at+1]}, keep(&logits, at))
			}
			if err != nil {
				t.Fatal(err)
			}
			text := append(slices.Clone(begin), ids[:at]...)
			limit, _, err := s.Limit(len(begin))
			if err != nil {
				t.Fatal(err)
			}
			warp.Warp(logits, text, len(begin), limit)
			got := math.Exp(float64(logits[id]) - decode.LogSumExp(logits, -1))
			if want := probabilities[i][at]; math.Abs(got-want) > 1e-5 {
				t.Errorf("text %d: token %d was drawn with probability %v, want %v", i, at, got, want)
			}
		}
	}
}

func keep(logits *[]float32, at int) func(i, t int, row []float32) {
	return func(_, t int, row []float32) {
		if t == at {
			*logits = slices.Clone(row)
		}
	}
}
