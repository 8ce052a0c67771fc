package model

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/architecture"
)

// A goldenGGUF is what transformers says of a file of llama.cpp.
type goldenGGUF struct {
	Cases []struct {
		IDs  []int32
		Rows [][]float32 // of the last two tokens
	}
	Texts []struct {
		Text, Decoded string
		IDs           []int32
		Spans         [][2]int
	}
}

// eachGGUF runs a test of every file in testdata.
func eachGGUF(t *testing.T, do func(t *testing.T, files Checkpoint, golden goldenGGUF)) {
	paths, err := filepath.Glob("testdata/gguf/*.gguf")
	if err != nil || len(paths) < 10 {
		t.Fatal(len(paths), err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".gguf")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile("testdata/gguf/" + name + ".json")
			var golden goldenGGUF
			if err == nil {
				err = json.Unmarshal(text, &golden)
			}
			if err != nil {
				t.Fatal(err)
			}
			files, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if files.Name != name {
				t.Errorf("called %q", files.Name)
			}
			do(t, files, golden)
		})
	}
}

// TestGGUFLogits: a file of llama.cpp computes what transformers computes with the
// weights that it holds.
func TestGGUFLogits(t *testing.T) {
	eachGGUF(t, func(t *testing.T, files Checkpoint, golden goldenGGUF) {
		purpose := architecture.NextWord
		if files.Name == "bert" {
			purpose = architecture.HiddenStates
		}
		l, err := loadModel(files, purpose, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(l.warnings) > 0 {
			t.Errorf("warnings %q", l.warnings)
		}
		for i, c := range golden.Cases {
			last := len(c.IDs) - len(c.Rows)
			err := l.each(context.Background(), []Sequence{{IDs: c.IDs}},
				func(_, t int) bool { return t >= last },
				func(_, at int, row []float32) {
					compareRows(t, fmt.Sprintf("case %d, token %d", i, at), row, c.Rows[at-last], tinyTolerance)
				})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestGGUFTokens: its tokenizer cuts texts as transformers' own does.
func TestGGUFTokens(t *testing.T) {
	eachGGUF(t, func(t *testing.T, files Checkpoint, golden goldenGGUF) {
		source, _, err := files.Tokenizers()
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range golden.Texts {
			e, err := source.Encode(g.Text)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(e.IDs, g.IDs) {
				t.Errorf("%q: ids %d, want %d", g.Text, e.IDs, g.IDs)
				continue
			}
			for i, span := range e.Spans {
				if !e.Special[i] && [2]int{span.Start, span.End} != g.Spans[i] {
					t.Errorf("%q: token %d at %v, want %d", g.Text, i, span, g.Spans[i])
				}
			}
			if got := source.Decode(e.IDs, true); got != g.Decoded {
				t.Errorf("%q: decoded as %q, want %q", g.Text, got, g.Decoded)
			}
		}
	})
}
