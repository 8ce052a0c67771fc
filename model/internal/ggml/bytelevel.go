package ggml

import (
	"maps"
	"slices"
	"strings"
)

// byteLevel reads byte-level BPE: how a text is cut into words goes by the name of
// a pre-tokenizer.
// The names are those that llama.cpp's converter gives by hashing what a tokenizer
// makes of a text (get_vocab_base_pre): the pattern itself is not in the file.
func (t *tokens) byteLevel(m *metadata, file object) {
	name, told := m.Text("tokenizer.ggml.pre")
	words := splits["default"]
	if told {
		var ok bool
		if words, ok = splits[name]; !ok {
			m.fail("key %q is %.40q, which is not supported; supported: %s", "tokenizer.ggml.pre", name,
				strings.Join(slices.Sorted(maps.Keys(splits)), ", "))
		}
	}
	// files from before the key have it by the kind of vocabulary
	if _, told := m.Truth("tokenizer.ggml.add_bos_token"); !told && words.whole {
		t.begins = true
	}
	merges, ok := m.Texts("tokenizer.ggml.merges")
	if !ok {
		m.fail("key %q is missing", "tokenizer.ggml.merges")
	}
	file["model"] = object{
		"type": "BPE", "vocab": t.vocabulary(), "merges": pairs(m, merges), "ignore_merges": words.whole,
	}
	file["pre_tokenizer"] = words.file()
	file["decoder"] = object{"type": "ByteLevel"}
}

// pairs returns the pairs of merges.
// A merge is written as "Ġ t", with one space between the two.
func pairs(m *metadata, merges []string) [][2]string {
	list := make([][2]string, 0, len(merges))
	for i, merge := range merges {
		// The space that parts the two is the first but for one that begins them.
		at := strings.IndexByte(merge[min(1, len(merge)):], ' ') + 1
		if at < 1 || at+1 >= len(merge) {
			m.fail("key %q: merge %d is no pair", "tokenizer.ggml.merges", i)
			break
		}
		list = append(list, [2]string{merge[:at], merge[at+1:]})
	}
	return list
}

// A split is how a text is cut into words.
// Each is what transformers' tokenizer of the family has.
type split struct {
	pattern string // a regular expression; "": GPT-2's
	digits  bool   // every digit is a word
	whole   bool   // a word that is a token is not cut, and texts begin with a token
}

// file returns the pre-tokenizer.
// A pattern is followed by byte-level without a pattern of its own, since a word must be
// cut before its bytes are written as characters.
func (s split) file() object {
	level := func(words bool) object {
		return object{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": words}
	}
	switch {
	case s.pattern != "":
		cut := object{"type": "Split", "pattern": object{"Regex": s.pattern}, "behavior": "Isolated", "invert": false}
		return object{"type": "Sequence", "pretokenizers": []object{cut, level(false)}}
	case s.digits:
		return object{"type": "Sequence", "pretokenizers": []object{{"type": "Digits", "individual_digits": true}, level(true)}}
	}
	return level(true)
}

// Patterns, as the tokenizers of these families have them.
// They differ in whether case counts for contractions, in how many digits are a word,
// and in whether a capital within a word begins another.
const (
	llama3Words = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	qwen2Words  = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	qwen35Words = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	tekkenWords = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+` +
		`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*` +
		`|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	gpt4oWords = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
		`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
		`|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

// splits are the ways to cut by the names of pre-tokenizers. One without a name is
// the default, which transformers takes for GPT-2's.
var splits = func() map[string]split {
	all := map[string]split{}
	for _, kind := range []struct {
		split
		names string
	}{
		// the columns: how words are cut, and the names of tokenizers that cut so
		{split{}, "default gpt-2 phi-2 mpt olmo jais trillion granite-docling jina-es jina-de jina-v1-en jina-v2-es jina-v2-de jina-v2-code roberta-bpe gigachat a.x-4.0 mellum modern-bert"},
		{split{digits: true}, "starcoder refact command-r smollm codeshell exaone minerva-7b"},
		{split{pattern: llama3Words, whole: true}, "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano"},
		{split{pattern: llama3Words}, "dbrx smaug-bpe"},
		{split{pattern: qwen2Words}, "qwen2 deepseek-r1-qwen kormo f2llmv2 megrez"},
		{split{pattern: qwen35Words}, "qwen35"},
		{split{pattern: tekkenWords, whole: true}, "tekken"},
		{split{pattern: gpt4oWords}, "gpt-4o llama4 kanana2 talkie minimax-m2"},
	} {
		for _, name := range strings.Fields(kind.names) {
			all[name] = kind.split
		}
	}
	return all
}()
