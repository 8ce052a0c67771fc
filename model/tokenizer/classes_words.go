package tokenizer

import (
	"encoding/json"
	"fmt"
)

// Classes of vocabularies of words and their parts, and of bytes.

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

func mpnetClass(k *kit) {
	k.wordPiece()
	k.post = func(t *Tokenizer) postProcessor {
		return &around{
			class: t.idOrUnknown(k.name(className)), separator: t.idOrUnknown(k.name(separatorName)),
			twice: true, trim: &trimOffsets{},
		}
	}
}

// wordPiece cleans text and cuts words as BERT does.
func (k *kit) wordPiece() {
	f := normalizerFile{
		Type: "BertNormalizer", CleanText: true, HandleChineseChars: or(k.set.Chinese, true), StripAccents: k.set.StripAccents,
		Lowercase: or(k.set.LowerCase, true),
	}
	text, _ := json.Marshal(map[string]any{ // of truth values, which there is no fault in
		"type": f.Type, "clean_text": true, "handle_chinese_chars": f.HandleChineseChars, "strip_accents": f.StripAccents, "lowercase": f.Lowercase,
	})
	k.normalizer(string(text))
	k.splitter(`{"type":"BertPreTokenizer"}`)
	k.decoder(`{"type":"WordPiece","prefix":"##","cleanup":true}`)
	unknown := k.name(unknownName)
	k.model.UnkToken = &unknown
}

func gpt2Class(k *kit) {
	k.splitter(byteLevelPart(or(k.set.PrefixSpace, false), true))
	k.decoder(bytesDecoder)
}

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

// qwenWords is the pattern of Qwen 2's words.
const qwenWords = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

func qwen2Class(k *kit) {
	k.normalizer(composed)
	k.splitter(fmt.Sprintf(`{"type":"Split","pattern":{"Regex":%s},"behavior":"Isolated","invert":false}`, quoted(qwenWords)),
		byteLevelPart(or(k.set.PrefixSpace, false), false))
	k.decoder(bytesDecoder)
}

// quoted returns s as JSON.
func quoted(s string) string {
	text, _ := json.Marshal(s) // a string has no fault
	return string(text)
}

func robertaClass(k *kit) {
	gpt2Class(k)
	k.post = func(t *Tokenizer) postProcessor {
		a := &around{class: t.idOrUnknown(k.name(className)), separator: t.idOrUnknown(k.name(separatorName)), twice: true}
		if or(k.set.TrimOffsets, true) {
			a.trim = &trimOffsets{or(k.set.PrefixSpace, false)}
		}
		return a
	}
}
