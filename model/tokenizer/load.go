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

// Load reads a tokenizer.json, or the tokenizer of a model's folder: its tokenizer.json or, where there is none, the
// files that one is made of (a vocab.txt; vocab.json and merges.txt; a SentencePiece model; bpe.codes), by the class that
// config.json and tokenizer_config.json name. What a tokenizer_config.json, special_tokens_map.json or added_tokens.json
// beside it says counts as in [Parse].
func Load(path string) (*Tokenizer, error) {
	return load(path, false)
}

// load is Load, or LoadTarget of the side that is written.
func load(path string, target bool) (*Tokenizer, error) {
	folder, file := filepath.Dir(path), filepath.Base(path)
	// a file that is named is read as a tokenizer.json whatever it is called
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		folder, file = path, "tokenizer.json"
	}
	t, err := loadFile(folder, file, target)
	if err != nil {
		return nil, fmt.Errorf("tokenizer: load %s: %w", path, err)
	}
	return t, nil
}

// loadFile takes a tokenizer.json first, then Marian's two models, then older files.
func loadFile(folder, file string, target bool) (*Tokenizer, error) {
	c, err := folderConfig(folder)
	if err != nil {
		return nil, err
	}
	data, err := readBounded(folder, file)
	switch {
	case err == nil:
		return parse(string(data), c)
	// only a folder without a tokenizer.json has another chance
	case !errors.Is(err, fs.ErrNotExist) || file != "tokenizer.json":
		return nil, err
	// Marian's folders have a vocab.json too, which another class would take for its own
	case exists(filepath.Join(folder, "source.spm")):
		t, err := loadMarian(folder, target)
		if err == nil {
			t.nameSpecials(c.set.named())
		}
		return t, err
	}
	if err := Missing(folder); err != nil {
		return nil, err
	}
	return readOld(folder, c)
}

// Missing says what a folder lacks to have a tokenizer, nil if it has the files of one.
func Missing(folder string) error {
	_, err := os.Stat(filepath.Join(folder, "tokenizer.json"))
	if err == nil || exists(filepath.Join(folder, "source.spm")) || len(oldFiles(folder)) > 0 {
		return nil
	}
	return fmt.Errorf("%w%s", err, advice(folder))
}

// writeOne says how a folder gets a tokenizer.json.
const writeOne = "to have transformers write one, run in the folder: " +
	`python -c 'from transformers import AutoTokenizer as A; A.from_pretrained(".").save_pretrained(".")'`

// advice says what a folder without tokenizer.json has instead, and what to do;
// nothing where there is nothing to make one of.
func advice(folder string) string {
	// formats that are known by name, for the advice alone
	for _, name := range []string{"tekken.json", "tiktoken.model", "vocab.json", "merges.txt", "bpe.codes"} {
		if exists(filepath.Join(folder, name)) {
			return "; there is " + name + ", which alone is not read; " + writeOne
		}
	}
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// folderConfig reads the files of a folder that count over its tokenizer.json.
// Each is read alone first, so that the error names the file.
func folderConfig(folder string) (*config, error) {
	var files [][]byte
	for _, name := range []string{"config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer_config.json"} {
		data, err := readBounded(folder, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		// of a model's configuration only what tells the class
		if err == nil && name == "config.json" {
			data = ClassConfig(data)
		}
		if err == nil {
			_, err = readConfig([][]byte{data})
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files = append(files, data)
	}
	return readConfig(files)
}

// ClassConfig returns of a model's config.json what tells how its tokenizer is made, for [Parse].
func ClassConfig(config []byte) []byte {
	var c struct {
		Kind  string `json:"model_type,omitempty"`
		Class string `json:"tokenizer_class,omitempty"`
	}
	_ = json.Unmarshal(config, &c) // what a model's config lacks, the model's reader tells
	data, _ := json.Marshal(c)     // of two strings
	return data
}

// Parse reads a tokenizer.json and any number of files that say something over it, such as tokenizer_config.json,
// special_tokens_map.json and added_tokens.json, of which later ones count over earlier ones: names of special
// tokens, further tokens and, as far as transformers follows them, settings. What [ClassConfig] returns goes first. It
// keeps a copy of data.
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

// The model is read directly, since it is nearly all of a file; the other parts are
// kept as text, for the class may have others.
func parse(data string, c *config) (*Tokenizer, error) {
	// strings of the vocabulary are parts of it, and everything else takes them for text
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
	b := &builder{model: model, parts: parts, config: c}
	b.setClass(classOf(b.set.Kind, b.set.Class, strings.Contains(data, `"ByteLevel"`)))
	return build(b)
}

// build puts a tokenizer together; all faults of its parts are reported at once.
// The order is one of needs: added tokens need the vocabulary and the normalizer, the
// special ones need the added tokens, and a format of the class needs them all.
func build(b *builder) (*Tokenizer, error) {
	b.make()
	b.beginAndEnd()
	t := &Tokenizer{}
	var errs [5]error
	t.vocab, t.model, errs[0] = newModel(b.model)
	t.normalizer, errs[1] = component(b.parts, "normalizer", newNormalizer)
	t.splitter, errs[2] = component(b.parts, "pre_tokenizer", newPreTokenizer)
	t.post, errs[3] = component(b.parts, "post_processor", newPostProcessor)
	t.decoder, errs[4] = component(b.parts, "decoder", newDecoder)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return t, t.finish(b, t.normalizer)
}

// finish adds the tokens that are not of the vocabulary, named as n leaves them, says which are special, and sets the
// class's format, which is made of them.
func (t *Tokenizer) finish(b *builder, n normalizer) (err error) {
	if t.added, err = newAddedTokens(b.parts["added_tokens"], b.tokens(), t.vocab, n); err != nil {
		return err
	}
	t.specials = t.guessSpecials(b.model)
	t.takeSpecials(b.defaults)
	t.nameSpecials(b.set.named())
	if b.post != nil {
		t.post = b.post(t)
	}
	return nil
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
