package ggml

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/gguf"
	"github.com/whence-xai/whence/model/tokenizer"
)

// usual is the metadata of a small file.
var usual = object{
	"general.architecture":                   "llama",
	"llama.embedding_length":                 uint32(4),
	"llama.block_count":                      uint32(1),
	"llama.feed_forward_length":              uint32(4),
	"llama.context_length":                   uint32(16),
	"llama.attention.head_count":             uint32(2),
	"llama.attention.layer_norm_rms_epsilon": float32(1e-5),
	"tokenizer.ggml.model":                   "gpt2",
	"tokenizer.ggml.tokens":                  []string{"a", "b", "ab", "Ġ", "<e>"},
	"tokenizer.ggml.token_type":              []int32{1, 1, 1, 1, 3},
	"tokenizer.ggml.merges":                  []string{"a b"},
	"tokenizer.ggml.eos_token_id":            uint32(4),
}

// file returns a file with the usual metadata changed, nil taking a key away, and
// with tensors of one row of four numbers.
func file(t testing.TB, change object, tensors ...string) []byte {
	values := maps.Clone(usual)
	maps.Copy(values, change)
	maps.DeleteFunc(values, func(_ string, v any) bool { return v == nil })
	w := new(bytes.Buffer)
	numbers := func(list ...any) {
		for _, x := range list {
			if err := binary.Write(w, binary.LittleEndian, x); err != nil {
				t.Fatal(err)
			}
		}
	}
	text := func(s string) {
		numbers(uint64(len(s)))
		w.WriteString(s)
	}
	w.WriteString("GGUF")
	numbers(uint32(3), uint64(len(tensors)), uint64(len(values)))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text(key)
		switch v := values[key].(type) {
		case uint32:
			numbers(uint32(4), v)
		case float32:
			numbers(uint32(6), v)
		case bool:
			numbers(uint32(7), v)
		case string:
			numbers(uint32(8))
			text(v)
		case []string:
			numbers(uint32(9), uint32(8), uint64(len(v)))
			for _, s := range v {
				text(s)
			}
		case []int32:
			numbers(uint32(9), uint32(5), uint64(len(v)), v)
		case []float32:
			numbers(uint32(9), uint32(6), uint64(len(v)), v)
		default:
			t.Fatalf("%T", v)
		}
	}
	for i, name := range tensors {
		text(name)
		numbers(uint32(2), uint64(4), uint64(1), uint32(0), uint64(32*i))
	}
	w.Write(make([]byte, (32-w.Len()%32)%32+32*len(tensors)))
	return w.Bytes()
}

func readBytes(data []byte) (*Model, error) {
	f, err := gguf.OpenBytes(data)
	if err != nil {
		return nil, err
	}
	m := &Model{}
	return m, m.read(f)
}

