package model

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/whence-xai/whence/model/safetensors"
)

// A Checkpoint is the files of a model. [LoadClassifier] reads them from a
// folder; a program that has them in memory fills the fields itself.
type Checkpoint struct {
	Name            string            // what the model is called in errors and results
	Config          []byte            // config.json
	Weights         *safetensors.File // model.safetensors
	Tokenizer       []byte            // tokenizer.json
	TokenizerConfig []byte            // tokenizer_config.json, or nil
	SpecialTokens   []byte            // special_tokens_map.json, or nil
	SHA256          string            // of the weights in hexadecimal; computed when it is asked for if empty
}

// MaxJSON bounds the JSON files of a checkpoint. The largest tokenizers of
// today take 35 MB.
const maxJSON = 256 << 20

// openCheckpoint reads the files of the checkpoint in folder dir. What lacks
// is told in one error.
func openCheckpoint(dir string) (Checkpoint, error) {
	c := Checkpoint{Name: name(dir)}
	var errs [5]error
	c.Config, errs[0] = readFile(dir, "config.json")
	c.Tokenizer, errs[1] = readFile(dir, "tokenizer.json")
	c.TokenizerConfig, errs[2] = readOptional(dir, "tokenizer_config.json")
	c.SpecialTokens, errs[3] = readOptional(dir, "special_tokens_map.json")
	c.Weights, errs[4] = safetensors.Open(dir)
	if err := errors.Join(errs[:]...); err != nil {
		return Checkpoint{}, fmt.Errorf("model: load %s: %w", dir, err)
	}
	return c, nil
}

// name returns what the model in folder dir is called.
func name(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	// In the cache of the Hugging Face hub, a model's folder is
	// models--org--name/snapshots/<commit>.
	if snapshots := filepath.Dir(dir); filepath.Base(snapshots) == "snapshots" {
		if repo, ok := strings.CutPrefix(filepath.Base(filepath.Dir(snapshots)), "models--"); ok {
			return strings.Replace(repo, "--", "/", 1)
		}
	}
	return filepath.Base(dir)
}

// readOptional returns the contents of a JSON file in dir, or nil if there is none.
func readOptional(dir, name string) ([]byte, error) {
	data, err := readFile(dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// readFile returns the contents of a JSON file in dir.
func readFile(dir, name string) ([]byte, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxJSON+1))
	if err == nil && len(data) > maxJSON {
		err = fmt.Errorf("%s is longer than %d bytes", name, maxJSON)
	}
	return data, err
}
