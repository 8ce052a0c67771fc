package model

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/checkpoint"
)

// tinyFiles returns the files of a copy of the tiny model, for tests to spoil.
func tinyFiles(t testing.TB) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{"config.json", "tokenizer.json", "model.safetensors"} {
		data, err := os.ReadFile(filepath.Join(tinyDir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	return files
}

func folder(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// edit returns a safetensors file with another header.
func edit(t testing.TB, file []byte, change func(header map[string]map[string]any)) []byte {
	t.Helper()
	n := binary.LittleEndian.Uint64(file)
	header := map[string]map[string]any{}
	if err := json.Unmarshal(file[8:8+n], &header); err != nil {
		t.Fatal(err)
	}
	change(header)
	text, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
	return append(append(out, text...), file[8+n:]...)
}

// TestOldNames: checkpoints from before transformers' names of today.
func TestOldNames(t *testing.T) {
	files := tinyFiles(t)
	files["model.safetensors"] = edit(t, files["model.safetensors"], func(h map[string]map[string]any) {
		for name, entry := range h {
			renamed := strings.NewReplacer("LayerNorm.weight", "LayerNorm.gamma", "LayerNorm.bias", "LayerNorm.beta").Replace(name)
			delete(h, name)
			h[strings.TrimPrefix(renamed, "bert.")] = entry
		}
	})
	old, now := load(t, folder(t, files), Options{}), load(t, tinyDir, Options{})
	s := Sequence{IDs: []int32{2, 7, 9, 3}}
	sameBits(t, "old names", logits(t, old, s), logits(t, now, s))
}

func TestLoadErrorTellsAll(t *testing.T) {
	files := tinyFiles(t)
	files["model.safetensors"] = edit(t, files["model.safetensors"], func(h map[string]map[string]any) {
		rename := func(old, name string) { h[name] = h[old]; delete(h, old) }
		rename("bert.encoder.layer.1.output.dense.weight", "bert.encoder.layer.1.extra")
		rename("bert.pooler.dense.bias", "bert.embeddings.position_ids") // is passed over
		h["classifier.weight"]["shape"] = []int{20, 3}
		h["bert.encoder.layer.0.attention.self.key.bias"]["dtype"] = "I32"
	})
	_, err := opened(folder(t, files), Options{}, NewClassifier)
	var fault *checkpoint.Error
	if !errors.As(err, &fault) {
		t.Fatalf("error %v", err)
	}
	for what, c := range map[string]struct {
		got  []string
		want []string
	}{
		"missing":    {fault.Missing, []string{"bert.encoder.layer.1.output.dense.weight [20 36]", "bert.pooler.dense.bias [20]"}},
		"misshapen":  {fault.Misshapen, []string{"classifier.weight is [20 3], not [3 20]"}},
		"mistyped":   {fault.Mistyped, []string{"bert.encoder.layer.0.attention.self.key.bias is I32, which is none of the types that are read (F64, F32, F16, BF16, of GGUF Q4_0 to Q8_0, Q2_K to Q6_K, IQ4_NL and IQ4_XS)"}},
		"unexpected": {fault.Unexpected, []string{"bert.encoder.layer.1.extra"}},
	} {
		if strings.Join(c.got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q, want %q", what, c.got, c.want)
		}
		for _, name := range c.want {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("error %q does not say %q", err, name)
			}
		}
	}
}

func TestHostileConfigs(t *testing.T) {
	for change, want := range map[string]string{
		`"model_type":"t5"`:                    `model_type "t5" is not supported for sequence classification; it is supported for translation; supported for it: bert, `,
		`"model_type":"megatron"`:              `model_type "megatron" is not supported for sequence classification; supported for it: bert, distilbert, `,
		`"hidden_size":null`:                   "hidden_size is missing",
		`"hidden_size":21`:                     "hidden_size 21 does not divide by num_attention_heads 2",
		`"hidden_size":-20`:                    "hidden_size is -20",
		`"hidden_size":1e30`:                   "hidden_size",
		`"hidden_size":9000000000000000000`:    "hidden_size is 9000000000000000000",
		`"hidden_size":16777216`:               "bert.pooler.dense.weight is [20 20], not [16777216 16777216]",
		`"num_hidden_layers":0`:                "num_hidden_layers is 0",
		`"num_hidden_layers":1000`:             "more",
		`"num_hidden_layers":100000`:           "num_hidden_layers is 100000",
		`"num_attention_heads":0`:              "num_attention_heads is 0",
		`"intermediate_size":0`:                "intermediate_size is 0",
		`"vocab_size":1000000000`:              "vocab_size is 1000000000",
		`"max_position_embeddings":0`:          "max_position_embeddings is 0",
		`"type_vocab_size":1000`:               "type_vocab_size is 1000",
		`"layer_norm_eps":0`:                   "layer_norm_eps is 0",
		`"layer_norm_eps":-1`:                  "layer_norm_eps is -1",
		`"layer_norm_eps":1e-60`:               "layer_norm_eps is 1e-60",
		`"layer_norm_eps":"NaN"`:               "layer_norm_eps",
		`"hidden_act":"magic"`:                 `unknown activation "magic"`,
		`"position_embedding_type":"relative"`: `"relative" is not supported`,
		`"is_decoder":true`:                    "a decoder is not supported",
		`"id2label":{}`:                        "0 labels",
		`"id2label":{"a":"a","b":"b"}`:         `"a" is no number of a class`,
		`"hidden_size":12.5`:                   "hidden_size is 12.5, not an integer",
		`"id2label":{"0":"a","1":"b"}`:         "classifier.weight is [3 20], not [2 20]",
		`"problem_type":"guess"`:               `unknown problem_type "guess"`,
	} {
		files := tinyFiles(t)
		files["config.json"] = changed(t, files["config.json"], change)
		if _, err := opened(folder(t, files), Options{}, NewClassifier); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %.300v, want one with %q", change, err, want)
		}
	}
}

// changed returns the JSON object text with members replaced.
func changed(t testing.TB, text []byte, members string) []byte {
	t.Helper()
	object := map[string]json.RawMessage{}
	for _, part := range []string{string(text), "{" + members + "}"} {
		if err := json.Unmarshal([]byte(part), &object); err != nil {
			t.Fatal(err)
		}
	}
	out, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMissingFiles(t *testing.T) {
	_, err := opened(t.TempDir(), Options{}, NewClassifier)
	for _, want := range []string{"config.json", "tokenizer.json", "neither model.safetensors nor pytorch_model.bin"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// TestNoTokenizerFile: a folder without tokenizer.json runs with the vocabulary that one was made of; one with a part of
// such, or with what is none, is told what is there.
func TestNoTokenizerFile(t *testing.T) {
	for name, want := range map[string]string{"vocab.txt": "", "merges.txt": "there is merges.txt", "tokenizer.model": "tokenizer.model: "} {
		files := tinyFiles(t)
		delete(files, "tokenizer.json")
		files[name] = []byte("[PAD]\n[UNK]\n[CLS]\n[SEP]\n")
		_, err := opened(folder(t, files), Options{}, NewClassifier)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: error is %v, want one with %q", name, err, want)
		}
	}
}

func TestBadFiles(t *testing.T) {
	for name, want := range map[string]string{
		"config.json":       "config.json: ",
		"tokenizer.json":    "tokenizer: ",
		"model.safetensors": "safetensors: ",
	} {
		files := tinyFiles(t)
		files[name] = []byte("{")
		if _, err := opened(folder(t, files), Options{}, NewClassifier); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", name, err, want)
		}
	}
}

func TestMaxTokens(t *testing.T) {
	for limit, want := range map[string]int{`16`: 16, `1000000000000000019884624838656`: 24, `512`: 24, `-1`: 24, `null`: 24} {
		files := tinyFiles(t)
		files["tokenizer_config.json"] = []byte(`{"model_max_length":` + limit + `}`)
		if got := load(t, folder(t, files), Options{}).MaxTokens(); got != want {
			t.Errorf("model_max_length %s: at most %d tokens, want %d", limit, got, want)
		}
	}
}
