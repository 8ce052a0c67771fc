package model

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/whence-xai/whence/model/internal/architecture"
)

// FuzzConfig loads the tiny models with two values of their configs changed, to
// anything at all, and runs what comes of it.
func FuzzConfig(f *testing.F) {
	names := goldenNames(f)
	models := make([]*goldenModel, len(names))
	values := []string{"0", "-1", "2", "3", "1e30", "16777216", "131072", "0.5", "null", `"gelu"`, "[]", "{}", "true", "["}
	for i, name := range names {
		models[i] = openGolden(f, name)
		f.Add(uint8(i), uint8(7*i), values[i%len(values)], uint8(11*i), values[3*i%len(values)])
	}
	f.Fuzz(func(t *testing.T, which, key uint8, value string, other uint8, another string) {
		m := *models[int(which)%len(models)]
		var config map[string]json.RawMessage
		files := m.files
		if err := json.Unmarshal(files.Config, &config); err != nil {
			t.Fatal(err)
		}
		keys := slices.Sorted(maps.Keys(config))
		config[keys[int(key)%len(keys)]] = json.RawMessage(value)
		config[keys[int(other)%len(keys)]] = json.RawMessage(another)
		text, err := json.Marshal(config)
		if err != nil {
			text = []byte(value)
		}
		files.Config = text
		if m.loaded, err = loadModel(files, m.Purpose, Options{Threads: 1}); err != nil {
			return
		}
		g := goldenCase{IDs: []int32{0, 0}[:min(2, m.maxTokens)], Target: []int32{0}}
		if s := g.sequence(); m.Purpose == architecture.SequenceClasses && m.readable(&s) != nil {
			return
		}
		m.run(t, nil, g)
	})
}
