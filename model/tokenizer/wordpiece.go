package tokenizer

import (
	"errors"
	"unicode/utf8"
)

// wordPiece cuts a word into the longest tokens that the vocabulary has, from left to right (Wu et al. 2016,
// "Google's Neural Machine Translation System", section 4.1, as BERT does it).
type wordPiece struct {
	vocab    *vocab
	unknown  int32 // -1 for none
	prefix   string
	maxChars int // longer words are unknown
	longest  int // length of the longest token in bytes
}

var errNoUnknown = errors.New("a word is not in the vocabulary, which has no unknown token")

// newWordPiece has BERT's values for what the file leaves out: [UNK], ## and 100.
func newWordPiece(f *modelFile, v *vocab) *wordPiece {
	m := &wordPiece{vocab: v, unknown: f.unknown(v, "[UNK]"), prefix: "##", maxChars: 100}
	if f.ContinuingSubwordPrefix != nil {
		m.prefix = *f.ContinuingSubwordPrefix
	}
	if f.MaxInputCharsPerWord != nil {
		m.maxChars = *f.MaxInputCharsPerWord
	}
	// no search need go further
	for _, t := range v.tokens {
		m.longest = max(m.longest, len(t))
	}
	return m
}

// tokenize takes the longest prefix that is in the vocabulary, and again of the
// rest, whose pieces are marked as continuing ("##"). One rest without a piece makes
// the whole word unknown (Devlin et al. 2019; the algorithm is BERT's, greedy and
// not optimal).
func (m *wordPiece) tokenize(dst []piece, word []byte) ([]piece, error) {
	if len(word) > m.maxChars && utf8.RuneCount(word) > m.maxChars {
		return m.unknownWord(dst, word)
	}
	// what is taken back if the word has a part that nothing spells
	known := len(dst)
	prefix, start := "", noBytes
	for lo := 0; lo < len(word); {
		id, hi := m.longestToken(word[lo:], prefix, start)
		if id < 0 {
			return m.unknownWord(dst[:known], word)
		}
		dst = append(dst, piece{id, lo, lo + hi})
		lo += hi
		if prefix == "" {
			prefix, start = m.prefix, hashOf(noBytes, m.prefix)
		}
	}
	return dst, nil
}

// longestToken returns the longest token prefix+rest[:end]; id -1 for none. start is the hash of prefix.
// All ends are tried from the shortest on, with one hash that grows: that is cheaper
// than to hash each prefix from the longest down.
func (m *wordPiece) longestToken(rest []byte, prefix string, start hash) (id int32, end int) {
	id = -1
	h := start
	for i := range min(len(rest), m.longest) {
		h = h.byte(rest[i])
		if i+1 < len(rest) && !utf8.RuneStart(rest[i+1]) {
			continue
		}
		if found, ok := lookup(m.vocab, h, prefix, rest[:i+1]); ok {
			id, end = found, i+1
		}
	}
	return id, end
}

// unknownWord stands for the whole word, whatever of it was found.
func (m *wordPiece) unknownWord(dst []piece, word []byte) ([]piece, error) {
	if m.unknown < 0 {
		return nil, errNoUnknown
	}
	return append(dst, piece{m.unknown, 0, len(word)}), nil
}
