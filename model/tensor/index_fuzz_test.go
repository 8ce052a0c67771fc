package tensor

import (
	"encoding/json"
	"path/filepath"
	"testing"
)

// FuzzIndex: whatever an index says, a file that it names lies beside it.
func FuzzIndex(f *testing.F) {
	f.Add(`{"metadata": {"total_size": 8}, "weight_map": {"a": "model-00001-of-00002.safetensors"}}`, "model-00002-of-00002.safetensors")
	f.Add(`{"weight_map": {"a": "../b.safetensors"}}`, "..")
	f.Add(`{"weight_map": {"a": 1}}`, `a\b`)
	f.Add(`{"weight_map": null}`, "C:x")
	f.Add(`[`, ".")
	f.Fuzz(func(t *testing.T, text, place string) {
		index, err := json.Marshal(map[string]any{"weight_map": map[string]string{"a": place}})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{text, string(index)} {
			places, err := parseIndex([]byte(text))
			if err == nil && len(places) == 0 {
				t.Errorf("%q names no file", text)
			}
			for _, file := range places {
				if path := filepath.Join("folder", file); filepath.Dir(path) != "folder" || path == "folder" {
					t.Errorf("%q names %q", text, file)
				}
			}
		}
	})
}
