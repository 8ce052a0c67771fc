package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/whence-xai/whence/model/safetensors"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A Checkpoint is the files of a model. [Open] reads them from a folder; a
// program that has them in memory fills the fields itself. [NewClassifier] and
// its like make a model of it.
type Checkpoint struct {
	Name             string            // what the model is called in errors and results
	Config           []byte            // config.json
	Weights          *safetensors.File // model.safetensors
	Tokenizer        []byte            // tokenizer.json
	TargetTokenizer  []byte            // tokenizer_target.json: of what a translator writes; nil: the same
	TokenizerConfig  []byte            // tokenizer_config.json, or nil
	SpecialTokens    []byte            // special_tokens_map.json, or nil
	AddedTokens      []byte            // added_tokens.json, or nil
	GenerationConfig []byte            // generation_config.json, or nil
	ChatTemplate     []byte            // chat_template.jinja, or nil
	Pooling          []byte            // 1_Pooling/config.json of a sentence embedder, or nil
	Modules          []byte            // modules.json of one, or nil
	// SHA256 is that of the weights in hexadecimal, computed when it is asked for
	// if empty. Weights that come with it are known: their numbers are not
	// searched for ones that are not finite.
	SHA256 string

	folder string // whose tokenizers are read where there is no tokenizer.json
}

// MaxJSON bounds the JSON files of a checkpoint. The largest tokenizers of
// today take 35 MB.
const maxJSON = 256 << 20

// Open reads the checkpoint in folder dir, as Hugging Face transformers saves it:
// config.json, tokenizer.json, perhaps tokenizer_config.json and others, and the
// weights as model.safetensors or in several files with
// model.safetensors.index.json. The weights are mapped into memory, not copied:
// whoever makes no model of them closes them. What lacks is told in one error.
func Open(dir string) (Checkpoint, error) {
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
	if !exists(dir, "tokenizer.json") && !exists(dir, "source.spm") {
		_, err := tokenizer.Load(dir) // fails, and says what to do
		errs = append(errs, err)
	}
	read(&c.TargetTokenizer, "tokenizer_target.json", true)
	read(&c.TokenizerConfig, "tokenizer_config.json", true)
	read(&c.SpecialTokens, "special_tokens_map.json", true)
	read(&c.AddedTokens, "added_tokens.json", true)
	read(&c.GenerationConfig, "generation_config.json", true)
	read(&c.ChatTemplate, "chat_template.jinja", true)
	read(&c.Pooling, filepath.Join("1_Pooling", "config.json"), true)
	read(&c.Modules, "modules.json", true)
	var err error
	if c.Weights, err = safetensors.Open(dir); err != nil {
		errs = append(errs, pickled(dir, err))
	}
	if err := errors.Join(errs...); err != nil {
		if what := foreign(dir); what != "" && c.Weights == nil {
			err = errors.New(what)
		}
		if c.Weights != nil {
			err = errors.Join(err, c.Weights.Close())
		}
		return Checkpoint{}, fmt.Errorf("model: load %s: %w", dir, err)
	}
	return c, nil
}

// foreign says what there is in folder dir instead of weights that are read, and
// what to do; "" where nothing is known.
func foreign(dir string) string {
	for _, name := range []string{"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"} {
		if exists(dir, name) {
			return ""
		}
	}
	there := func(pattern string) string {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(found) == 0 {
			return ""
		}
		return filepath.Base(found[0])
	}
	for _, kind := range []struct{ pattern, what string }{
		{"adapter_config.json", "an adapter of another model, not a model; merge the two (in Python: peft's merge_and_unload, then save_pretrained) and give the folder of the result"},
		{"tf_model.h5", "weights of TensorFlow; save them as safetensors (in Python, transformers before version 5: from_pretrained(…, from_tf=True), then save_pretrained)"},
		{"flax_model.msgpack", "weights of Flax; save them as safetensors (in Python, transformers before version 5: from_pretrained(…, from_flax=True), then save_pretrained)"},
		{"*.gguf", "weights of llama.cpp; give the folder of the model that they were made from"},
		{"*.onnx", "a graph of ONNX; give the folder of the model that it was made from"},
		{filepath.Join("onnx", "*.onnx"), "a graph of ONNX; give the folder of the model that it was made from"},
		{"*.safetensors", "weights under another name; call them model.safetensors"},
	} {
		if name := there(kind.pattern); name != "" {
			return fmt.Sprintf("no model.safetensors, but %q, which is %s", name, kind.what)
		}
	}
	return ""
}

// pickled returns err, that there are no weights in folder dir, with what to do
// about it if they are there as pickled Python objects, which are programs.
func pickled(dir string, err error) error {
	if !exists(dir, "pytorch_model.bin") && !exists(dir, "pytorch_model.bin.index.json") {
		return err
	}
	return fmt.Errorf("%w; pytorch_model.bin is a pickle, which may run any code and is not read. To convert it, run in the folder: %s", err, convert)
}

// convert writes pickled weights as safetensors. Python refuses code in them.
const convert = `python -c 'import glob, torch, safetensors.torch as s; ` +
	`s.save_file({k: v.contiguous().clone() for f in glob.glob("pytorch_model*.bin") for k, v in torch.load(f, weights_only=True).items()}, "model.safetensors", metadata={"format": "pt"})'`

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

// maxTokens returns how many tokens the tokenizer's configuration allows.
func (c *Checkpoint) maxTokens() (int, error) {
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
