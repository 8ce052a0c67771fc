package model

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/safetensors"
	"github.com/whence-xai/whence/model/tensor"
)

// stored returns a safetensors file of tensors.
func stored(t testing.TB, tensors []tensor.Tensor) *tensor.File {
	t.Helper()
	header, data := map[string]any{}, []byte(nil)
	for _, x := range tensors {
		header[x.Name] = map[string]any{"dtype": x.DType, "shape": x.Shape, "data_offsets": []int{len(data), len(data) + len(x.Data)}}
		data = append(data, x.Data...)
	}
	text, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	file, err := safetensors.OpenBytes(slices.Concat(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text, data))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// tensorsOf returns the tensors of a file, those that change makes of each.
func tensorsOf(file checkpoint.Weights, change func(tensor.Tensor) []tensor.Tensor) []tensor.Tensor {
	var all []tensor.Tensor
	for _, name := range file.Names() {
		x, _ := file.Tensor(name)
		all = append(all, change(x)...)
	}
	return all
}

// TestDoublePrecision: weights of 64 bits are read, as numbers of 32.
func TestDoublePrecision(t *testing.T) {
	m := openGolden(t, "bert-sequence")
	want := m.run(t, nil, m.cases...)
	files := m.files
	files.Weights = stored(t, tensorsOf(m.files.Weights, func(x tensor.Tensor) []tensor.Tensor {
		numbers, err := x.Float32s(nil)
		if err != nil {
			t.Fatal(err)
		}
		x.Data, x.DType = nil, tensor.F64
		for _, v := range numbers {
			x.Data = binary.LittleEndian.AppendUint64(x.Data, math.Float64bits(float64(v)*(1+1e-9)))
		}
		return []tensor.Tensor{x}
	}))
	var err error
	if m.loaded, err = loadModel(files, m.Purpose, Options{}); err != nil {
		t.Fatal(err)
	}
	for i, got := range m.run(t, nil, m.cases...) {
		compareRows(t, "in double precision", got, want[i], tinyTolerance)
	}
}

// TestTied: a model whose words are scored by its embedding is read with either
// of the two missing, and with neither is not.
func TestTied(t *testing.T) {
	for name, both := range map[string][2]string{
		"gpt2":              {"transformer.wte", "lm_head"},
		"llama-biased":      {"model.embed_tokens", "lm_head"},
		"qwen2":             {"model.embed_tokens", "lm_head"},
		"opt":               {"model.decoder.embed_tokens", "lm_head"},
		"t5":                {"shared", "lm_head"},
		"bart":              {"model.shared", "lm_head"},
		"bert-masked":       {"bert.embeddings.word_embeddings", "cls.predictions.decoder"},
		"roberta-masked":    {"roberta.embeddings.word_embeddings", "lm_head.decoder"},
		"distilbert-masked": {"distilbert.embeddings.word_embeddings", "vocab_projector"},
		"albert-masked":     {"albert.embeddings.word_embeddings", "predictions.decoder"},
		"electra-masked":    {"electra.embeddings.word_embeddings", "generator_lm_head"},
		"mpnet-masked":      {"mpnet.embeddings.word_embeddings", "lm_head.decoder"},
		"modernbert-masked": {"model.embeddings.tok_embeddings", "decoder"},
	} {
		m := openGolden(t, name)
		want := m.run(t, nil, m.cases...)
		matrix, ok := m.files.Weights.Tensor(both[0] + ".weight")
		if !ok {
			t.Fatalf("%s has no %s among %q", name, both[0], m.files.Weights.Names())
		}
		for kept := range 3 {
			files := m.files
			files.Weights = stored(t, tensorsOf(m.files.Weights, func(x tensor.Tensor) []tensor.Tensor {
				if x.Name == both[0]+".weight" || x.Name == both[1]+".weight" {
					return nil
				}
				if x.Name != firstOf(m.files.Weights) || kept == 2 {
					return []tensor.Tensor{x}
				}
				one := matrix
				one.Name = both[kept] + ".weight"
				return []tensor.Tensor{x, one}
			}))
			l, err := loadModel(files, m.Purpose, Options{})
			if kept == 2 {
				if fault := (*checkpoint.Error)(nil); !errors.As(err, &fault) || !strings.Contains(err.Error(), both[0]) {
					t.Errorf("%s with neither: error %v", name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s with only %s: %v", name, both[kept], err)
				continue
			}
			if len(l.warnings) > 0 {
				t.Errorf("%s with only %s: %q", name, both[kept], l.warnings)
			}
			one := *m
			one.loaded = l
			for i, got := range one.run(t, nil, m.cases...) {
				sameBits(t, name+" with only "+both[kept], got, want[i])
			}
		}
	}
}

// firstOf returns the name of a tensor that is no embedding.
func firstOf(file checkpoint.Weights) string {
	names := file.Names()
	return names[slices.IndexFunc(names, func(s string) bool { return strings.Contains(strings.ToLower(s), "norm") || strings.Contains(s, "ln_") })]
}

// TestUntied: where the config says that words have a matrix of their own, it
// must be there.
func TestUntied(t *testing.T) {
	m := openGolden(t, "llama")
	files := m.files
	files.Weights = stored(t, tensorsOf(m.files.Weights, func(x tensor.Tensor) []tensor.Tensor {
		if x.Name == "lm_head.weight" {
			return nil
		}
		return []tensor.Tensor{x}
	}))
	files.Config = changed(t, files.Config, `"tie_word_embeddings": false`)
	if _, err := loadModel(files, architecture.NextWord, Options{}); err == nil || !strings.Contains(err.Error(), "1 missing: lm_head.weight [") {
		t.Errorf("error %v", err)
	}
}

// TestPrefixes: the tensors of a model's body are found without the body's name
// and with it twice.
func TestPrefixes(t *testing.T) {
	for name, prefix := range map[string]string{"bert-sequence": "bert.", "gpt2": "transformer.", "llama-sequence": "model.", "roberta-token": "roberta.", "modernbert-masked": "model."} {
		m := openGolden(t, name)
		want := m.run(t, nil, m.cases...)
		for _, other := range []string{"", prefix + prefix} {
			files := m.files
			files.Weights = stored(t, tensorsOf(m.files.Weights, func(x tensor.Tensor) []tensor.Tensor {
				if rest, ok := strings.CutPrefix(x.Name, prefix); ok {
					x.Name = other + rest
				}
				return []tensor.Tensor{x}
			}))
			l, err := loadModel(files, m.Purpose, Options{})
			if err != nil {
				t.Errorf("%s with prefix %q: %v", name, other, err)
				continue
			}
			one := *m
			one.loaded = l
			for i, got := range one.run(t, nil, m.cases...) {
				sameBits(t, name+" with prefix "+other, got, want[i])
			}
		}
	}
}

// TestLabelByName: two classes of one name are told apart by their numbers.
func TestLabelByName(t *testing.T) {
	files := tinyFiles(t)
	files["config.json"] = changed(t, files["config.json"], `"id2label": {"0": "x", "1": "x", "2": "1"}`)
	c := load(t, folder(t, files), Options{})
	for name, want := range map[string]int{"0": 0, "1": 2, "2": 2} {
		if got, err := c.Label(name); got != want || err != nil {
			t.Errorf("class %s is %d, error %v, want %d", name, got, err, want)
		}
	}
	for _, name := range []string{"x", "X", "3", "-1"} {
		if got, err := c.Label(name); err == nil {
			t.Errorf("class %s is %d", name, got)
		}
	}
}

// TestFractions: integers may be written as Python's floats.
func TestFractions(t *testing.T) {
	want := load(t, tinyDir, Options{})
	files := tinyFiles(t)
	files["config.json"] = changed(t, files["config.json"], `"hidden_size": 2e1, "num_hidden_layers": 2.0, "pad_token_id": 0.0, "quantization_config": null`)
	got := load(t, folder(t, files), Options{})
	s := Sequence{IDs: []int32{2, 7, 9, 3}}
	sameBits(t, "a config with fractions", logits(t, got, s), logits(t, want, s))
}
