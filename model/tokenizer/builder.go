package tokenizer

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// A builder puts a tokenizer together from the parts of a tokenizer.json or of older files, as a class says.
// Parts are texts of JSON even where a class makes them, so that one reader makes
// normalizers and so on, whoever says what they are.
type builder struct {
	// model is the "model" part, or what is made in its place.
	model *modelFile
	parts map[string]string // as tokenizer.json has them: normalizer, pre_tokenizer, post_processor, decoder, added_tokens

	*config                  // what the files say
	class    *tokenizerClass // nil for the generic one
	old      bool            // made of files older than tokenizer.json
	spm      *sentencePiece  // the one among them, nil for none
	charsmap string          // a SentencePiece model's character map in base 64

	defaults specialNames    // special tokens where the files name none
	pieces   []scoredName    // while a vocabulary is made of a SentencePiece model
	extra    []string        // tokens beside the named ones, where the files list none
	found    map[string]bool // those of them that are not special, but are found in text before it is cut
	unseen   []string        // tokens that have numbers, but that no text spells
	always   []string        // special tokens that no list takes away
	post     func(t *Tokenizer) postProcessor
}

// A score is a log-probability; 0 where there is none, as of merges.
type scoredName struct {
	name  string
	score float64
}

// make lets the class say what its tokenizers are. A file whose model is of another kind than the class's is taken as it
// is.
// A class's own parts take the place of the file's but for post-processor and added
// tokens, which some classes keep: build says so.
func (b *builder) make() {
	if b.class == nil {
		return
	}
	// the class sets its options anew; of the file's only the vocabulary counts
	f := &modelFile{vocab: b.model.vocab, scores: b.model.scores, merges: b.model.merges, UnkID: b.set.UnkID}
	if b.spm != nil {
		f.UnkID = b.model.UnkID
	}
	switch b.class.reads {
	case wordPieces:
		f.Type = "WordPiece"
	case bytePairs, mergedPieces:
		f.Type = "BPE"
	default:
		f.Type = "Unigram"
	}
	if b.class.build == nil || !b.old && b.model.kind() != f.Type {
		b.setClass(nil)
		return
	}
	if b.set.Added != nil {
		delete(b.parts, "added_tokens") // the configuration's list counts, and not the file's
	}
	b.charsmap = b.findCharsmap()
	for _, part := range []string{"normalizer", "pre_tokenizer", "decoder"} {
		delete(b.parts, part)
	}
	b.model = f
	b.class.build(b)
}

// findCharsmap returns the character map of the file.
// It alone is taken from the file by classes of SentencePiece's vocabularies, since
// only the model that was trained knows it.
func (b *builder) findCharsmap() string {
	if b.spm != nil {
		return base64.StdEncoding.EncodeToString(b.spm.charsmap)
	}
	type file struct {
		Type     string `json:"type"`
		Charsmap string `json:"precompiled_charsmap"`
	}
	var f struct {
		file
		Normalizers []file `json:"normalizers"`
	}
	if json.Unmarshal([]byte(b.parts["normalizer"]), &f) != nil {
		return "" // whose fault is told where it is read
	}
	for _, part := range append(f.Normalizers, f.file) {
		if part.Type == "Precompiled" {
			return part.Charsmap
		}
	}
	return ""
}

// name returns what the configuration, else the class or the model's own file, calls a special token, by its number in
// [specialNames].
func (b *builder) name(i int) string {
	if raw := b.set.named()[i]; raw != nil {
		return specialToken(raw).Content
	}
	return b.defaults[i]
}

// Numbers in specialNames.
const (
	beginName = iota
	endName
	unknownName
	separatorName
	padName
	className
	maskName
)

// normalizer, splitter and decoder set parts; several are a Sequence of them.
func (b *builder) normalizer(parts ...string) {
	b.parts["normalizer"] = inTurn("normalizers", parts)
}

func (b *builder) splitter(parts ...string) {
	b.parts["pre_tokenizer"] = inTurn("pretokenizers", parts)
}

func (b *builder) decoder(parts ...string) {
	b.parts["decoder"] = inTurn("decoders", parts)
}

// inTurn returns parts as a Sequence; empty ones are left out.
func inTurn(key string, parts []string) string {
	var list []string
	for _, p := range parts {
		if p != "" {
			list = append(list, p)
		}
	}
	if list == nil {
		return ""
	}
	return fmt.Sprintf(`{"type":"Sequence",%q:[%s]}`, key, strings.Join(list, ","))
}

