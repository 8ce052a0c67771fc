package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// Load reads a tokenizer.json, or the tokenizer of a model's folder: its tokenizer.json or, for Marian models, its
// source.spm and vocab.json. Names of special tokens come from a tokenizer_config.json or special_tokens_map.json beside
// it where there is one.
func Load(path string) (*Tokenizer, error) {
	return load(path, false)
}

func load(path string, target bool) (*Tokenizer, error) {
	folder, file := filepath.Dir(path), path
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		folder, file = path, filepath.Join(path, "tokenizer.json")
	}
	var t *Tokenizer
	data, err := os.ReadFile(file)
	switch {
	case err == nil:
		t, err = parse(string(data))
	case errors.Is(err, fs.ErrNotExist) && exists(filepath.Join(folder, "source.spm")):
		t, err = loadMarian(folder, target)
	}
	if err == nil {
		err = t.configure(folder)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; transformers writes one when AutoTokenizer loads and saves the model", err)
	}
	if err != nil {
		return nil, fmt.Errorf("tokenizer: load %s: %w", path, err)
	}
	return t, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// configure reads the names of special tokens from the files of a folder that have them.
func (t *Tokenizer) configure(folder string) error {
	for _, name := range []string{"special_tokens_map.json", "tokenizer_config.json"} {
		config, err := os.ReadFile(filepath.Join(folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = t.readSpecials(config)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// Parse reads a tokenizer.json, and the names of special tokens from any number of files such as
// tokenizer_config.json, of which later ones count over earlier ones. It keeps a copy of data.
func Parse(data []byte, configs ...[]byte) (*Tokenizer, error) {
	t, err := parse(string(data))
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	for _, config := range configs {
		if err := t.readSpecials(config); err != nil {
			return nil, fmt.Errorf("tokenizer: %w", err)
		}
	}
	return t, nil
}

func parse(data string) (*Tokenizer, error) {
	if !utf8.ValidString(data) {
		return nil, errors.New("file is not UTF-8")
	}
	var model *modelFile
	parts := map[string]string{}
	r := &reader{src: data}
	r.object(func(key string) {
		if key == "model" && model == nil {
			model = readModel(r)
			return
		}
		parts[key] = r.raw()
	})
	r.end()
	if r.err != nil {
		return nil, r.err
	}
	if model == nil {
		return nil, errors.New("file has no model")
	}
	if v := parts["version"]; v != "" && v != `"1.0"` {
		return nil, fmt.Errorf("version %s; supported is 1.0", v)
	}
	return build(model, parts)
}

// build puts a tokenizer together; all faults of its parts are reported at once.
func build(f *modelFile, parts map[string]string) (*Tokenizer, error) {
	t := &Tokenizer{}
	var errs [6]error
	t.vocab, t.model, errs[0] = newModel(f)
	t.normalizer, errs[1] = component(parts, "normalizer", newNormalizer)
	t.splitter, errs[2] = component(parts, "pre_tokenizer", newPreTokenizer)
	t.post, errs[3] = component(parts, "post_processor", newPostProcessor)
	t.decoder, errs[4] = component(parts, "decoder", newDecoder)
	if errs[0] == nil && errs[1] == nil {
		t.added, errs[5] = newAddedTokens(parts["added_tokens"], t.vocab, t.normalizer)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	t.specials = t.guessSpecials(f)
	return t, nil
}

// component makes a part of a tokenizer from its object in the file; the zero value when there is none.
func component[F, T any](parts map[string]string, name string, make func(*F) (T, error)) (T, error) {
	var none T
	raw := parts[name]
	if raw == "" || raw == "null" {
		return none, nil
	}
	var file F
	if err := json.Unmarshal([]byte(raw), &file); err != nil {
		return none, fmt.Errorf("%s: %w", name, err)
	}
	return make(&file)
}

func unsupported(part, kind, supported string) error {
	return fmt.Errorf("%s of type %q is not supported; supported are %s", part, kind, supported)
}
