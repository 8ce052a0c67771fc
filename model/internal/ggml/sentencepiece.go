package ggml

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentencePiece reads the BPE of SentencePiece: the file has no merges but scores,
// of which they follow. There are three kinds of it, which the file does not tell
// apart but by the architecture.
// What is built is what transformers has of each in tokenizer.json.
func (t *tokens) sentencePiece(m *metadata, file object) {
	// add_dummy_prefix, which is on where the file says nothing
	prefix := true
	if yes, ok := m.Truth("tokenizer.ggml.add_space_prefix"); ok {
		prefix = yes
	}
	scores := t.scores(m)
	// what no piece spells is spelled by the tokens of its bytes
	model := object{"type": "BPE", "fuse_unk": true, "byte_fallback": true}
	spaces := object{"type": "Replace", "pattern": object{"String": " "}, "content": "▁"}
	switch m.arch {
	// no space in front, and all runs of spaces are tokens
	case "gemma", "gemma2", "gemma3":
		prefix = false
		t.list = slices.Clone(t.list)
		for id, token := range t.list {
			// the file has runs of spaces as they are, transformers as marks
			if token != "" && strings.Trim(token, " ") == "" {
				t.list[id] = strings.Repeat("▁", len(token))
			}
		}
		for id := range scores {
			scores[id] = -float64(id) // merges go by the order of the file
		}
		model["unk_token"] = t.special("unk_token")
		file["added_tokens"] = t.added()
		file["normalizer"] = spaces
		file["pre_tokenizer"] = object{"type": "Split", "pattern": object{"String": " "}, "behavior": "MergedWithPrevious", "invert": false}
	// a mark in front by a normalizer, before every stretch between special tokens
	case "phi3":
		file["normalizer"] = object{"type": "Sequence", "normalizers": []object{{"type": "Prepend", "prepend": "▁"}, spaces}}
	// Llama: a mark before the first stretch only
	default:
		scheme := "first"
		if !prefix {
			scheme = "never"
		}
		file["pre_tokenizer"] = object{"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": false}
	}
	vocabulary := t.vocabulary()
	model["vocab"] = vocabulary
	if merges, ok := m.Texts("tokenizer.ggml.merges"); ok {
		model["merges"] = pairs(m, merges)
	} else {
		model["merges"] = mergesOf(t.list, vocabulary, scores)
	}
	file["model"] = model
	steps := []object{
		{"type": "Replace", "pattern": object{"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
	}
	if prefix {
		steps = append(steps, object{"type": "Strip", "content": " ", "start": 1, "stop": 0})
	}
	file["decoder"] = object{"type": "Sequence", "decoders": steps}
}

// scores returns the scores of the tokens.
func (t *tokens) scores(m *metadata) []float64 {
	const key = "tokenizer.ggml.scores"
	scores, ok := m.Numbers(key)
	switch {
	case !ok || len(scores) != len(t.list):
		m.fail("key %q has %d numbers for %d tokens", key, len(scores), len(t.list))
		return make([]float64, len(t.list))
	case !finite(scores...):
		m.fail("key %q: a score is no number", key)
		return make([]float64, len(t.list))
	}
	return scores
}

// A merge is a pair that becomes a token of some score.
type merge struct {
	pair       [2]string
	score      float64
	left, both int // characters
}

// mergesOf returns the pairs that make the tokens, of higher scores first, as
// transformers finds them: all in which both are tokens.
// The order is generate_merges' of transformers, whose sorting by several keys is done
// here in one: by the score of what they make and, of equals, by longer parts first.
func mergesOf(list []string, vocabulary map[string]int, scores []float64) [][2]string {
	const longest = 256 // bytes of a token that is made of pairs
	var all []merge
	// a token that is there twice has its merges once
	seen := make(map[string]bool, len(list))
	for _, token := range list {
		if seen[token] || len(token) > longest {
			continue
		}
		seen[token] = true
		from, both := len(all), utf8.RuneCountInString(token)
		left := 0
		// the places between characters
		for at := range token {
			if _, ok := vocabulary[token[:at]]; ok && at > 0 {
				if _, ok := vocabulary[token[at:]]; ok {
					all = append(all, merge{[2]string{token[:at], token[at:]}, scores[vocabulary[token]], left, both})
				}
			}
			left++
		}
		// within a token by the ids of the parts
		slices.SortStableFunc(all[from:], func(a, b merge) int {
			return cmp.Or(cmp.Compare(vocabulary[a.pair[0]], vocabulary[b.pair[0]]), cmp.Compare(vocabulary[a.pair[1]], vocabulary[b.pair[1]]))
		})
	}
	slices.SortStableFunc(all, func(a, b merge) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.left, a.left), cmp.Compare(b.both-b.left, a.both-a.left))
	})
	pairs := make([][2]string, len(all))
	for i, m := range all {
		pairs[i] = m.pair
	}
	return pairs
}

