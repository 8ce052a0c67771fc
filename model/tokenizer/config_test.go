package tokenizer

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestConfigReference: files beside tokenizer.json count over it as they do in transformers.
func TestConfigReference(t *testing.T) {
	var cases map[string][3]json.RawMessage
	readJSON(t, "testdata/config.json", &cases)
	var want map[string][]string
	readJSON(t, "testdata/config.golden.json", &want)
	texts := testStrings(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var path, kind string
			var files map[string]json.RawMessage
			if err := errorsOf(json.Unmarshal(c[0], &path), json.Unmarshal(c[1], &kind), json.Unmarshal(c[2], &files)); err != nil {
				t.Fatal(err)
			}
			files["config.json"] = json.RawMessage(`{"model_type":"` + kind + `"}`)
			tok := loadFolder(t, path, files)
			if have := idDigests(t, tok, texts); !slices.Equal(have, want[name]) {
				t.Errorf("ids differ from the reference's: %d of them, want %d", differing(have, want[name]), len(want[name]))
			}
		})
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// loadFolder loads a folder of a tokenizer's file and others beside it.
func loadFolder(t *testing.T, path string, files map[string]json.RawMessage) *Tokenizer {
	t.Helper()
	var data string
	if path == "cased" {
		data = strings.Replace(string(readFile(t, "../pretrained/tokenizer.json")), `"lowercase":true`, `"lowercase":false`, 1)
	} else {
		data = string(readFile(t, path))
	}
	folder := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "tokenizer.json"), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	tok, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func idDigests(t *testing.T, tok *Tokenizer, texts []string) []string {
	t.Helper()
	var out []string
	for block := range slices.Chunk(texts, 32) {
		h := sha256.New()
		for _, s := range block {
			e, err := tok.Encode(s)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(h, "%s|\n", strings.ReplaceAll(strings.Trim(fmt.Sprint(e.IDs), "[]"), " ", ","))
		}
		out = append(out, fmt.Sprintf("%x", h.Sum(nil))[:8])
	}
	return out
}

func differing(a, b []string) int {
	n := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			n++
		}
	}
	return n + max(len(a), len(b)) - min(len(a), len(b))
}

// TestAdvice: a folder without tokenizer.json is told what it has and what to do.
func TestAdvice(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "tekken.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(folder)
	if err == nil || !strings.Contains(err.Error(), "tekken.json") || !strings.Contains(err.Error(), "save_pretrained") {
		t.Errorf("error is %v", err)
	}
}

// TestHostileConfig: files that cannot be true are refused by name.
func TestHostileConfig(t *testing.T) {
	for _, config := range []string{
		`{"added_tokens_decoder":{"x":{"content":"a"}}}`, `{"added_tokens_decoder":{"99999999999":{"content":"a"}}}`,
		`{"added_tokens_decoder":{"1":null}}`, `{"added_tokens_decoder":[]}`, `{"do_lower_case":"no"}`,
	} {
		if _, err := Parse([]byte(`{`+tiny+`}`), []byte(config)); err == nil || !strings.Contains(err.Error(), "configuration") {
			t.Errorf("%s: error is %v", config, err)
		}
	}
}

// TestNumbersAlone: a tokenizer_config.json that has nothing but numbers adds no tokens of their names.
func TestNumbersAlone(t *testing.T) {
	tok, err := Parse([]byte(`{`+tiny+`}`), []byte(`{"model_max_length":512}`), []byte(`{"extra":7}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := tok.ID("model_max_length"); ok {
		t.Error("model_max_length is a token")
	}
	if _, ok := tok.ID("extra"); !ok {
		t.Error("the token of an added_tokens.json is not there")
	}
}
