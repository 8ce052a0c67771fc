package tokenizer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// A sentencePiece is a SentencePiece model file (.spm, .model; a protocol buffer ModelProto): pieces with scores, how
// they are put together, and rules for cleaning text.
// The format is sentencepiece_model.proto of SentencePiece; its numbers of fields stand
// in the readers below.
type sentencePiece struct {
	pieces []pieceFile
	// merges is TrainerSpec's model_type BPE, else unigram.
	merges       bool // pieces are merged pair by pair; else the best of all ways is taken
	byteFallback bool
	suffix       bool  // white space stands at the end of words
	begin, end   int32 // ids, negative for none
	unknown      int32
	beginName    string
	endName      string
	unknownName  string
	rules        spaceRules
	// charsmap is the compiled map as it stands in the file.
	charsmap []byte
}

// A pieceFile is a piece of a model.
type pieceFile struct {
	name  string
	score float32
	kind  uint64
}

// Types of pieces in the file.
const (
	normalPiece  = 1
	unknownPiece = 2
	controlPiece = 3
	userPiece    = 4
	bytePiece    = 6
)

// readSentencePiece reads a model.
func readSentencePiece(data []byte) (*sentencePiece, error) {
	s := &sentencePiece{
		// the defaults of the protocol buffer, for fields that a file leaves out
		begin: 1, end: 2, beginName: "<s>", endName: "</s>", unknownName: "<unk>",
		rules: spaceRules{front: true, tidy: true, charsmap: &precompiled{}},
	}
	err := protoFields(data, func(field, _ uint64, data []byte) error {
		switch field {
		case 1:
			return s.addPiece(data)
		case 2:
			return s.readTrainer(data)
		case 3:
			return s.readRules(data)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(s.pieces) == 0:
		return nil, errors.New("no piece of a SentencePiece model is in it")
	}
	return s, nil
}

// addPiece reads a SentencePiece: 1 piece, 2 score, 3 type.
func (s *sentencePiece) addPiece(data []byte) error {
	p := pieceFile{kind: normalPiece}
	err := protoFields(data, func(field, number uint64, data []byte) error {
		switch field {
		case 1:
			p.name = string(data)
		case 2:
			p.score = math.Float32frombits(uint32(number))
		case 3:
			p.kind = number
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case !utf8.ValidString(p.name):
		return fmt.Errorf("piece %d, %q, is not UTF-8", len(s.pieces), p.name)
	// NaN is not equal to itself
	case p.score != p.score:
		return fmt.Errorf("piece %d, %q, has no number for a score", len(s.pieces), p.name)
	}
	s.pieces = append(s.pieces, p)
	return nil
}

// readTrainer reads the TrainerSpec: 3 model_type, 24 treat_whitespace_as_suffix, 35
// byte_fallback, 40 to 42 the ids and 45 to 47 the names of unk, bos and eos.
func (s *sentencePiece) readTrainer(data []byte) error {
	const unigramModel, mergesModel = 1, 2
	return protoFields(data, func(field, number uint64, data []byte) error {
		switch field {
		case 3:
			if number != unigramModel && number != mergesModel {
				return fmt.Errorf("model type %d is not supported; supported are 1, unigram, and 2, BPE", number)
			}
			s.merges = number == mergesModel
		case 24:
			s.suffix = number != 0
		case 35:
			s.byteFallback = number != 0
		case 40:
			s.unknown = int32(number)
		case 41:
			s.begin = int32(number)
		case 42:
			s.end = int32(number)
		case 45:
			s.unknownName = string(data)
		case 46:
			s.beginName = string(data)
		case 47:
			s.endName = string(data)
		}
		return nil
	})
}

// readRules reads the NormalizerSpec: 2 precompiled_charsmap, 3 add_dummy_prefix, 4
// remove_extra_whitespaces, 5 escape_whitespaces.
func (s *sentencePiece) readRules(data []byte) error {
	n := &s.rules
	return protoFields(data, func(field, number uint64, data []byte) (err error) {
		switch field {
		case 2:
			s.charsmap = data
			n.charsmap, err = newPrecompiled(data)
		case 3:
			n.front = number != 0
		case 4:
			n.tidy = number != 0
		case 5:
			n.plain = number == 0
		}
		return err
	})
}

// cutter returns what cuts text as SentencePiece itself does.
// It is for models whose ids come from another file; those of classes go by way of a
// vocabulary like that of a tokenizer.json.
func (s *sentencePiece) cutter() (*vocab, model, error) {
	if s.suffix {
		return nil, nil, errors.New("white space as a suffix is not supported")
	}
	v := newVocab(len(s.pieces))
	unknown := int32(-1)
	for i, p := range s.pieces {
		v.add(p.name, int32(i))
		switch p.kind {
		case unknownPiece:
			unknown = int32(i)
		// only vocabularies of other families have those
		case userPiece, bytePiece:
			return nil, nil, fmt.Errorf("piece %q of type %d: user-defined and byte pieces are not supported", p.name, p.kind)
		}
	}
	if unknown < 0 {
		return nil, nil, errors.New("no piece is the unknown one")
	}
	if s.merges {
		merges, err := s.scoredMerges(s.names())
		if err != nil {
			return nil, nil, err
		}
		m, err := newBPE(&modelFile{UnkToken: &s.pieces[unknown].name, FuseUnk: true, merges: merges}, v)
		return v, m, err
	}
	// single: scores are summed in 32 bits
	m := &unigram{vocab: v, names: newTrie(len(s.pieces) * 4), unknown: unknown, single: true}
	lowest := math.Inf(1)
	for i, p := range s.pieces {
		m.scores = append(m.scores, float64(p.score))
		if p.kind == normalPiece {
			lowest = min(lowest, float64(p.score))
			m.names.add(p.name, int32(i))
		}
	}
	// in 32 bits, as SentencePiece computes it
	m.unknownScore = float64(float32(lowest) - unknownPenalty)
	return v, m, nil
}

// spaceRules is the cleaning of a SentencePiece model: a character map, then white space.
// It is normalizer.cc of SentencePiece, in one pass, since it may drop white space that
// the character map has made.
type spaceRules struct {
	charsmap *precompiled
	front    bool // text gets a space in front
	tidy     bool // white space at the ends goes, runs of it become one
	plain    bool // spaces are not written as ▁
}

// normalize gives each character the origin from where it starts in the text to where the next one does, so that
// tokens lie side by side and what was dropped belongs to the one behind it.
func (n *spaceRules) normalize(t *text) {
	old, from := t.restart()
	i := 0
	// white space in front goes, whatever it was before the map
	for n.tidy && i < len(old) {
		s, size := n.next(old[i:])
		if s != " " {
			break
		}
		i += size
	}
	if i == len(old) {
		return
	}
	end := from[len(from)-1].end
	mark := "▁"
	if n.plain {
		mark = " "
	}
	// the space in front of the text stands for its first character
	if n.front {
		t.putString(mark, from[i])
	}
	// spaced: white space was written last, so that more of it goes
	for spaced := n.tidy; i < len(old); {
		s, size := n.next(old[i:])
		if spaced {
			s = strings.TrimLeft(s, " ")
		}
		if s != "" {
			t.putString(strings.ReplaceAll(s, " ", mark), from[i])
			spaced = n.tidy && strings.HasSuffix(s, " ")
		}
		i += size
	}
	// what stood last was white space, whose end is then that of the text before
	for n.tidy && bytes.HasSuffix(t.bytes, []byte(mark)) {
		t.bytes = t.bytes[:len(t.bytes)-len(mark)]
		end = t.from[len(t.bytes)].start
		t.from = t.from[:len(t.bytes)]
	}
	t.touch(end)
}

// next returns what the text that b starts with becomes, and the length of that text.
func (n *spaceRules) next(b []byte) (string, int) {
	if s, size := n.charsmap.longest(b); size > 0 {
		return s, size
	}
	_, size := utf8.DecodeRune(b)
	return string(b[:size]), size
}

// touch makes each character end where the next one starts, and the last at end.
// Characters that one came of share a start, so that the end goes by it too.
func (t *text) touch(end int32) {
	for hi := len(t.bytes); hi > 0; {
		_, size := utf8.DecodeLastRune(t.bytes[:hi])
		start := t.from[hi-size].start
		for i := hi - size; i < hi; i++ {
			t.from[i].end = end
		}
		end = start
		hi -= size
	}
}

// protoFields calls field for each field of a protocol buffer message, with its number (a float as its bits) or bytes.
// Wire types are 0 for varints, 1 and 5 for 8 and 4 bytes, 2 for bytes with their
// length in front. Every length is checked against what is left.
func protoFields(data []byte, field func(field, number uint64, data []byte) error) error {
	for len(data) > 0 {
		// the number of the field, and in the lowest three bits its wire type
		key, n := binary.Uvarint(data)
		if n <= 0 {
			return errCutShort
		}
		data = data[n:]
		var number uint64
		var content []byte
		switch key & 7 {
		case 0:
			number, n = binary.Uvarint(data)
		case 1:
			n = 8
		case 2:
			var size uint64
			size, n = binary.Uvarint(data)
			if n <= 0 || size > uint64(len(data)-n) {
				return errCutShort
			}
			content = data[n : n+int(size)]
			n += int(size)
		case 5:
			if n = 4; len(data) >= n {
				number = uint64(binary.LittleEndian.Uint32(data))
			}
		default:
			return fmt.Errorf("unknown wire type %d", key&7)
		}
		if n <= 0 || n > len(data) {
			return errCutShort
		}
		data = data[n:]
		if err := field(key>>3, number, content); err != nil {
			return err
		}
	}
	return nil
}

var errCutShort = errors.New("message is cut short")
