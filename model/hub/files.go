package hub

import (
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
)

// The files of a repository that a model needs. Weights are safetensors only:
// what pickle files hold can run as a program.
const (
	weights      = "model.safetensors"
	weightsIndex = "model.safetensors.index.json"
	pickle       = "pytorch_model.bin"
	pickleIndex  = "pytorch_model.bin.index.json"
	tokenizer    = "tokenizer.json" //nolint:gosec // the name of a file
	config       = "config.json"
)

var (
	// common files are taken where there are any.
	common = []string{
		config, "generation_config.json",
		tokenizer, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
		"chat_template.jinja", "modules.json", "1_Pooling/config.json", "README.md",
	}
	// vocabularies are what tokenizers were kept in before there was tokenizer.json.
	vocabularies = []string{
		"vocab.json", "vocab.txt", "merges.txt", "bpe.codes", "source.spm", "target.spm",
		"spiece.model", "spm.model", "sentencepiece.bpe.model", "tokenizer.model",
	}
)

// wanted returns the names of the files that are looked for, but for weights,
// where the repository has tokenizer.json or not.
func wanted(hasTokenizer bool) []string {
	if hasTokenizer {
		return common
	}
	return slices.Concat(common, vocabularies)
}

// choose returns those of a repository's files that its model needs; the shards
// of weights come on top of them where it has an index.
func choose(has func(string) bool) ([]string, error) {
	var files []string
	for _, name := range wanted(has(tokenizer)) {
		if has(name) {
			files = append(files, name)
		}
	}
	switch {
	case !has(config):
		return nil, errors.New("has no config.json: it is not a model of transformers")
	case has(weights):
		return append(files, weights), nil
	case has(weightsIndex):
		return append(files, weightsIndex), nil
	case has(pickle) || has(pickleIndex):
		return nil, errPickle
	}
	return nil, fmt.Errorf("has neither %s nor %s", weights, weightsIndex)
}

var errPickle = errors.New("has its weights as " + pickle + " only, a pickle file, which is not read: it could run any program")

// convert is how weights become safetensors.
func convert(n Name) string {
	revision := ""
	if n.Revision != "main" {
		revision = fmt.Sprintf(", revision='%s'", n.Revision)
	}
	return fmt.Sprintf(`convert it once: python -c "import transformers as t; m = t.pipeline(model='%s'%s); m.save_pretrained('DIR')", then name DIR`, n.Repo, revision)
}

// maxIndex bounds the index of weights in several files, in bytes.
const maxIndex = 64 << 20

// shards returns the files that the index at path names.
func shards(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseIndex(io.LimitReader(f, maxIndex))
}

func parseIndex(r io.Reader) ([]string, error) {
	var index struct {
		Places map[string]string `json:"weight_map"`
	}
	if err := json.NewDecoder(r).Decode(&index); err != nil {
		return nil, err
	}
	names := slices.Compact(slices.Sorted(maps.Values(index.Places)))
	for _, name := range names {
		if !safe(name) || !strings.HasSuffix(name, ".safetensors") {
			return nil, fmt.Errorf("names %q, which is no file of weights", name)
		}
	}
	if len(names) == 0 {
		return nil, errors.New("names no files of weights")
	}
	return names, nil
}

// safe reports whether a name that a server gave stays within the folder of its
// model, on any system.
func safe(name string) bool {
	return fs.ValidPath(name) && name != "." && filepath.IsLocal(filepath.FromSlash(name)) && !strings.ContainsAny(name, "\\:\x00")
}
