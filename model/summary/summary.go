// Package summary tells what a model is, by the files of its folder: its
// architecture, its task, its size, and whether its files are whole.
package summary

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/tensor"
)

// A Summary is what the files of a model say of it. What they do not say is
// zero or empty.
type Summary struct {
	Dir          string   `json:"folder"`           // as it was given
	Type         string   `json:"model_type"`       // of config.json, such as "bert"
	Architecture string   `json:"architecture"`     // the class of transformers
	Task         string   `json:"task"`             // that its head was trained for
	Labels       []string `json:"labels,omitempty"` // of a classifier
	Parameters   int64    `json:"parameters"`       // numbers in its weights
	Container    string   `json:"container"`        // the kind of file that holds them
	Precision    string   `json:"precision"`        // how they are stored, as in "F32"; several with commas
	Memory       int64    `json:"memory"`           // bytes that its weights take in float32; half of that in bfloat16, a quarter in int8
	Layers       int      `json:"layers,omitempty"`
	Decoder      int      `json:"decoder_layers,omitempty"` // where there is an encoder too
	Width        int      `json:"width,omitempty"`          // of the hidden states
	Heads        int      `json:"heads,omitempty"`
	Vocabulary   int      `json:"vocabulary,omitempty"` // tokens
	Limit        int      `json:"limit,omitempty"`      // tokens that it reads
	License      string   `json:"license,omitempty"`
	Bytes        int64    `json:"bytes"` // of all files
	Files        []File   `json:"files"`
}

// A File is one of the model's files.
type File struct {
	Name   string `json:"name"` // within the folder
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// maxText bounds the files that are read whole.
const maxText = 64 << 20

// Read returns the summary of the model at path: in a folder, or a file of
// llama.cpp. Its weights are read once for their hashes; a file of the hub's cache
// that is not what the hub said is an error.
func Read(path string) (*Summary, error) {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return readFile(path)
	}
	s, err := readFolder(path)
	if err != nil {
		return nil, fmt.Errorf("summary: %s: %w", path, err)
	}
	return s, nil
}

func readFile(path string) (*Summary, error) {
	files, err := checkpoint.Open(path)
	if err != nil {
		return nil, err // which names the file
	}
	defer files.Weights.Close()
	s, err := New(files.Config, files.TokenizerConfig, files.Weights)
	var f File
	if err == nil {
		f, err = hashed(path)
	}
	if err != nil {
		return nil, fmt.Errorf("summary: %s: %w", path, err)
	}
	f.Name = filepath.Base(path)
	s.Dir, s.Files, s.Bytes = filepath.Dir(path), []File{f}, f.Bytes
	return s, nil
}

func readFolder(dir string) (*Summary, error) {
	weights, err := checkpoint.OpenWeights(dir)
	if err != nil {
		return nil, err
	}
	defer weights.Close()
	config := text(dir, "config.json")
	if config == nil {
		return nil, errors.New("no config.json")
	}
	s, err := New(config, text(dir, "tokenizer_config.json"), weights)
	if err != nil {
		return nil, err
	}
	s.Dir, s.License = dir, license(text(dir, "README.md"))
	return s, s.files()
}

// New returns the summary of a model by its config.json, its
// tokenizer_config.json, which may be nil, and its weights. It tells of no files.
func New(config, tokenizer []byte, weights checkpoint.Weights) (*Summary, error) {
	s := &Summary{}
	if err := errors.Join(s.config(config), s.limit(tokenizer)); err != nil {
		return nil, err
	}
	s.weights(weights)
	return s, nil
}

// text returns the contents of a file in dir, or nil.
func text(dir, name string) []byte {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxText))
	if err != nil {
		return nil
	}
	return b
}

