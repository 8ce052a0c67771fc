package model

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/whence-xai/whence/model/internal/architecture"
)

// TestOldConfigs: the tiny models are the same with configs as versions of
// transformers before the fifth wrote them.
func TestOldConfigs(t *testing.T) {
	changed := 0
	for _, name := range goldenNames(t) {
		m := openGolden(t, name)
		files := m.files
		var text string
		if text, files.Config = string(files.Config), old(t, files.Config); string(files.Config) == text {
			continue
		}
		changed++
		l, err := loadModel(files, m.Purpose, Options{Threads: 1})
		if err != nil {
			t.Errorf("%s: %v in %s", name, err, files.Config)
			continue
		}
		before := *m
		before.loaded = l
		want, got := m.run(t, nil, m.cases...), before.run(t, nil, m.cases...)
		for i := range want {
			sameBits(t, fmt.Sprintf("%s: case %d", name, i), got[i], want[i])
		}
	}
	if changed < 20 {
		t.Errorf("only %d configs were another before", changed)
	}
}

func goldenNames(t testing.TB) []string {
	t.Helper()
	dirs, err := os.ReadDir(*modelsDir)
	if err != nil || len(dirs) == 0 {
		t.Fatalf("%d models, error %v", len(dirs), err)
	}
	var names []string
	for _, dir := range dirs {
		names = append(names, filepath.Base(dir.Name()))
	}
	return names
}

// old returns a config with the keys that it would have had.
func old(t testing.TB, text []byte) []byte {
	t.Helper()
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	rope, _ := c["rope_parameters"].(map[string]any)
	scaled, ok := c["scale_decoder_outputs"]
	if rope == nil && !ok {
		return text
	}
	if ok {
		c["tie_word_embeddings"] = scaled
	}
	if rope != nil {
		oldRope(c, rope)
	}
	for _, key := range []string{"scale_decoder_outputs", "rope_parameters", "layer_types"} {
		delete(c, key)
	}
	out, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// oldRope adds to c what rope says.
func oldRope(c, rope map[string]any) {
	base, part := "rope_theta", "partial_rotary_factor"
	switch c["model_type"] {
	case "gpt_neox":
		base, part = "rotary_emb_base", "rotary_pct"
	case "gemma3_text":
		c["rope_local_base_freq"] = rope[architecture.SlidingAttention].(map[string]any)["rope_theta"]
		rope = rope[architecture.FullAttention].(map[string]any)
	case "modernbert":
		c["local_rope_theta"] = rope[architecture.SlidingAttention].(map[string]any)["rope_theta"]
		rope, base = rope[architecture.FullAttention].(map[string]any), "global_rope_theta"
	}
	c[base] = rope["rope_theta"]
	if f, ok := rope["partial_rotary_factor"]; ok {
		c[part] = f
	}
	if rope["rope_type"] != "default" {
		rope["type"] = rope["rope_type"]
		for _, key := range []string{"rope_type", "rope_theta", "partial_rotary_factor"} {
			delete(rope, key)
		}
		c["rope_scaling"] = rope
	}
}
