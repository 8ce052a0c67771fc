package tokenizer

import (
	"encoding/json"
	"fmt"
)

// Classes of vocabularies of words and their parts, and of bytes.

// bertClass is BERT's and its descendants': [CLS] A [SEP] B [SEP], in two segments.
func bertClass(b *builder) {
	b.wordPiece()
	class, separator := b.name(className), b.name(separatorName)
	b.around(clsAndSep(class, separator))
}

// clsAndSep is the format of BERT's family.
func clsAndSep(class, separator string) (single, pair []string) {
	single = []string{class + ":0", "$A:0", separator + ":0"}
	return single, append(single[:3:3], "$B:1", separator+":1")
}

// mpnetClass cuts as BERT does but has RoBERTa's format, <s> A </s></s> B </s>.
func mpnetClass(b *builder) {
	b.wordPiece()
	b.twoSeparators(&trimOffsets{})
}

// wordPiece cleans text and cuts words as BERT does.
func (b *builder) wordPiece() {
	text, _ := json.Marshal(map[string]any{ // of truth values, which there is no fault in
		"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": or(b.set.Chinese, true),
		"strip_accents": b.set.StripAccents, "lowercase": or(b.set.LowerCase, true),
	})
	b.normalizer(string(text))
	b.splitter(`{"type":"BertPreTokenizer"}`)
	b.decoder(`{"type":"WordPiece","prefix":"##","cleanup":true}`)
	unknown := b.name(unknownName)
	b.model.UnkToken = &unknown
}

// gpt2Class adds no tokens around a text.
func gpt2Class(b *builder) {
	b.splitter(byteLevelPart(or(b.set.PrefixSpace, false), true))
	b.decoder(bytesDecoder)
}

// neoxClass composes characters first (NFC); the file's own format does not count.
func neoxClass(b *builder) {
	gpt2Class(b)
	b.normalizer(composed)
	delete(b.parts, "post_processor")
}

// firstDebertaClass is that of DeBERTa before its second version.
func firstDebertaClass(b *builder) {
	gpt2Class(b)
	class, separator := b.name(className), b.name(separatorName)
	single := []string{class, "$A", separator}
	b.around(single, append(single[:3:3], separator, "$B", separator))
}

// qwen2Class cuts by GPT-4's pattern, with each digit a word, and only then writes bytes as characters.
func qwen2Class(b *builder) {
	b.normalizer(composed)
	b.splitter(fmt.Sprintf(`{"type":"Split","pattern":{"Regex":%s},"behavior":"Isolated","invert":false}`, quoted(gpt4Pattern(`\p{N}`))),
		byteLevelPart(or(b.set.PrefixSpace, false), false))
	b.decoder(bytesDecoder)
}

// quoted returns s as JSON.
func quoted(s string) string {
	text, _ := json.Marshal(s) // a string has no fault
	return string(text)
}

// robertaClass has two separators between the texts, and spans without the space that
// a token begins with unless the configuration keeps it.
func robertaClass(b *builder) {
	gpt2Class(b)
	var trim *trimOffsets
	if or(b.set.TrimOffsets, true) {
		trim = &trimOffsets{or(b.set.PrefixSpace, false)}
	}
	b.twoSeparators(trim)
}

// twoSeparators sets RoBERTa's format, with two separators between the texts.
func (b *builder) twoSeparators(trim *trimOffsets) {
	b.post = func(t *Tokenizer) postProcessor {
		return &around{class: t.idOrUnknown(b.name(className)), separator: t.idOrUnknown(b.name(separatorName)), twice: true, trim: trim}
	}
}
