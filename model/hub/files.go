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

	"github.com/whence-xai/whence/model/internal/weightfile"
)

// The files of a repository that a model needs, but for its weights.
const (
	tokenizer = "tokenizer.json" //nolint:gosec // the name of a file
	config    = "config.json"
)

// isIndex tells whether a file of weights is the index of several.
func isIndex(weights string) bool { return strings.HasSuffix(weights, ".index.json") }

// suffix returns how the names of files end that hold weights, as an index does.
func suffix(weights string) string {
	if weightfile.IsPickle(weights) {
		return ".bin"
	}
	return ".safetensors"
}

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
// of weights come on top of them where it has an index. The last is that of weights.
func choose(has func(string) bool) ([]string, error) {
	var files []string
	for _, name := range wanted(has(tokenizer)) {
		if has(name) {
			files = append(files, name)
		}
	}
	if !has(config) {
		return nil, errors.New("has no config.json: it is not a model of transformers")
	}
	weights := weightfile.Of(has)
	if weights == "" {
		return nil, errors.New("has " + weightfile.None)
	}
	return append(files, weights), nil
}

// maxIndex bounds the index of weights in several files, in bytes.
const maxIndex = 64 << 20

// shards returns the files that the index at path names, whose names end alike.
// The index is a file from the hub like others, so that its names are checked as well.
func shards(path, suffix string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseIndex(io.LimitReader(f, maxIndex), suffix)
}

// parseIndex returns the files of an index, each once and in order.
func parseIndex(r io.Reader, suffix string) ([]string, error) {
	var index struct {
		Places map[string]string `json:"weight_map"`
	}
	if err := json.NewDecoder(r).Decode(&index); err != nil {
		return nil, err
	}
	// an index names the file of each tensor, so that each file comes many times
	names := slices.Compact(slices.Sorted(maps.Values(index.Places)))
	for _, name := range names {
		if !safe(name) || !strings.HasSuffix(name, suffix) {
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
// Names are the server's, and become paths: "..", "C:", "a\b" and the like are none.
func safe(name string) bool {
	return fs.ValidPath(name) && name != "." && filepath.IsLocal(filepath.FromSlash(name)) && !strings.ContainsAny(name, "\\:\x00")
}
