package request_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model"
)

// TestTranslatesLongText: a text that is longer than the tokenizer's configuration
// allows is read whole where the model can, and the explanation says so.
func TestTranslatesLongText(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "t5")
	if err := os.CopyFS(dir, os.DirFS("../../../model/testdata/models/t5")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"tokenizer.json":        `{"pre_tokenizer": {"type": "Whitespace"}, "model": {"type": "WordLevel", "vocab": {"<unk>": 0, "a": 1, "b": 2, "c": 3}, "unk_token": "<unk>"}}`,
		"tokenizer_config.json": `{"model_max_length": 3}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	models := &request.Models{Find: func(context.Context, string) (model.Checkpoint, error) { return model.Open(dir) }}
	for text, want := range map[string]string{"a b c": "", "a b c a b": "the text has 5 tokens, the model's tokenizer allows 3"} {
		r := request.Request{Task: request.Translate, Input: request.Input{Text: text}, Writing: request.Writing{MaxTokens: 2}, Target: request.Target{Answer: "c a", Explain: "answer"}, Game: request.Game{Mask: "replace:<unk>"}}
		tr, err := r.Translation(t.Context(), models)
		if err != nil {
			t.Fatal(err)
		}
		if (want == "") != (tr.Note == "") || !strings.HasPrefix(tr.Note, want) {
			t.Errorf("%q: %q, want %q", text, tr.Note, want)
		}
		run, err := tr.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		x, err := run.Estimate(t.Context())
		if err != nil || slices.Contains(x.Warnings, tr.Note) != (want != "") {
			t.Errorf("%q: warnings %q (%v)", text, x.Warnings, err)
		}
	}
}