// config reads config.json, in which architectures have names of their own for
// the same sizes. What cannot be a size is not told.
func (s *Summary) config(text []byte) error {
	c, err := checkpoint.ParseConfig(text)
	if err != nil {
		return err
	}
	size := func(names ...string) int {
		for _, name := range names {
			n := 0
			if c.Read(&n, name); n > 0 {
				return n
			}
		}
		return 0
	}
	s.Type = c.Word("", "model_type")
	var classes []string
	if c.Read(&classes, "architectures"); len(classes) > 0 {
		s.Architecture = classes[0]
	}
	pair := c.Flag(false, "is_encoder_decoder")
	s.Task = task(s.Architecture, pair)
	if strings.Contains(s.Task, "classification") && (c.Given("id2label") || c.Given("label2id")) {
		s.Labels = c.Labels()
	}
	s.Layers = size("num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers")
	if pair {
		s.Layers, s.Decoder = size("encoder_layers", "num_layers", "num_hidden_layers"), size("decoder_layers", "num_decoder_layers")
	}
	s.Width = size("hidden_size", "d_model", "n_embd", "dim")
	s.Heads = size("num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads")
	s.Vocabulary = size("vocab_size")
	s.Limit = size("max_position_embeddings", "n_positions", "n_ctx")
	return nil
}

// task says what a class of transformers does.
func task(class string, pair bool) string {
	for _, t := range []struct{ suffix, task string }{
		{"ForSequenceClassification", "text classification"},
		{"ForTokenClassification", "token classification"},
		{"ForQuestionAnswering", "question answering"},
		{"ForMultipleChoice", "multiple choice"},
		{"ForMaskedLM", "filling in masked words"},
		{"ForCausalLM", "text generation"},
		{"LMHeadModel", "text generation"},
		{"ForConditionalGeneration", "text to text"},
		{"MTModel", "text to text"},
	} {
		if strings.HasSuffix(class, t.suffix) {
			return t.task
		}
	}
	if pair {
		return "text to text"
	}
	if class == "" {
		return ""
	}
	return "hidden states"
}

// limit takes account of what the tokenizer says of the limit.
func (s *Summary) limit(text []byte) error {
	if text == nil {
		return nil
	}
	var c struct {
		Limit float64 `json:"model_max_length"` // 10³⁰ where nobody set it
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return fmt.Errorf("tokenizer_config.json: %w", err)
	}
	if c.Limit >= 1 && c.Limit < 1e9 && (s.Limit == 0 || int(c.Limit) < s.Limit) {
		s.Limit = int(c.Limit)
	}
	return nil
}

// weights counts the numbers that were learnt; those that are stored as large
// integers are not, they are positions and the like.
func (s *Summary) weights(f checkpoint.Weights) {
	types := map[string]bool{}
	for _, name := range f.Names() {
		t, _ := f.Tensor(name)
		switch t.DType {
		case tensor.I64, tensor.I32, tensor.Bool:
			continue
		}
		types[string(t.DType)] = true
		s.Parameters += int64(t.Len())
	}
	s.Container, s.Memory = f.Container(), 4*s.Parameters
	s.Precision = strings.Join(slices.Sorted(maps.Keys(types)), ", ")
}

// license returns the licence that the head of a model card names, or "".
func license(card []byte) string {
	head, ok := bytes.CutPrefix(bytes.TrimPrefix(card, []byte("\ufeff")), []byte("---"))
	if !ok {
		return ""
	}
	head, _, _ = bytes.Cut(head, []byte("\n---"))
	found := map[string]string{}
	for line := range strings.Lines(string(head)) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			found[key] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	if found["license"] == "other" && found["license_name"] != "" {
		return found["license_name"]
	}
	return found["license"]
}

// files lists the files with their hashes.
func (s *Summary) files() error {
	var errs []error
	err := filepath.WalkDir(s.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(s.Dir, path)
		if err != nil {
			return err
		}
		f, err := hashed(path)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		f.Name = filepath.ToSlash(name)
		s.Files = append(s.Files, f)
		s.Bytes += f.Bytes
		return nil
	})
	return errors.Join(append(errs, err)...)
}
