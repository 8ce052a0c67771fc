package architecture

import (
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/checkpoint"
)

func plan(t *testing.T, config string, p Purpose) (*Plan, error) {
	t.Helper()
	c, err := checkpoint.ParseConfig([]byte(config))
	if err != nil {
		t.Fatal(err)
	}
	return Read(c, p)
}

// TestReadTellsWhatIsSupported: who has another model hears what there is for the
// purpose, and who has one for another purpose which that is.
func TestReadTellsWhatIsSupported(t *testing.T) {
	for _, c := range []struct {
		config string
		p      Purpose
		want   []string
	}{
		{`{"model_type": "rwkv"}`, NextWord, []string{`model_type "rwkv" is not supported for generation`, "gpt2", "llama"}},
		{`{"model_type": "bert"}`, NextWord, []string{`model_type "bert" is not supported for generation`, "it is supported for", "filling masks"}},
		{`{"model_type": "gpt2"}`, MaskedWords, []string{"not supported for filling masks", "generation"}},
		{`{}`, SequenceClasses, []string{`model_type ""`, "distilbert"}},
		{`{"model_type": "llama", "quantization_config": {"quant_method": "gptq"}}`, NextWord, []string{`quantized by "gptq"`, "take the checkpoint that they were made from"}},
	} {
		_, err := plan(t, c.config, c.p)
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: no word of %q in %v", c.config, want, err)
			}
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %v", c.config, err)
		}
	}
}

// TestEmptyConfigsAreRefused: a config that says nothing but its kind is no model
// of most kinds, and what is missing has a name. None panics.
func TestEmptyConfigsAreRefused(t *testing.T) {
	for _, f := range families() {
		if f.kind == "gemma3" {
			continue // transformers has a default for all that it leaves out
		}
		_, err := plan(t, `{"model_type": "`+f.kind+`"}`, f.purposes[0])
		if err == nil || !strings.Contains(err.Error(), "is missing") {
			t.Errorf("%s: %v", f.kind, err)
		}
	}
}

// TestHostileSizesAreRefused: a config cannot have memory reserved by its numbers.
func TestHostileSizesAreRefused(t *testing.T) {
	const huge = `"vocab_size": 1e18, "hidden_size": 4611686018427387904, "n_embd": -1, "d_model": 1e18, "dim": 1e18, "num_hidden_layers": 1e9,
		"num_layers": 1e9, "n_layer": 1e9, "n_layers": 1e9, "encoder_layers": 1e9, "decoder_layers": 1e9, "num_attention_heads": 0, "n_head": 0,
		"n_heads": 0, "num_heads": 0, "encoder_attention_heads": 0, "decoder_attention_heads": 0, "intermediate_size": -5, "d_kv": 1e18, "d_ff": -1,
		"max_position_embeddings": 1e18, "n_positions": 1e18, "hidden_dim": -1, "encoder_ffn_dim": -1, "decoder_ffn_dim": -1, "ffn_dim": -1}`
	for _, f := range families() {
		config := `{"model_type": "` + f.kind + `", ` + huge
		if f.kind == "gemma3" {
			config = `{"model_type": "gemma3", "text_config": {` + huge + `}`
		}
		if _, err := plan(t, config, f.purposes[0]); err == nil {
			t.Errorf("%s: hostile sizes pass", f.kind)
		}
	}
}

// TestRopeStretches: what the config says of longer texts slows the turning down,
// and what it says wrongly is told.
func TestRopeStretches(t *testing.T) {
	read := func(config string) (*rope, error) {
		c, err := checkpoint.ParseConfig([]byte(config))
		if err != nil {
			t.Fatal(err)
		}
		return ropeOf(c, "", 8, 64, 10000, "rope_theta"), c.Err()
	}
	plain, err := read(`{}`)
	if err != nil || len(plain.frequencies) != 4 || plain.frequencies[0] != 1 {
		t.Fatalf("%+v, %v", plain, err)
	}
	for name, config := range map[string]string{
		"old":        `{"rope_scaling": {"type": "linear", "factor": 2.0}}`,
		"new":        `{"rope_scaling": {"rope_type": "linear", "factor": 2.0}}`,
		"parameters": `{"rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 10000}}`,
	} {
		slow, err := read(config)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, f := range slow.frequencies {
			if f != plain.frequencies[i]/2 {
				t.Errorf("%s: pair %d turns by %v, want %v", name, i, f, plain.frequencies[i]/2)
			}
		}
	}
	if half, err := read(`{"partial_rotary_factor": 0.5}`); err != nil || len(half.frequencies) != 2 {
		t.Errorf("half of a head: %+v, %v", half, err)
	}
	for config, want := range map[string]string{
		`{"rope_scaling": {"type": "spiral"}}`:                                         `rope_type "spiral" is not supported`,
		`{"rope_scaling": {"type": "linear", "factor": 0}}`:                            "factor is 0",
		`{"partial_rotary_factor": 0.4}`:                                               "which are no pairs",
		`{"rope_scaling": {"type": "longrope", "short_factor": [1, 2]}}`:               "has 2 numbers, not 4",
		`{"rope_theta": -1}`:                                                           "rope_theta is -1",
		`{"rope_scaling": {"rope_type": "yarn"}}`:                                      "rope_scaling.factor is missing",
		`{"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1}}`: "rope_scaling.high_freq_factor is missing",
	} {
		if _, err := read(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", config, err, want)
		}
	}
}

// TestBucketsOfDistances: near distances have a bucket each, far ones share, and
// the farthest have the last.
func TestBucketsOfDistances(t *testing.T) {
	both := buckets{count: 32, farthest: 128, bothWays: true}
	for distance, want := range map[int]int{0: 0, -1: 1, -7: 7, -8: 8, -127: 15, -5000: 15, 1: 17, 7: 23, 5000: 31} {
		if got := both.of(distance); got != want {
			t.Errorf("distance %d is in bucket %d, want %d", distance, got, want)
		}
	}
	back := buckets{count: 32, farthest: 128}
	for distance, want := range map[int]int{5: 0, 0: 0, -15: 15, -16: 16, -5000: 31} {
		if got := back.of(distance); got != want {
			t.Errorf("backwards: distance %d is in bucket %d, want %d", distance, got, want)
		}
	}
}
