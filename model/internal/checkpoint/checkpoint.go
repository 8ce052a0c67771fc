// Package checkpoint reads what a model is saved as: its configuration, key by
// key with all faults together; its tensors, with a record of which were asked
// for; its tokenizers; and what it says of decoding, pooling and conversations.
// Nothing else opens or parses a file of a checkpoint.
package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/whence-xai/whence/model/tokenizer"
)

// A Checkpoint is the files of a model. [Open] reads them from a folder; a
// program that has them in memory fills the fields itself. Tasks make a
// model of it.
type Checkpoint struct {
	Name             string  // what the model is called in errors and results
	Config           []byte  // config.json
	Weights          Weights // of model.safetensors, or of another kind of file
	Tokenizer        []byte  // tokenizer.json
	TargetTokenizer  []byte  // tokenizer_target.json: of what a translator writes; nil: the same
	TokenizerConfig  []byte  // tokenizer_config.json, or nil
	SpecialTokens    []byte  // special_tokens_map.json, or nil
	AddedTokens      []byte  // added_tokens.json, or nil
	GenerationConfig []byte  // generation_config.json, or nil
	ChatTemplate     []byte  // chat_template.jinja, or nil
	Pooling          []byte  // 1_Pooling/config.json of a sentence embedder, or nil
	Modules          []byte  // modules.json of one, or nil
	// SHA256 is that of the weights in hexadecimal, computed when it is asked for
	// if empty. Weights that come with it are known: their numbers are not
	// searched for ones that are not finite.
	SHA256 string

	folder string // whose tokenizers are read where there is no tokenizer.json
	whole  bool   // Tokenizer is what the model has, whatever class Config goes with
}

// maxJSON bounds the JSON files of a checkpoint. The largest tokenizers of
// today take 35 MB.
const maxJSON = 256 << 20

// Open reads the checkpoint at path: a file of llama.cpp (GGUF), or a folder as
// Hugging Face transformers saves it, with config.json, tokenizer.json, perhaps
// tokenizer_config.json and others, and the weights as model.safetensors, or else
// pytorch_model.bin, or either in several files with its index. The weights are
// mapped into memory, not copied: whoever makes no model of them closes them. What
// lacks is told in one error.
func Open(path string) (Checkpoint, error) {
	open := openFolder
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		open = openFile
	}
	c, err := open(path)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("model: load %s: %w", path, err)
	}
	return c, nil
}

// Everything that is missing or cannot be read is told at once.
func openFolder(dir string) (Checkpoint, error) {
	c := Checkpoint{Name: name(dir), folder: dir}
	var errs []error
	read := func(to *[]byte, name string, optional bool) {
		data, err := readFile(dir, name)
		if !optional || !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		*to = data
	}
	read(&c.Config, "config.json", false)
	read(&c.Tokenizer, "tokenizer.json", true)
	errs = append(errs, tokenizer.Missing(dir))
	read(&c.TargetTokenizer, "tokenizer_target.json", true)
	read(&c.TokenizerConfig, "tokenizer_config.json", true)
	read(&c.SpecialTokens, "special_tokens_map.json", true)
	read(&c.AddedTokens, "added_tokens.json", true)
	read(&c.GenerationConfig, "generation_config.json", true)
	read(&c.ChatTemplate, "chat_template.jinja", true)
	read(&c.Pooling, filepath.Join("1_Pooling", "config.json"), true)
	read(&c.Modules, "modules.json", true)
	var err error
	if c.Weights, err = OpenWeights(dir); err != nil {
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		// weights of another kind of program explain all else that is missing
		if what := foreignError(""); errors.As(err, &what) {
			err = what
		}
		if c.Weights != nil {
			err = errors.Join(err, c.Weights.Close())
		}
		return Checkpoint{}, err
	}
	return c, nil
}

// exists tells whether there is a file called name in folder dir.
func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
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

// MaxTokens returns how many tokens the tokenizer's configuration allows.
func (c *Checkpoint) MaxTokens() (int, error) {
	var limit struct {
		MaxTokens float64 `json:"model_max_length"` // 10³⁰ where nobody set it
	}
	if c.TokenizerConfig != nil {
		if err := json.Unmarshal(c.TokenizerConfig, &limit); err != nil {
			return 0, fmt.Errorf("tokenizer_config.json: %w", err)
		}
	}
	if limit.MaxTokens >= 1 && limit.MaxTokens < maxSize {
		return int(limit.MaxTokens), nil
	}
	return maxSize, nil
}

// tokenizerConfigs returns the files that name special tokens, the one that
// counts more last.
func (c *Checkpoint) tokenizerConfigs() [][]byte {
	var files [][]byte
	for _, file := range [][]byte{c.SpecialTokens, c.AddedTokens, c.TokenizerConfig} {
		if file != nil {
			files = append(files, file)
		}
	}
	return files
}

// Tokenizers returns the tokenizer of what a model reads, and that of what it
// writes, which is the same but for some translators.
func (c *Checkpoint) Tokenizers() (source, target *tokenizer.Tokenizer, err error) {
	if c.Tokenizer == nil {
		if source, err = tokenizer.Load(c.folder); err != nil {
			return nil, nil, err
		}
		target, err = tokenizer.LoadTarget(c.folder)
		return source, target, err
	}
	configs := c.tokenizerConfigs()
	if !c.whole {
		configs = append([][]byte{tokenizer.ClassConfig(c.Config)}, configs...)
	}
	if source, err = tokenizer.Parse(c.Tokenizer, configs...); err != nil {
		return nil, nil, err
	}
	target = source
	if c.TargetTokenizer != nil {
		if target, err = tokenizer.Parse(c.TargetTokenizer); err != nil {
			err = fmt.Errorf("tokenizer_target.json: %w", err)
		}
	}
	return source, target, err
}
