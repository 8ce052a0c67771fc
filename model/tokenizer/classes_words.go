package tokenizer

import (
	"encoding/json"
	"fmt"
)

// Classes of vocabularies of words and their parts, and of bytes.

// bertClass is BERT's and its descendants': [CLS] A [SEP] B [SEP], in two segments.
func bertClass(k *kit) {
	k.wordPiece()
	class, separator := k.name(className), k.name(separatorName)
	k.around(clsAndSep(class, separator))
}

// clsAndSep is the format of BERT's family.
func clsAndSep(class, separator string) (single, pair []string) {
	single = []string{class + ":0", "$A:0", separator + ":0"}
	return single, append(single[:3:3], "$B:1", separator+":1")
}

// mpnetClass cuts as BERT does but has RoBERTa's format, <s> A </s></s> B </s>.
func mpnetClass(k *kit) {
	k.wordPiece()
	k.twoSeparators(&trimOffsets{})
}

// wordPiece cleans text and cuts words as BERT does.
func (k *kit) wordPiece() {
	text, _ := json.Marshal(map[string]any{ // of truth values, which there is no fault in
		"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": or(k.set.Chinese, true),
		"strip_accents": k.set.StripAccents, "lowercase": or(k.set.LowerCase, true),
	})
	k.normalizer(string(text))
	k.splitter(`{"type":"BertPreTokenizer"}`)
	k.decoder(`{"type":"WordPiece","prefix":"##","cleanup":true}`)
	unknown := k.name(unknownName)
	k.model.UnkToken = &unknown
}

// gpt2Class adds no tokens around a text.
func gpt2Class(k *kit) {
	k.splitter(byteLevelPart(or(k.set.PrefixSpace, false), true))
	k.decoder(bytesDecoder)
}

// neoxClass composes characters first (NFC); the file's own format does not count.
func neoxClass(k *kit) {
	gpt2Class(k)
	k.normalizer(composed)
	delete(k.parts, "post_processor")
}

// firstDebertaClass is that of DeBERTa before its second version.
func firstDebertaClass(k *kit) {
	gpt2Class(k)
	class, separator := k.name(className), k.name(separatorName)
	single := []string{class, "$A", separator}
	k.around(single, append(single[:3:3], separator, "$B", separator))
}

// qwen2Class cuts by GPT-4's pattern, with each digit a word, and only then writes bytes as characters.
func qwen2Class(k *kit) {
	k.normalizer(composed)
	k.splitter(fmt.Sprintf(`{"type":"Split","pattern":{"Regex":%s},"behavior":"Isolated","invert":false}`, quoted(gpt4Pattern(`\p{N}`))),
		byteLevelPart(or(k.set.PrefixSpace, false), false))
	k.decoder(bytesDecoder)
}

// quoted returns s as JSON.
func quoted(s string) string {
	text, _ := json.Marshal(s) // a string has no fault
	return string(text)
}

// robertaClass has two separators between the texts, and spans without the space that
// a token begins with unless the configuration keeps it.
func robertaClass(k *kit) {
	gpt2Class(k)
	var trim *trimOffsets
	if or(k.set.TrimOffsets, true) {
		trim = &trimOffsets{or(k.set.PrefixSpace, false)}
	}
	k.twoSeparators(trim)
}

// twoSeparators sets RoBERTa's format, with two separators between the texts.
func (k *kit) twoSeparators(trim *trimOffsets) {
	k.post = func(t *Tokenizer) postProcessor {
		return &around{class: t.idOrUnknown(k.name(className)), separator: t.idOrUnknown(k.name(separatorName)), twice: true, trim: trim}
	}
}
