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

// A sentencePiece is a SentencePiece model file (.spm, a protocol buffer ModelProto): pieces with scores and rules
// for cleaning text.
type sentencePiece struct {
	pieces *unigram
	rules  spaceRules
}

// Types of pieces in the file.
const (
	normalPiece  = 1
	unknownPiece = 2
	userPiece    = 4
	bytePiece    = 6
)

// readSentencePiece reads a unigram model.
func readSentencePiece(data []byte) (*sentencePiece, error) {
	s := &sentencePiece{rules: spaceRules{front: true, tidy: true, charsmap: &precompiled{}}}
	m := &unigram{vocab: newVocab(len(data) / 32), names: newTrie(len(data) / 8), unknown: -1, single: true}
	lowest := math.Inf(1)
	err := protoFields(data, func(field, _ uint64, data []byte) error {
		switch field {
		case 1:
			return addPiece(m, data, &lowest)
		case 2:
			return checkTrainer(data)
		case 3:
			return s.rules.read(data)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case m.unknown < 0:
		return nil, errors.New("no piece is the unknown one")
	}
	m.unknownScore = float64(float32(lowest) - unknownPenalty)
	s.pieces = m
	return s, nil
}

func addPiece(m *unigram, data []byte, lowest *float64) error {
	name, score, kind := "", float32(0), uint64(normalPiece)
	err := protoFields(data, func(field, number uint64, data []byte) error {
		switch field {
		case 1:
			name = string(data)
		case 2:
			score = math.Float32frombits(uint32(number))
		case 3:
			kind = number
		}
		return nil
	})
	id := int32(len(m.scores))
	m.vocab.add(name, id)
	m.scores = append(m.scores, float64(score))
	switch kind {
	case normalPiece:
		*lowest = min(*lowest, float64(score))
		m.names.add(name, id)
	case unknownPiece:
		m.unknown = id
	case userPiece, bytePiece:
		return fmt.Errorf("piece %q of type %d: user-defined and byte pieces are not supported", name, kind)
	}
	return err
}

func checkTrainer(data []byte) error {
	const unigramModel = 1
	return protoFields(data, func(field, number uint64, _ []byte) error {
		switch {
		case field == 3 && number != unigramModel:
			return fmt.Errorf("model type %d is not supported; supported is 1, unigram", number)
		case field == 24 && number != 0:
			return errors.New("white space as a suffix is not supported")
		}
		return nil
	})
}

// spaceRules is the cleaning of a SentencePiece model: a character map, then white space.
type spaceRules struct {
	charsmap *precompiled
	front    bool // text gets a space in front
	tidy     bool // white space at the ends goes, runs of it become one
	plain    bool // spaces are not written as ▁
}

func (n *spaceRules) read(data []byte) error {
	return protoFields(data, func(field, number uint64, data []byte) (err error) {
		switch field {
		case 2:
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

// normalize gives each character the origin from where it starts in the text to where the next one does, so that
// tokens lie side by side and what was dropped belongs to the one behind it.
func (n *spaceRules) normalize(t *text) {
	old, from := t.restart()
	i := 0
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
	if n.front {
		t.putString(mark, from[i])
	}
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
func protoFields(data []byte, field func(field, number uint64, data []byte) error) error {
	for len(data) > 0 {
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