// unigram reads the other model of SentencePiece, as T5 and XLM-R have it.
// The file has no unknown score; it follows from the others.
func (t *tokens) unigram(m *metadata, file object) {
	scores := t.scores(m)
	// pairs of token and score, as tokenizer.json has a Unigram's
	vocabulary := make([][2]any, len(t.list))
	for id, token := range t.list {
		vocabulary[id] = [2]any{token, scores[id]}
	}
	model := object{"type": "Unigram", "vocab": vocabulary, "byte_fallback": false}
	if id, ok := t.specials["unk_token"]; ok {
		model["unk_id"] = id
	}
	file["model"] = model
	if bytes, ok := m.Integers("tokenizer.ggml.precompiled_charsmap"); ok && len(bytes) > 0 {
		// it is an array of numbers of 8 bits
		raw := make([]byte, len(bytes))
		for i, b := range bytes {
			raw[i] = byte(b)
		}
		file["normalizer"] = object{"type": "Precompiled", "precompiled_charsmap": base64.StdEncoding.EncodeToString(raw)}
	}
	space := object{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}
	file["pre_tokenizer"] = object{"type": "Sequence", "pretokenizers": []object{{"type": "WhitespaceSplit"}, space}}
	file["decoder"] = space
}

// wordPiece reads BERT's. The converter wrote pieces that begin a word with a mark
// and the others without theirs.
// Whether letters turn lower case is not in the file: no token with a capital says so.
func (t *tokens) wordPiece(m *metadata, file object) {
	list, cased := slices.Clone(t.list), false
	for id, token := range list {
		if t.kind(id) == control || t.kind(id) == unknown {
			continue
		}
		if rest, ok := strings.CutPrefix(token, "▁"); ok {
			list[id] = rest
			cased = cased || strings.ContainsFunc(rest, unicode.IsUpper) && !strings.HasPrefix(rest, "[")
		} else {
			list[id] = "##" + token
		}
	}
	t.list = list
	file["added_tokens"] = t.added()
	file["model"] = object{
		"type": "WordPiece", "vocab": t.vocabulary(), "unk_token": cmp.Or(t.special("unk_token"), "[UNK]"),
		"continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
	}
	file["normalizer"] = object{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil, "lowercase": !cased}
	file["pre_tokenizer"] = object{"type": "BertPreTokenizer"}
	file["decoder"] = object{"type": "WordPiece", "prefix": "##", "cleanup": true}
	// files from before the keys of BERT have its tokens as begin and end
	class, separator := cmp.Or(t.special("cls_token"), t.special("bos_token")), cmp.Or(t.special("sep_token"), t.special("eos_token"))
	if class == "" || separator == "" {
		m.fail("key %q or %q is missing, or %q or %q is", "tokenizer.ggml.cls_token_id", "tokenizer.ggml.bos_token_id",
			"tokenizer.ggml."+misspelt+"_token_id", "tokenizer.ggml.eos_token_id")
	}
	file["post_processor"] = t.around(class, separator)
}
