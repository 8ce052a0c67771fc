package tokenizer

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// A normalizer rewrites text before it is cut into words.
// It keeps the origin of every byte that it writes: spans are found through all of
// them at once, without a table for each.
type normalizer interface {
	normalize(t *text)
}

// A normalizerFile has the settings of every type of normalizer.
type normalizerFile struct {
	Type               string            `json:"type"`
	CleanText          bool              `json:"clean_text"`
	HandleChineseChars bool              `json:"handle_chinese_chars"`
	StripAccents       *bool             `json:"strip_accents"`
	Lowercase          bool              `json:"lowercase"`
	StripLeft          bool              `json:"strip_left"`
	StripRight         bool              `json:"strip_right"`
	Prepend            string            `json:"prepend"`
	Pattern            patternFile       `json:"pattern"`
	Content            string            `json:"content"`
	Charsmap           []byte            `json:"precompiled_charsmap"` // base64
	Normalizers        []json.RawMessage `json:"normalizers"`
}

// newNormalizer makes the normalizer that the file names, by the types of tokenizers
// 0.23.3.
func newNormalizer(f *normalizerFile) (normalizer, error) {
	switch f.Type {
	case "BertNormalizer":
		return newBERTNormalizer(f), nil
	case "NFC":
		return canonicalComposed, nil
	case "NFD":
		return canonicalForm, nil
	case "NFKC":
		return compatibleComposed, nil
	case "NFKD":
		return compatibleForm, nil
	case "Lowercase":
		return lowercase{}, nil
	case "StripAccents":
		return stripAccents{}, nil
	case "Strip":
		return strip{f.StripLeft, f.StripRight}, nil
	case "Nmt":
		return nmt{}, nil
	case "Prepend":
		return prepend(f.Prepend), nil
	case "Replace":
		p, err := newPattern(&f.Pattern)
		return replace{p, f.Content}, err
	case "Precompiled":
		return newPrecompiled(f.Charsmap)
	case "ByteLevel":
		return byteNormalizer{}, nil
	case "Sequence":
		s, err := sequenceOf(f.Normalizers, newNormalizer)
		return normalizers(s), err
	}
	return nil, unsupported("normalizer", f.Type, "BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, "+
		"Strip, Nmt, Prepend, Replace, Precompiled, ByteLevel, Sequence")
}

// sequenceOf makes each part of a Sequence.
func sequenceOf[F, T any](list []json.RawMessage, make func(*F) (T, error)) ([]T, error) {
	var parts []T
	for i, raw := range list {
		var f F
		if err := json.Unmarshal(raw, &f); err != nil {
			return nil, fmt.Errorf("part %d of a Sequence: %w", i, err)
		}
		p, err := make(&f)
		if err != nil {
			return nil, fmt.Errorf("part %d of a Sequence: %w", i, err)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

type normalizers []normalizer

// normalize does all of them in turn. Spans into the original text are kept through
// each.
func (s normalizers) normalize(t *text) {
	for _, n := range s {
		n.normalize(t)
	}
}

type lowercase struct{}

func (lowercase) normalize(t *text) {
	t.expand(func(t *text, r rune, from origin) {
		// U+0130, İ, becomes two: i and a dot above
		first, second := toLower(r)
		t.put(first, from)
		if second != 0 {
			t.put(second, from)
		}
	})
}

// stripAccents drops marks; it decomposes nothing.
type stripAccents struct{}

// normalize leaves out combining marks; letters with accents of their own have to be
// decomposed (NFD) before.
func (stripAccents) normalize(t *text) {
	t.filter(func(r rune) bool { return r < utf8.RuneSelf || !markRunes.has(r) })
}

// strip drops white space at the ends.
type strip struct{ left, right bool }

func (s strip) normalize(t *text) {
	lo, hi := 0, len(t.bytes)
	if s.left {
		lo = trimRight(t.bytes, lo)
	}
	if s.right && lo < hi {
		hi = trimLeft(t.bytes, hi)
	}
	t.bytes, t.from = t.bytes[lo:hi], t.from[lo:hi]
}

// nmt is the cleaning that SentencePiece's NMT rules begin with.
type nmt struct{}

// normalize does what SentencePiece's nmt rules do beside NFKC: some control
// characters go, others become spaces.
// The characters are those of the reference (unicode.rs), which has them from
// SentencePiece's builder.cc.
func (nmt) normalize(t *text) {
	t.expand(func(t *text, r rune, from origin) {
		switch {
		case r >= 1 && r <= 8, r == 0xb, r >= 0xe && r <= 0x1f, r == 0x7f, r == 0x8f, r == 0x9f:
			return
		case r == '\t', r == '\n', r == '\f', r == '\r', r == 0x1680, r >= 0x200b && r <= 0x200f,
			r == 0x2028, r == 0x2029, r == 0x2581, r == 0xfeff, r == 0xfffd:
			r = ' '
		}
		t.put(r, from)
	})
}

// prepend puts a string before text that is not empty.
// It stands for the first character of the text.
type prepend string

// An empty text stays empty, as in the reference.
func (p prepend) normalize(t *text) {
	if len(t.bytes) == 0 {
		return
	}
	old, from := t.restart()
	t.putString(string(p), from[0])
	t.putText(old, from)
}

// replace puts content in place of each match of a pattern; it stands for the last character of the match.
type replace struct {
	pattern pattern
	content string
}

// A match of nothing, such as ^, has the origin of the character before it.
func (n replace) normalize(t *text) {
	t.exchange(n.pattern.matches(nil, t.bytes, t.budget), func(_ []byte, from []origin, m cut) {
		var at origin
		if m.hi > 0 {
			at = from[m.hi-1]
		}
		t.putString(n.content, at)
	})
}
