package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Load reads a tokenizer.json, or the tokenizer of a model's folder: its tokenizer.json or, for Marian models, its
// source.spm and vocab.json. What a tokenizer_config.json, special_tokens_map.json or added_tokens.json beside it says
// counts as in [Parse].
func Load(path string) (*Tokenizer, error) {
	return load(path, false)
}

func load(path string, target bool) (*Tokenizer, error) {
	folder, file := filepath.Dir(path), path
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		folder, file = path, filepath.Join(path, "tokenizer.json")
	}
	c, err := folderConfig(folder)
	if err != nil {
		return nil, fmt.Errorf("tokenizer: load %s: %w", path, err)
	}
	var t *Tokenizer
	data, err := os.ReadFile(file)
	switch {
	case err == nil:
		t, err = parse(string(data), c)
	case errors.Is(err, fs.ErrNotExist) && exists(filepath.Join(folder, "source.spm")):
		if t, err = loadMarian(folder, target); err == nil {
			t.configure(c)
		}
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("%w%s", err, advice(folder))
	}
	if err != nil {
		return nil, fmt.Errorf("tokenizer: load %s: %w", path, err)
	}
	return t, nil
}

// advice says what a folder without tokenizer.json has instead, and what to do;
// nothing where there is nothing to make one of.
func advice(folder string) string {
	const todo = "to have transformers write one, run in the folder: " +
		`python -c 'from transformers import AutoTokenizer as A; A.from_pretrained(".").save_pretrained(".")'`
	var found []string
	for _, name := range []string{"vocab.txt", "vocab.json", "merges.txt", "tokenizer.model", "spiece.model", "spm.model",
		"sentencepiece.bpe.model", "bpe.codes", "tekken.json"} {
		if exists(filepath.Join(folder, name)) {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return "; there is " + strings.Join(found, ", ") + ", which is not read; " + todo
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// folderConfig reads the files of a folder that count over its tokenizer.json.
func folderConfig(folder string) (*config, error) {
	all := &config{}
	for _, name := range []string{"special_tokens_map.json", "added_tokens.json", "tokenizer_config.json"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var c *config
		if err == nil {
			c, err = readConfig([][]byte{data})
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all.files, all.added = append(all.files, c.files...), append(all.added, c.added...)
	}
	return all, nil
}

// configure takes the names of special tokens from files.
func (t *Tokenizer) configure(c *config) {
	for i := range c.files {
		t.nameSpecials(&c.files[i])
	}
}

// Parse reads a tokenizer.json and any number of files that say something over it, such as tokenizer_config.json,
// special_tokens_map.json and added_tokens.json, of which later ones count over earlier ones: names of special
// tokens, further tokens and, as far as transformers follows them, settings. It keeps a copy of data.
func Parse(data []byte, configs ...[]byte) (*Tokenizer, error) {
	c, err := readConfig(configs)
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	t, err := parse(string(data), c)
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	return t, nil
}

func parse(data string, c *config) (*Tokenizer, error) {
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
	return build(model, parts, c)
}

// build puts a tokenizer together; all faults of its parts are reported at once.
func build(f *modelFile, parts map[string]string, c *config) (*Tokenizer, error) {
	t := &Tokenizer{}
	var errs [6]error
	t.vocab, t.model, errs[0] = newModel(f)
	t.normalizer, errs[1] = component(parts, "normalizer", newNormalizer)
	t.splitter, errs[2] = component(parts, "pre_tokenizer", newPreTokenizer)
	t.post, errs[3] = component(parts, "post_processor", newPostProcessor)
	t.decoder, errs[4] = component(parts, "decoder", newDecoder)
	more, err := c.tokens()
	if errs[5] = err; errors.Join(errs[:]...) == nil {
		c.apply(t)
		t.added, errs[5] = newAddedTokens(parts["added_tokens"], more, t.vocab, t.normalizer)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	t.specials = t.guessSpecials(f)
	t.configure(c)
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
