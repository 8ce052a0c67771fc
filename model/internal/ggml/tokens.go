package ggml

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kinds of tokens, by their numbers in files.
const (
	normal      = 1
	unknown     = 2
	control     = 3 // of the model's format, no text
	userDefined = 4 // found whole in a text
)

// tokens are the vocabulary of a file and the parts that some of them have.
type tokens struct {
	model    string // which kind of tokenizer
	list     []string
	kinds    []int64        // of each; none: all are normal
	specials map[string]int // ids by the names of transformers
	chat     string         // template of conversations, "" for none

	begins, ends bool // texts get a token before them, and one behind
}

// specialNames are what files call special tokens, by the names of transformers.
var specialNames = map[string]string{
	"bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "pad_token": "padding",
	"sep_token": misspelt, "cls_token": "cls", "mask_token": "mask",
}

// misspelt is what files call the separator, but for some.
const misspelt = "seperator" //nolint:misspell // as llama.cpp has it

// readTokens reads the vocabulary.
// A vocabulary is bounded before anything is made of it, and its special tokens must lie
// within.
func readTokens(m *metadata) *tokens {
	// as many tokens as no vocabulary has
	const key, most = "tokenizer.ggml.", 1 << 24
	t := &tokens{specials: make(map[string]int)}
	t.model, _ = m.Text(key + "model")
	var ok bool
	if t.list, ok = m.Texts(key + "tokens"); !ok || len(t.list) > most {
		m.fail("key %q is no list of tokens", key+"tokens")
	}
	for id, token := range t.list {
		if !utf8.ValidString(token) {
			m.fail("key %q: token %d is not UTF-8", key+"tokens", id)
			break
		}
	}
	if t.kinds, ok = m.Integers(key + "token_type"); ok && len(t.kinds) != len(t.list) {
		m.fail("key %q has %d elements for %d tokens", key+"token_type", len(t.kinds), len(t.list))
		t.kinds = nil
	}
	for _, name := range slices.Sorted(maps.Keys(specialNames)) {
		stored := specialNames[name]
		id := m.token(stored)
		if stored == misspelt && id < 0 {
			id = m.token("separator")
		}
		if id >= len(t.list) {
			m.fail("key %q is %d, but there are %d tokens", key+stored+"_token_id", id, len(t.list))
		} else if id >= 0 {
			t.specials[name] = id
		}
	}
	// what llama.cpp takes where the file does not say
	t.begins, t.ends = t.model == "llama", t.model == "t5"
	if yes, ok := m.Truth(key + "add_bos_token"); ok {
		t.begins = yes
	}
	if yes, ok := m.Truth(key + "add_eos_token"); ok {
		t.ends = yes
	}
	t.chat, _ = m.Text("tokenizer.chat_template")
	return t
}

// kind returns the kind of a token.
func (t *tokens) kind(id int) int64 {
	if t.kinds == nil {
		return normal
	}
	return t.kinds[id]
}

// special returns the name of a special token, "" for none.
func (t *tokens) special(name string) string {
	if id, ok := t.specials[name]; ok {
		return t.list[id]
	}
	return ""
}

// vocabulary returns the ids of the tokens.
// Of a name that is there twice the last id counts.
func (t *tokens) vocabulary() map[string]int {
	ids := make(map[string]int, len(t.list))
	for id, token := range t.list {
		ids[token] = id
	}
	return ids
}

// added returns the tokens that are found whole in a text: the special ones, the
// format's and the user's.
func (t *tokens) added() []object {
	special := make(map[int]bool)
	for _, id := range t.specials {
		special[id] = true
	}
	list := []object{}
	for id, token := range t.list {
		kind := t.kind(id)
		isSpecial := special[id] || kind == control || kind == unknown
		if (isSpecial || kind == userDefined) && token != "" {
			list = append(list, object{
				"id": id, "content": token, "special": isSpecial,
				"normalized": false, "single_word": false, "lstrip": false, "rstrip": false,
			})
		}
	}
	return list
}

// config returns tokenizer_config.json. The class is one that says nothing over
// tokenizer.json.
func (t *tokens) config(m *metadata) object {
	c := object{"tokenizer_class": "PreTrainedTokenizerFast"}
	for name := range t.specials {
		c[name] = t.special(name)
	}
	if t.chat != "" {
		c["chat_template"] = t.chat
	}
	if length := m.size("context_length"); length > 0 {
		c["model_max_length"] = length
	}
	return c
}

// turnEnds are tokens that end what a model writes, also where a file names
// another one: llama.cpp stops at them as well.
var turnEnds = []string{
	"<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "<|eom_id|>", "<EOT>",
}

// generation returns generation_config.json.
// The ends are a list: a model of conversations ends a turn otherwise than a text.
func (t *tokens) generation(m *metadata) object {
	g, ends := object{}, []int{}
	if id, ok := t.specials["bos_token"]; ok {
		g["bos_token_id"] = id
	}
	// ends of a text, of a turn, of a message to a tool
	for _, name := range []string{"eos", "eot", "eom"} {
		if id := m.token(name); id >= 0 && id < len(t.list) && !slices.Contains(ends, id) {
			ends = append(ends, id)
		}
	}
	for id, token := range t.list {
		if t.kind(id) == control && slices.Contains(turnEnds, token) && !slices.Contains(ends, id) {
			ends = append(ends, id)
		}
	}
	if len(ends) > 0 {
		g["eos_token_id"] = ends
	}
	return g
}

// around returns the post-processor that puts tokens, "" for none, before and
// behind texts.
// Segments are 1 for the second text; BERT has no token before it.
func (t *tokens) around(before, behind string) object {
	// the file has to name each token that a template uses
	named := object{}
	token := func(list []object, name string, kind int) []object {
		if name == "" {
			return list
		}
		named[name] = object{"id": name, "ids": []int{slices.Index(t.list, name)}, "tokens": []string{name}}
		return append(list, object{"SpecialToken": object{"id": name, "type_id": kind}})
	}
	text := func(list []object, id string, kind int) []object {
		return append(list, object{"Sequence": object{"id": id, "type_id": kind}})
	}
	// before A behind
	single := token(text(token(nil, before, 0), "A", 0), behind, 0)
	pair := slices.Clone(single)
	if t.model != "bert" {
		pair = token(pair, before, 1)
	}
	pair = token(text(pair, "B", 1), behind, 1)
	return object{"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": named}
}

// tokenizer returns tokenizer.json.
func (t *tokens) tokenizer(m *metadata) object {
	file := object{"version": "1.0", "added_tokens": t.added()}
	// by tokenizer.ggml.model: gpt2 is byte-level, llama SentencePiece's BPE, bert WordPiece,
	// t5 unigram
	kinds := map[string]func(m *metadata, file object){
		"gpt2": t.byteLevel, "llama": t.sentencePiece, "bert": t.wordPiece, "t5": t.unigram,
	}
	read, ok := kinds[t.model]
	if !ok {
		m.fail("key %q is %.40q, which is not supported; supported: %s", "tokenizer.ggml.model", t.model,
			strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
		return file
	}
	read(m, file)
	if file["post_processor"] != nil {
		return file
	}
	before, behind := "", ""
	if t.begins {
		before = t.special("bos_token")
	}
	if t.ends {
		behind = t.special("eos_token")
	}
	if before+behind != "" {
		file["post_processor"] = t.around(before, behind)
	}
	return file
}