// TestFaults: what is wrong with a file is told in one line that names the key or
// the tensor.
func TestFaults(t *testing.T) {
	const tokens = "tokenizer.ggml."
	for _, c := range []struct {
		change object
		want   string
	}{
		{object{"general.architecture": nil}, `key "general.architecture" is missing`},
		{object{"general.architecture": "mamba"}, `general.architecture "mamba" is not supported; supported: llama, qwen2`},
		{object{"split.count": uint32(3)}, "one of 3 parts"},
		{object{"llama.expert_count": uint32(8)}, "a mixture of experts"},
		{object{"llama.block_count": nil, "llama.embedding_length": nil}, `key "llama.embedding_length" is missing; key "llama.block_count" is missing`},
		{object{"llama.block_count": "two"}, `key "llama.block_count" is not one integer`},
		{object{"llama.attention.head_count_kv": []int32{1, 2}}, `key "llama.attention.head_count_kv" is not one integer for all layers`},
		{object{"llama.attention.layer_norm_rms_epsilon": "small"}, `key "llama.attention.layer_norm_rms_epsilon" is no number`},
		{object{"llama.attention.value_length": uint32(8)}, `key "llama.attention.value_length" is 8`},
		{object{"llama.rope.scaling.type": "curly"}, `key "llama.rope.scaling.type" is "curly"`},
		{object{tokens + "tokens": nil}, `key "tokenizer.ggml.tokens" is no list`},
		{object{tokens + "tokens": []string{"a", "\xff", "ab", "", "e"}}, `key "tokenizer.ggml.tokens": token 1 is not UTF-8`},
		{object{tokens + "token_type": []int32{1}}, `key "tokenizer.ggml.token_type" has 1 elements for 5 tokens`},
		{object{tokens + "eos_token_id": uint32(9)}, `key "tokenizer.ggml.eos_token_id" is 9, but there are 5 tokens`},
		{object{tokens + "model": "rwkv"}, `key "tokenizer.ggml.model" is "rwkv", which is not supported; supported: bert, gpt2, llama, t5`},
		{object{tokens + "pre": "runes"}, `key "tokenizer.ggml.pre" is "runes"`},
		{object{tokens + "merges": nil}, `key "tokenizer.ggml.merges" is missing`},
		{object{tokens + "merges": []string{"a b", "ab"}}, `key "tokenizer.ggml.merges": merge 1 is no pair`},
		{object{tokens + "model": "llama"}, `key "tokenizer.ggml.scores" has 0 numbers for 5 tokens`},
		{object{tokens + "model": "bert"}, `key "tokenizer.ggml.cls_token_id" or "tokenizer.ggml.bos_token_id" is missing`},
	} {
		_, err := readBytes(file(t, c.change, "token_embd.weight"))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v, want %q", c.change, err, c.want)
		}
	}
	if _, err := readBytes(file(t, nil)); err == nil || !strings.Contains(err.Error(), `tensor "token_embd.weight" is missing`) {
		t.Error(err)
	}
	if _, err := readBytes(file(t, nil, "token_embd.weight", "model.embed_tokens.weight")); err == nil || !strings.Contains(err.Error(), `there is another "model.embed_tokens.weight"`) {
		t.Error(err)
	}
	if _, err := readBytes(file(t, nil, "token_embd.weight")); err != nil {
		t.Error(err)
	}
}

// cutBy returns the tokens of a text by the tokenizer of a file.
func cutBy(t *testing.T, change object, text string) (list []string, back string) {
	t.Helper()
	m, err := readBytes(file(t, change, "token_embd.weight"))
	if err != nil {
		t.Fatal(err)
	}
	x, err := tokenizer.Parse(m.Tokenizer, m.TokenizerConfig)
	if err != nil {
		t.Fatal(err)
	}
	e, err := x.Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range e.IDs {
		list = append(list, x.Token(id))
	}
	return list, x.Decode(e.IDs, true)
}

// TestSplits: every pre-tokenizer that is known makes a tokenizer, and cuts digits
// as its name says.
func TestSplits(t *testing.T) {
	digits := object{
		"tokenizer.ggml.tokens":       []string{"1", "2", "12", "122", "1221", "e"},
		"tokenizer.ggml.token_type":   []int32{1, 1, 1, 1, 1, 3},
		"tokenizer.ggml.merges":       []string{"1 2", "12 2", "122 1"},
		"tokenizer.ggml.eos_token_id": uint32(5),
	}
	for name := range splits {
		change := maps.Clone(digits)
		change["tokenizer.ggml.pre"] = name
		list, _ := cutBy(t, change, "1221")
		want := []string{"1221"}
		switch name {
		case "starcoder", "smollm", "command-r", "refact", "codeshell", "exaone", "minerva-7b", "qwen2", "qwen35", "tekken",
			"deepseek-r1-qwen", "kormo", "f2llmv2", "megrez":
			want = []string{"1", "2", "2", "1"}
		case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano", "dbrx",
			"smaug-bpe", "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2":
			want = []string{"122", "1"}
		}
		if !slices.Equal(list, want) {
			t.Errorf("%s: %q, want %q", name, list, want)
		}
	}
}

