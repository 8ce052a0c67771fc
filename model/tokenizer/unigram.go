package tokenizer

import (
	"fmt"
	"math"
	"unicode/utf8"
)

// unigram cuts a word into the tokens whose scores, log-probabilities, have the greatest sum (Kudo 2018, "Subword
// Regularization").
type unigram struct {
	vocab        *vocab
	scores       []float64 // by id
	names        *trie
	unknown      int32 // -1 for none
	unknownScore float64
	bytes        *byteTokens // nil for no fallback to bytes
	single       bool        // sums are rounded to 32 bits, as SentencePiece's are
}

// unknownPenalty is how far below the worst token an unknown character scores.
// The value is SentencePiece's (kUnkPenalty).
const unknownPenalty = 10

// newUnigram reads pieces with their log-probabilities. A character that no piece
// has scores far below the worst of them, so that it is unknown only where there is
// no other way.
func newUnigram(f *modelFile, v *vocab) (*unigram, error) {
	m := &unigram{vocab: v, scores: f.scores, names: newTrie(2 * len(f.scores)), unknown: -1, unknownScore: math.Inf(1)}
	if f.UnkID != nil {
		if *f.UnkID < 0 || *f.UnkID >= len(f.scores) {
			return nil, fmt.Errorf("model Unigram: unk_id %d is not in the vocabulary", *f.UnkID)
		}
		m.unknown = int32(*f.UnkID)
	}
	for id, score := range f.scores {
		m.names.add(v.tokens[id], int32(id))
		m.unknownScore = min(m.unknownScore, score)
	}
	m.unknownScore -= unknownPenalty
	if f.ByteFallback {
		m.bytes = newByteTokens(v)
	}
	return m, nil
}

// A step is the last token of the best way to a place in a word.
// Of a word of n bytes there are n+1, of which those inside of a character stay empty.
type step struct {
	id    int32
	start int32 // -1 where no way leads yet
	score float64
}

// tokenize finds the pieces with the largest sum of log-probabilities by dynamic
// programming over the positions of the word (Kudo 2018; Viterbi).
func (m *unigram) tokenize(dst []piece, word []byte) ([]piece, error) {
	var memory [128]step
	steps := append(memory[:0], make([]step, len(word)+1)...)
	if err := m.search(steps, word); err != nil {
		return nil, err
	}
	first := len(dst)
	// from the end back to the start, which is the wrong way round
	for hi := len(word); hi > 0; {
		s := steps[hi]
		lo := int(s.start)
		if last := len(dst) - 1; s.id == m.unknown && last >= first && dst[last].id == m.unknown {
			dst[last].lo = lo // a run of unknown characters is one token
		} else {
			dst = append(dst, piece{s.id, lo, hi})
		}
		hi = lo
	}
	for i, j := first, len(dst)-1; i < j; i, j = i+1, j-1 {
		dst[i], dst[j] = dst[j], dst[i]
	}
	if m.bytes == nil {
		return dst, nil
	}
	return m.spellUnknown(dst, first, word), nil
}

// search fills in the best step to each place of word.
// Places are taken from left to right: when one is reached, the best way to it is known.
// An unknown character is a way only where it is no token itself.
func (m *unigram) search(steps []step, word []byte) error {
	for i := range steps {
		steps[i].start = -1
	}
	for lo := 0; lo < len(word); {
		_, size := utf8.DecodeRune(word[lo:])
		alone := false // whether the character by itself is a token
		node := uint32(0)
		for hi := lo; hi < len(word); {
			next, ok := m.names.step(node, word[hi])
			if !ok {
				break
			}
			node = next
			hi++
			id := m.names.values[node]
			if id < 0 {
				continue
			}
			steps[hi].improve(step{id, int32(lo), m.sum(steps[lo].score, m.scores[id])})
			alone = alone || hi-lo == size
		}
		if !alone && steps[lo+size].improve(step{m.unknown, int32(lo), m.sum(steps[lo].score, m.unknownScore)}) && m.unknown < 0 {
			return errNoUnknown
		}
		lo += size
	}
	return nil
}

// Rounding decides between ways of almost the same score, and so must be the same.
func (m *unigram) sum(a, b float64) float64 {
	if m.single {
		return float64(float32(a + b))
	}
	return a + b
}

// improve replaces s by a better step and reports whether it was one.
// Of equals the first stays, which is the one with the longer last token.
func (s *step) improve(by step) bool {
	if s.start >= 0 && by.score <= s.score {
		return false
	}
	*s = by
	return true
}

// spellUnknown writes each unknown token as the tokens of its bytes, all of which stand for the whole of it.
func (m *unigram) spellUnknown(list []piece, first int, word []byte) []piece {
	tokens := append([]piece(nil), list[first:]...)
	list = list[:first]
	for _, p := range tokens {
		spelled := word[p.lo:p.hi]
		// one that the text itself spells "<unk>" stays
		if p.id != m.unknown || !m.bytes.have(spelled) || string(spelled) == m.vocab.tokens[m.unknown] {
			list = append(list, p)
			continue
		}
		for _, b := range spelled {
			list = append(list, piece{m.bytes[b], p.lo, p.hi})
		}
	}
	return list
}