// Parts that several classes share.
const (
	lowered        = `{"type":"Lowercase"}`
	composed       = `{"type":"NFC"}`
	stripRight     = `{"type":"Strip","strip_left":false,"strip_right":true}`
	bytesDecoder   = `{"type":"ByteLevel"}`
	fuse           = `{"type":"Fuse"}`
	fallback       = `{"type":"ByteFallback"}`
	splitOnSpace   = `{"type":"WhitespaceSplit"}`
	stripFirst     = `{"type":"Strip","content":" ","start":1,"stop":0}`
	joinSpaces     = `{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}`
	marksToSpaces  = `{"type":"Replace","pattern":{"String":"▁"},"content":" "}`
	spacesToMarks  = `{"type":"Replace","pattern":{"String":" "},"content":"▁"}`
	quotesOfTeX    = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"``\"},\"content\":\"\\\"\"},{\"type\":\"Replace\",\"pattern\":{\"String\":\"''\"},\"content\":\"\\\"\"}"
	withoutAccents = `{"type":"NFKD"},{"type":"StripAccents"}`
)

// precompiled returns the normalizer by the model's character map, "" without one.
func (b *builder) precompiled() string {
	if b.charsmap == "" {
		return ""
	}
	return `{"type":"Precompiled","precompiled_charsmap":"` + b.charsmap + `"}`
}

// metaspacePart returns a Metaspace as tokenizer.json has it, for splitting or decoding.
func metaspacePart(scheme string, split bool) string {
	return fmt.Sprintf(`{"type":"Metaspace","replacement":"▁","prepend_scheme":%q,"split":%t}`, scheme, split)
}

// byteLevelPart returns a ByteLevel; words: it cuts by GPT-2's pattern itself.
func byteLevelPart(prefixSpace, words bool) string {
	return fmt.Sprintf(`{"type":"ByteLevel","add_prefix_space":%t,"use_regex":%t}`, prefixSpace, words)
}

// scheme is how Metaspace puts a mark in front, where legacy is not said: before every stretch.
func scheme(prefixSpace bool, otherwise string) string {
	if prefixSpace {
		return "always"
	}
	return otherwise
}

// when returns a part if it is wanted, else one that is left out.
func when(wanted bool, part string) string {
	if wanted {
		return part
	}
	return ""
}

// or returns a setting, or what it is where nothing says it.
func or(b *bool, byDefault bool) bool {
	if b == nil {
		return byDefault
	}
	return *b
}

// around sets a format of special tokens around the texts $A and $B. A part may end in a segment, as in "$B:1".
// The tokens are looked up once the tokenizer is made, when added tokens have ids.
func (b *builder) around(single, pair []string) {
	b.post = func(t *Tokenizer) postProcessor {
		return &template{t.templateParts(single), t.templateParts(pair)}
	}
}

// aroundIfNone is around for classes that keep the file's format.
func (b *builder) aroundIfNone(single, pair []string) {
	if raw := b.parts["post_processor"]; raw == "" || raw == "null" {
		b.around(single, pair)
	}
}

// templateParts reads a format such as "[CLS]:0", "$A:0", "[SEP]:0".
func (t *Tokenizer) templateParts(list []string) []templatePart {
	var parts []templatePart
	for _, s := range list {
		// "$B:1" is the second text in segment 1
		name, kind := s, int32(0)
		if n := len(s); n > 2 && s[n-2] == ':' {
			name, kind = s[:n-2], int32(s[n-1]-'0')
		}
		switch name {
		case "$A":
			parts = append(parts, templatePart{text: 0, kind: kind})
		case "$B":
			parts = append(parts, templatePart{text: 1, kind: kind})
		default:
			parts = append(parts, templatePart{text: -1, tokens: []token{{id: t.idOrUnknown(name)}}, kind: kind})
		}
	}
	return parts
}

// idOrUnknown returns a token's id; as in transformers, a name that no token has is the
// unknown token.
func (t *Tokenizer) idOrUnknown(name string) int32 {
	if id, ok := t.ID(name); ok {
		return id
	}
	return max(0, t.specials.Unknown)
}

// beginAndEnd sets the format of classes that have none but the tokens that texts begin and end with, if the
// configuration wants them. Over a tokenizer.json it does not count.
func (b *builder) beginAndEnd() {
	if !b.old || b.post != nil {
		return
	}
	begin, end := b.name(beginName), b.name(endName)
	var single, second []string
	// segments are 0 for the first text and 1 for the second, tokens included
	if begin != "" && or(b.set.AddBegin, false) {
		single, second = append(single, begin+":0"), append(second, begin+":1")
	}
	single, second = append(single, "$A:0"), append(second, "$B:1")
	if end != "" && or(b.set.AddEnd, false) {
		single, second = append(single, end+":0"), append(second, end+":1")
	}
	b.aroundIfNone(single, append(single[:len(single):len(single)], second...))
}