// TestUnigram reads the tokenizer of T5's kind.
func TestUnigram(t *testing.T) {
	list, back := cutBy(t, object{
		"tokenizer.ggml.model":            "t5",
		"tokenizer.ggml.tokens":           []string{"<pad>", "</s>", "<unk>", "▁a", "b", "▁ab"},
		"tokenizer.ggml.token_type":       []int32{3, 3, 2, 1, 1, 1},
		"tokenizer.ggml.scores":           []float32{0, 0, 0, -1, -2, -2.5},
		"tokenizer.ggml.eos_token_id":     uint32(1),
		"tokenizer.ggml.unknown_token_id": uint32(2),
	}, "ab a  b")
	if want := []string{"▁ab", "▁a", "<unk>", "b", "</s>"}; !slices.Equal(list, want) || back != "ab ab" {
		t.Errorf("%q, want %q; back %q", list, want, back)
	}
}

// TestEnds: a model stops where the file says, and at the tokens at which
// llama.cpp stops.
func TestEnds(t *testing.T) {
	m, err := readBytes(file(t, object{
		"tokenizer.ggml.tokens":       []string{"a", "b", "ab", "<|im_end|>", "<e>", "<|end|>"},
		"tokenizer.ggml.token_type":   []int32{1, 1, 1, 3, 3, 1},
		"tokenizer.ggml.bos_token_id": uint32(4),
	}, "token_embd.weight"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Begin int   `json:"bos_token_id"`
		Ends  []int `json:"eos_token_id"`
	}
	if err := json.Unmarshal(m.GenerationConfig, &got); err != nil || got.Begin != 4 || !slices.Equal(got.Ends, []int{4, 3}) {
		t.Errorf("%s: %v", m.GenerationConfig, err)
	}
}

// TestTurned: the rows of heads come back in their order.
func TestTurned(t *testing.T) {
	// Two heads of four rows, a byte each: pairs 0 1 of the file are rows 0 and 2.
	if got := turned([]byte{0, 2, 1, 3, 4, 6, 5, 7}, 8, 2); !slices.Equal(got, []byte{0, 1, 2, 3, 4, 5, 6, 7}) {
		t.Errorf("%d", got)
	}
}

// FuzzRead: no metadata ends the process; what is made of it is JSON.
func FuzzRead(f *testing.F) {
	f.Add(file(f, nil, "token_embd.weight"))
	f.Add(file(f, object{"tokenizer.ggml.model": "llama", "tokenizer.ggml.scores": []float32{0, -1, -2, -3, 0}}, "token_embd.weight", "rope_freqs.weight"))
	f.Add(file(f, object{"tokenizer.ggml.model": "t5", "tokenizer.ggml.scores": []float32{0, -1, -2, -3, 0}, "tokenizer.ggml.precompiled_charsmap": []int32{1, 2}}, "token_embd.weight"))
	f.Add(file(f, object{"tokenizer.ggml.model": "bert", "tokenizer.ggml.bos_token_id": uint32(4)}, "token_embd.weight", "blk.0.attn_q.weight"))
	paths, err := filepath.Glob("../../testdata/gguf/*.gguf")
	if err != nil || len(paths) == 0 {
		f.Fatal(len(paths), err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:min(len(data), 1<<14)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readBytes(data)
		if err != nil {
			return
		}
		for _, text := range [][]byte{m.Config, m.Tokenizer, m.TokenizerConfig, m.GenerationConfig} {
			if !json.Valid(text) {
				t.Fatalf("%q", text)
			}
		}
		for _, name := range m.Weights.Names() {
			if x, ok := m.Weights.Tensor(name); !ok || len(x.Data) == 0 {
				t.Fatalf("%q: %v", name, ok)
			}
		}
		_, _ = tokenizer.Parse(m.Tokenizer, m.TokenizerConfig)
	})
}
