package tokenizer

import (
	"errors"
	"unicode/utf8"
)

// wordPiece cuts a word into the longest tokens that the vocabulary has, from left to right (Wu et al. 2016,
// "Google's Neural Machine Translation System", section 4.1, as BERT does it).
type wordPiece struct {
	ids      map[string]int32
	unknown  int32 // -1 for none
	prefix   string
	maxChars int // longer words are unknown
	longest  int // length of the longest token in bytes
}

var errNoUnknown = errors.New("a word is not in the vocabulary, which has no unknown token")

func newWordPiece(f *modelFile, v *vocab) *wordPiece {
	m := &wordPiece{ids: v.ids, unknown: -1, prefix: "##", maxChars: 100}
	if f.ContinuingSubwordPrefix != nil {
		m.prefix = *f.ContinuingSubwordPrefix
	}
	if f.MaxInputCharsPerWord != nil {
		m.maxChars = *f.MaxInputCharsPerWord
	}
	if id, ok := v.ids[f.unknownToken("[UNK]")]; ok {
		m.unknown = id
	}
	for _, t := range v.tokens {
		m.longest = max(m.longest, len(t))
	}
	return m
}

func (m *wordPiece) tokenize(dst []piece, word []byte) ([]piece, error) {
	if len(word) > m.maxChars && utf8.RuneCount(word) > m.maxChars {
		return m.unknownWord(dst, word)
	}
	var buffer [64]byte
	key := append(buffer[:0], m.prefix...)
	known := len(dst)
	for lo := 0; lo < len(word); {
		hi, id := min(len(word), lo+m.longest), int32(-1)
		for ; hi > lo; hi-- {
			if hi < len(word) && !utf8.RuneStart(word[hi]) {
				continue
			}
			candidate := word[:hi]
			if lo > 0 {
				key = append(key[:len(m.prefix)], word[lo:hi]...)
				candidate = key
			}
			if found, ok := m.ids[string(candidate)]; ok {
				id = found
				break
			}
		}
		if id < 0 {
			return m.unknownWord(dst[:known], word)
		}
		dst = append(dst, piece{id, lo, hi})
		lo = hi
	}
	return dst, nil
}

func (m *wordPiece) unknownWord(dst []piece, word []byte) ([]piece, error) {
	if m.unknown < 0 {
		return nil, errNoUnknown
	}
	return append(dst, piece{m.unknown, 0, len(word)}), nil
}
