package summary_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/summary"
)

// pair are the weights of two floats and a position.
const pair = "\x7b\x00\x00\x00\x00\x00\x00\x00" +
	`{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}, "i": {"dtype": "I64", "shape": [1], "data_offsets": [4, 12]}}` +
	"0123456789ab"

// write makes a folder of a model.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRead(t *testing.T) {
	for name, test := range map[string]struct {
		config string
		want   summary.Summary
	}{
		"classifier": {
			`{"model_type": "bert", "architectures": ["BertForSequenceClassification"], "id2label": {"0": "NO", "1": "YES"}, "hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 3, "vocab_size": 9, "max_position_embeddings": 64}`,
			summary.Summary{Type: "bert", Architecture: "BertForSequenceClassification", Task: "text classification", Labels: []string{"NO", "YES"}, Layers: 3, Width: 8, Heads: 2, Vocabulary: 9, Limit: 32},
		},
		"gpt2": {
			`{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_embd": 8, "n_head": 2, "n_layer": 3, "n_positions": 16, "vocab_size": 9}`,
			summary.Summary{Type: "gpt2", Architecture: "GPT2LMHeadModel", Task: "text generation", Layers: 3, Width: 8, Heads: 2, Vocabulary: 9, Limit: 16},
		},
		"bart": {
			`{"model_type": "bart", "architectures": ["BartForConditionalGeneration"], "is_encoder_decoder": true, "d_model": 8, "encoder_attention_heads": 2, "encoder_layers": 3, "decoder_layers": 2}`,
			summary.Summary{Type: "bart", Architecture: "BartForConditionalGeneration", Task: "text to text", Layers: 3, Decoder: 2, Width: 8, Heads: 2, Limit: 32},
		},
		"t5": {
			`{"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "is_encoder_decoder": true, "d_model": 8, "num_heads": 2, "num_layers": 3, "num_decoder_layers": 2}`,
			summary.Summary{Type: "t5", Architecture: "T5ForConditionalGeneration", Task: "text to text", Layers: 3, Decoder: 2, Width: 8, Heads: 2, Limit: 32},
		},
		"numbers": {
			`{"model_type": "bert", "architectures": ["BertForSequenceClassification"], "id2label": {"0": 1, "1": null, "2": "3"}, "hidden_size": 8.0, "vocab_size": 1e3}`,
			summary.Summary{Type: "bert", Architecture: "BertForSequenceClassification", Task: "text classification", Labels: []string{"1", "LABEL_1", "3"}, Width: 8, Vocabulary: 1000, Limit: 32},
		},
		"encoder": {
			`{"model_type": "bert", "architectures": ["BertModel"], "id2label": {"0": "A"}, "hidden_size": "eight", "vocab_size": -1}`,
			summary.Summary{Type: "bert", Architecture: "BertModel", Task: "hidden states", Limit: 32},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, map[string]string{
				"config.json": test.config, "model.safetensors": pair, "tokenizer_config.json": `{"model_max_length": 32}`,
				"README.md": "---\ntags:\n- x\nlicense: other\nlicense_name: \"mine\"\n---\nlicense: not this\n",
			})
			got, err := summary.Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			test.want.Dir, test.want.Parameters, test.want.Container, test.want.Precision, test.want.License = dir, 2, "safetensors", "F16", "mine"
			test.want.Memory = 8 // in float32
			if diff := cmp.Diff(&test.want, got, cmpopts.IgnoreFields(summary.Summary{}, "Files", "Bytes")); diff != "" {
				t.Error(diff)
			}
			last := got.Files[2]
			if len(got.Files) != 4 || last.Name != "model.safetensors" || last.Bytes != int64(len(pair)) || len(last.SHA256) != 64 {
				t.Errorf("files %+v", got.Files)
			}
		})
	}
}

// TestReadFile: a file of llama.cpp tells what it is without a folder around it.
func TestReadFile(t *testing.T) {
	got, err := summary.Read("../testdata/gguf/qwen2.gguf")
	if err != nil {
		t.Fatal(err)
	}
	want := &summary.Summary{
		Dir: "../testdata/gguf", Type: "qwen2", Architecture: "Qwen2ForCausalLM", Task: "text generation", Container: "gguf",
		Precision: "F32, Q5_0", Parameters: 102976, Memory: 411904, Layers: 2, Width: 64, Heads: 4, Vocabulary: 320, Limit: 64,
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(summary.Summary{}, "Files", "Bytes")); diff != "" {
		t.Error(diff)
	}
	if len(got.Files) != 1 || got.Files[0].Name != "qwen2.gguf" || got.Files[0].Bytes != got.Bytes {
		t.Errorf("files %+v", got.Files)
	}
	if _, err := summary.Read("../testdata/golden_gguf.py"); err == nil || !strings.Contains(err.Error(), "no GGUF file") {
		t.Error(err)
	}
}

// TestNoLimit: a tokenizer whose limit nobody set does not set one.
func TestNoLimit(t *testing.T) {
	dir := write(t, map[string]string{"config.json": "{}", "model.safetensors": pair, "tokenizer_config.json": `{"model_max_length": 1e30}`})
	if got, err := summary.Read(dir); err != nil || got.Limit != 0 || got.License != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"no config.json":         {"model.safetensors": pair},
		"config.json: ":          {"config.json": "[]", "model.safetensors": pair},
		"tokenizer_config.json:": {"config.json": "{}", "tokenizer_config.json": "1", "model.safetensors": pair},
		"no weights: neither":    {"config.json": "{}"},
		"weights of TensorFlow":  {"config.json": "{}", "tf_model.h5": "x"},
		"safetensors: open":      {"config.json": "{}", "model.safetensors": pair[:50]},
	} {
		if _, err := summary.Read(write(t, files)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestSpoilt: a file of the hub's cache that is not what its name says is told of.
func TestSpoilt(t *testing.T) {
	dir := write(t, map[string]string{"config.json": "{}"})
	blob := filepath.Join(t.TempDir(), strings.Repeat("a", 64))
	if err := os.WriteFile(blob, []byte(pair), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(blob, filepath.Join(dir, "model.safetensors")); err != nil {
		t.Fatal(err)
	}
	if _, err := summary.Read(dir); err == nil || !strings.Contains(err.Error(), "model.safetensors: is spoilt") {
		t.Errorf("%v", err)
	}
}

// FuzzNew: whatever the files say of a model, there is a summary or an error.
func FuzzNew(f *testing.F) {
	f.Add([]byte(`{"architectures": ["BertForSequenceClassification"], "id2label": {"0": "NO", "1": 1}, "hidden_size": 8}`), []byte(`{"model_max_length": 32}`))
	f.Add([]byte(`{"architectures": [], "is_encoder_decoder": true, "decoder_layers": 2, "num_layers": "x"}`), []byte(`{"model_max_length": 1e30}`))
	weights, err := checkpoint.OpenWeights(write(f, map[string]string{"model.safetensors": pair}))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = weights.Close() })
	f.Fuzz(func(t *testing.T, config, tokenizer []byte) {
		s, err := summary.New(config, tokenizer, weights)
		if err != nil {
			return
		}
		for _, n := range []int{s.Layers, s.Width, s.Heads, s.Vocabulary, s.Limit} {
			if n < 0 {
				t.Errorf("%+v", s)
			}
		}
	})
}
