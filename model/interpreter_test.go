package model

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/tokenizer"
)

// TestInterpreterKeepsTokens: what was written is read as the tokens that it was
// written in, though its text would be split into others.
func TestInterpreterKeepsTokens(t *testing.T) {
	dir := *modelsDir + "/t5"
	config, err1 := os.ReadFile(dir + "/config.json")
	weights, err2 := checkpoint.OpenWeights(dir)
	files := Checkpoint{Config: config, Weights: weights, Tokenizer: []byte(
		`{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}, "decoder": {"type": "Fuse"}}`)}
	m, err3 := NewTranslator(files, Options{})
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	written, err := m.Continuation([]int32{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		written *Continuation
		text    string
		want    []int32
		spans   []tokenizer.Span
	}{
		{nil, "ab", []int32{2, 2}, []tokenizer.Span{{Start: 0, End: 2}}},
		{written, "ab", []int32{2, 0, 1}, []tokenizer.Span{{Start: 0, End: 1}, {Start: 1, End: 2}}},
		{written, "b", []int32{2, 1}, []tokenizer.Span{{Start: 0, End: 1}}},
	} {
		e, err := Interpreter{Translator: m, Written: c.written}.EncodePair("ab", c.text)
		if err != nil || !slices.Equal(e.IDs, c.want) || !slices.Equal(e.Spans[1:], c.spans) {
			t.Errorf("%q: tokens %v at %v, %v, want %v at %v", c.text, e.IDs, e.Spans, err, c.want, c.spans)
		}
	}
}
