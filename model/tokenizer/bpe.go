package tokenizer

import (
	"fmt"
	"math"
	"unicode/utf8"
)

// bpe joins the characters of a word, the pair that was merged first in training first (Sennrich et al. 2016,
// "Neural Machine Translation of Rare Words with Subword Units").
// Ids stand for strings everywhere: a merge is looked up by two ids and gives a third,
// so that no string is built while a word is cut.
type bpe struct {
	vocab   *vocab
	merges  *table      // pair of ids → rank in the upper half, id of the joined token in the lower
	unknown int32       // -1 for none
	silent  bool        // characters that the vocabulary lacks are left out
	bytes   *byteTokens // nil for no fallback to bytes
	prefix  string      // before each character but the first of a word
	suffix  string      // behind the last character of a word
	fuse    bool        // a run of unknown characters is one token
	whole   bool        // a word that is a token is not cut
}

// newBPE reads a vocabulary and merges in their order, which is their rank: the
// earlier a pair of pieces was joined in training, the earlier it is joined again
// (Sennrich et al. 2016).
func newBPE(f *modelFile, v *vocab) (*bpe, error) {
	if f.Dropout != nil && *f.Dropout != 0 {
		return nil, fmt.Errorf("model BPE with dropout %v gives other tokens each time; supported is 0", *f.Dropout)
	}
	m := &bpe{vocab: v, merges: newTable(len(f.merges)), unknown: -1, fuse: f.FuseUnk, whole: f.IgnoreMerges}
	if m.silent = f.UnkToken == nil; !m.silent {
		// without an unknown token, what is unknown is left out
		m.unknown = f.unknown(v, "")
	}
	if f.ByteFallback {
		m.bytes = newByteTokens(v)
	}
	if f.ContinuingSubwordPrefix != nil {
		m.prefix = *f.ContinuingSubwordPrefix
	}
	if f.EndOfWordSuffix != nil {
		m.suffix = *f.EndOfWordSuffix
	}
	for rank, pair := range f.merges {
		if err := m.addMerge(rank, pair); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// addMerge notes a merge. The second of a pair carries the mark of a continuing piece,
// which the joined token has only once, in front.
func (m *bpe) addMerge(rank int, pair [2]string) error {
	a, okA := m.vocab.find(pair[0])
	b, okB := m.vocab.find(pair[1])
	second := pair[1]
	if len(second) >= len(m.prefix) {
		second = second[len(m.prefix):]
	}
	h := hashOf(hashOf(noBytes, pair[0]), second)
	joined, okJoined := lookup(m.vocab, h, pair[0], second)
	if !okA || !okB || !okJoined {
		return fmt.Errorf("model BPE: merge %d of %q and %q is not in the vocabulary", rank, pair[0], pair[1])
	}
	// a pair that is there twice has the later rank, as in a map
	m.merges.set(pairKey(uint32(a), uint32(b)), uint64(rank)<<32|uint64(joined))
	return nil
}

// byteTokens are the ids of the tokens for single bytes, <0x00> to <0xFF>, -1 where one is missing.
type byteTokens [256]int32

// newByteTokens finds the tokens <0x00> to <0xFF>, by which a vocabulary with byte
// fallback spells what it has no piece for.
func newByteTokens(v *vocab) *byteTokens {
	var ids byteTokens
	for b := range ids {
		ids[b] = -1
		if id, ok := v.find(fmt.Sprintf("<0x%02X>", b)); ok {
			ids[b] = id
		}
	}
	return &ids
}

// have reports whether every byte of text has a token.
func (ids *byteTokens) have(text []byte) bool {
	for _, b := range text {
		if ids[b] < 0 {
			return false
		}
	}
	return true
}

// A symbol is a part of a word, in a list linked by position; next is len(list) at the end.
type symbol struct {
	piece
	prev, next int
}

// tokenize begins with single characters and joins the neighbouring pair of the
// lowest rank, the leftmost of equals, until no pair is known.
func (m *bpe) tokenize(dst []piece, word []byte) ([]piece, error) {
	if m.whole {
		if id, ok := lookup(m.vocab, hashOf(noBytes, word), "", word); ok {
			return append(dst, piece{id, 0, len(word)}), nil
		}
	}
	start := len(dst)
	dst, err := m.characters(dst, word)
	if err != nil {
		return nil, err
	}
	return dst[:start+m.join(dst[start:])], nil
}

// characters appends the tokens of the characters of a word.
// What the vocabulary lacks is spelled in bytes if it has them all, else it is unknown.
// An unknown piece is held back, for the next one to be joined to it.
func (m *bpe) characters(dst []piece, word []byte) ([]piece, error) {
	unknown := piece{id: -1} // not appended yet
	flush := func() {
		if unknown.id >= 0 {
			dst = append(dst, unknown)
			unknown.id = -1
		}
	}
	for lo := 0; lo < len(word); {
		_, size := utf8.DecodeRune(word[lo:])
		c := piece{lo: lo, hi: lo + size}
		lo += size
		var ok bool
		if c.id, ok = m.character(word, c); ok {
			flush()
			dst = append(dst, c)
			continue
		}
		if m.bytes != nil && m.bytes.have(word[c.lo:c.hi]) {
			for i := c.lo; i < c.hi; i++ {
				dst = append(dst, piece{m.bytes[word[i]], i, i + 1})
			}
			continue
		}
		switch {
		case m.silent:
		case m.unknown < 0:
			return nil, errNoUnknown
		// a run of unknown characters grows
		case unknown.id >= 0 && m.fuse:
			unknown.hi = c.hi
		default:
			flush()
			unknown = piece{m.unknown, c.lo, c.hi}
		}
	}
	flush()
	return dst, nil
}

// character returns the token of one character of a word.
func (m *bpe) character(word []byte, c piece) (int32, bool) {
	prefix, suffix := m.prefix, m.suffix
	if c.lo == 0 {
		prefix = ""
	}
	if c.hi < len(word) {
		suffix = ""
	}
	text := word[c.lo:c.hi]
	if suffix != "" {
		// a copy: the word's bytes go on behind the character
		text = append(append([]byte{}, text...), suffix...)
	}
	return lookup(m.vocab, hashOf(hashOf(noBytes, prefix), text), prefix, text)
}

// join merges neighbours in list, which shrinks in place, and returns how many tokens are left.
// A heap holds the merges that are possible, so that a word of n characters takes
// n log n steps and not n²: a text without spaces is one word. A merge that has become
// impossible is not looked for in the heap but recognised when it comes up.
func (m *bpe) join(list []piece) int {
	// most words are shorter, and then nothing is allocated
	var symbolMemory [32]symbol
	var queueMemory [32]uint64
	symbols, queue := symbolMemory[:0], queueMemory[:0]
	for i, p := range list {
		symbols = append(symbols, symbol{p, i - 1, i + 1})
	}
	// offer puts the merge of the symbols at i and behind it on the queue: rank, then position.
	offer := func(i int) {
		if rank, _, ok := m.merge(symbols, i); ok {
			queue = push(queue, uint64(rank)<<32|uint64(i))
		}
	}
	for i := range symbols {
		offer(i)
	}
	for len(queue) > 0 {
		var top uint64
		top, queue = pop(queue)
		i := int(uint32(top))
		rank, joined, ok := m.merge(symbols, i)
		if !ok || uint64(rank) != top>>32 {
			continue // one of the two has changed since
		}
		left, right := &symbols[i], &symbols[symbols[i].next]
		left.id, left.hi, left.next = joined, right.hi, right.next
		// so that a merge on the heap that begins here is recognised as stale
		right.id = -1
		if left.next < len(symbols) {
			symbols[left.next].prev = i
		}
		if left.prev >= 0 {
			offer(left.prev)
		}
		offer(i)
	}
	n := 0
	for i := 0; i < len(symbols); i = symbols[i].next {
		// in place: the list that was handed in shrinks
		list[n] = symbols[i].piece
		n++
	}
	return n
}

// merge returns the merge of the symbol at i with the next one, if there is one.
func (m *bpe) merge(symbols []symbol, i int) (rank uint32, joined int32, ok bool) {
	left := &symbols[i]
	if left.id < 0 || left.next >= len(symbols) {
		return 0, 0, false
	}
	v, ok := m.merges.get(pairKey(uint32(left.id), uint32(symbols[left.next].id)))
	return uint32(v >> 32), int32(v & math.MaxUint32), ok
}

// push adds a number to a heap with the smallest on top.
// A number has the rank in its upper half and the position in its lower, so that the
// smallest is the lowest rank and, of equals, the leftmost.
func push(heap []uint64, v uint64) []uint64 {
	heap = append(heap, v)
	i := len(heap) - 1
	for i > 0 && heap[(i-1)/2] > v {
		heap[i] = heap[(i-1)/2]
		i = (i - 1) / 2
	}
	heap[i] = v
	return heap
}

// pop takes the smallest number off a heap.
func pop(heap []uint64) (top uint64, rest []uint64) {
	top, last := heap[0], heap[len(heap)-1]
	heap = heap[:len(heap)-1]
	for i := 0; len(heap) > 0; {
		child := 2*i + 1
		if child+1 < len(heap) && heap[child+1] < heap[child] {
			child++
		}
		if child >= len(heap) || last <= heap[child] {
			heap[i] = last
			break
		}
		heap[i] = heap[child]
		i = child
	}
	return top, heap
}
