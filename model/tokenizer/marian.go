package tokenizer

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// LoadTarget reads the tokenizer for the side that a translation model writes. Only folders of Marian models
// (OPUS-MT) have one of its own; elsewhere it is the one of [Load].
func LoadTarget(folder string) (*Tokenizer, error) {
	return load(folder, true)
}

// loadMarian reads a folder that has no tokenizer.json but two SentencePiece models, which only cut text, and a
// vocabulary of ids for both. Normalization and spans are SentencePiece's.
func loadMarian(folder string, target bool) (*Tokenizer, error) {
	pieces, names := "source.spm", "vocab.json"
	if target {
		pieces = "target.spm"
		if exists(filepath.Join(folder, "target_vocab.json")) {
			names = "target_vocab.json"
		}
	}
	s, m, err := readNumbered(folder, pieces, names)
	if err != nil {
		return nil, err
	}
	t, err := newMarian(s, m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names, err)
	}
	return t, nil
}

// readNumbered reads a SentencePiece model whose pieces have their numbers from a vocabulary in another file.
func readNumbered(folder, pieces, numbers string) (*sentencePiece, *marian, error) {
	data, err := readBounded(folder, pieces)
	if err != nil {
		return nil, nil, err
	}
	vocabulary, err := readBounded(folder, numbers)
	if err != nil {
		return nil, nil, err
	}
	s, err := readSentencePiece(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", pieces, err)
	}
	m, err := newMarianModel(s, string(vocabulary))
	if err != nil {
		return nil, nil, fmt.Errorf("%s, %s: %w", pieces, numbers, err)
	}
	return s, m, nil
}

// Tokens of the text are cut by the SentencePiece model of its side; ids are common to
// both sides or to one, as the folder has it.
func newMarian(s *sentencePiece, m *marian) (*Tokenizer, error) {
	end, ok := m.vocab.find("</s>")
	if !ok {
		return nil, errors.New("no </s>")
	}
	added, err := newAddedTokens(marianSpecials, nil, m.vocab, nil)
	// </s> behind the text or the pair, and nothing before
	closing := templatePart{text: -1, tokens: []token{{id: end}}}
	t := &Tokenizer{
		vocab: m.vocab, added: added, normalizer: &s.rules, model: m, codes: true,
		post: &template{
			single: []templatePart{{text: 0}, closing},
			pair:   []templatePart{{text: 0}, {text: 1}, closing},
		},
		decoder: piecesDecoder{map[string]bool{"</s>": true, "<unk>": true, "<pad>": true}, " "},
	}
	t.specials = t.guessSpecials(&modelFile{})
	return t, err
}

// newMarianModel makes a model of a SentencePiece model and the vocabulary of a vocab.json.
func newMarianModel(s *sentencePiece, vocabulary string) (*marian, error) {
	v, err := parseVocab(vocabulary)
	if err != nil {
		return nil, err
	}
	unknown, ok := v.find("<unk>")
	if !ok {
		return nil, errors.New("no <unk>")
	}
	m := &marian{vocab: v, unknown: unknown}
	// names are the pieces' own, by the ids that cutting gives
	names, pieces, err := s.cutter()
	if err != nil {
		return nil, err
	}
	m.pieces = pieces
	for _, name := range names.tokens {
		m.ids = append(m.ids, m.id([]byte(name)))
	}
	for i, p := range s.pieces {
		if p.kind == unknownPiece {
			m.ids[i] = -1
		}
	}
	return m, nil
}

// parseVocab reads a vocab.json.
func parseVocab(file string) (*vocab, error) {
	if !utf8.ValidString(file) {
		return nil, errors.New("not UTF-8")
	}
	r := &reader{src: file}
	v := readVocab(r)
	r.end()
	return v, r.err
}

const marianSpecials = `[{"content":"</s>","special":true},{"content":"<unk>","special":true},` +
	`{"content":"<pad>","special":true}]`

// marian cuts words by one vocabulary and numbers the pieces by another.
// transformers looks the string of each piece up in vocab.json, and for the unknown
// piece the text that it stands for; here all but the latter is done once.
type marian struct {
	pieces  model
	ids     []int32 // by the id of a piece; -1 for the unknown one, whose text the vocabulary may have
	vocab   *vocab
	unknown int32
}

// id returns the id of a name, that of <unk> where the vocabulary lacks it.
func (m *marian) id(name []byte) int32 {
	if id, ok := lookup(m.vocab, hashOf(noBytes, name), "", name); ok {
		return id
	}
	return m.unknown
}

// tokenize gives the pieces of the one vocabulary their ids in the other.
func (m *marian) tokenize(dst []piece, word []byte) ([]piece, error) {
	start := len(dst)
	dst, err := m.pieces.tokenize(dst, word)
	for i := start; i < len(dst); i++ {
		p := &dst[i]
		if p.id = m.ids[p.id]; p.id < 0 {
			p.id = m.id(word[p.lo:p.hi])
		}
	}
	return dst, err
}

// languageCode returns the length of the >>code<< that s starts with, 0 for none. Models for many languages take
// the one to translate to from there.
func languageCode(s string) int {
	if !strings.HasPrefix(s, ">>") {
		return 0
	}
	end := strings.Index(s, "<<")
	if end < 0 {
		return 0
	}
	return end + len("<<")
}

// piecesDecoder joins pieces; special tokens stand as they are, with something behind them.
// It is SentencePiece's decoding by transformers, token by token: special tokens part
// the text into stretches that are each decoded alone.
type piecesDecoder struct {
	special map[string]bool
	behind  string
}

// decode writes marks as spaces, but for one at the start of a stretch.
func (d piecesDecoder) decode(tokens []string, _ *int) []string {
	var b strings.Builder
	start := true // of the text or behind a special token, where the first space is not the text's
	for _, s := range tokens {
		if d.special[s] {
			b.WriteString(s + d.behind)
			start = true
			continue
		}
		if start {
			s = strings.TrimPrefix(s, "▁")
		}
		start = start && s == ""
		b.WriteString(strings.ReplaceAll(s, "▁", " "))
	}
	return []string{strings.TrimFunc(b.String(), isSpace)}
}
