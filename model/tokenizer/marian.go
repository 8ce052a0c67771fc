package tokenizer

import (
	"errors"
	"fmt"
	"os"
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
	model, err := os.ReadFile(filepath.Join(folder, pieces))
	if err != nil {
		return nil, err
	}
	vocabulary, err := os.ReadFile(filepath.Join(folder, names))
	if err != nil {
		return nil, err
	}
	s, err := readSentencePiece(model)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pieces, err)
	}
	t, err := newMarian(s, string(vocabulary))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names, err)
	}
	return t, nil
}

func newMarian(s *sentencePiece, vocabulary string) (*Tokenizer, error) {
	if !utf8.ValidString(vocabulary) {
		return nil, errors.New("not UTF-8")
	}
	r := &reader{src: vocabulary}
	v := readVocab(r)
	r.end()
	if r.err != nil {
		return nil, r.err
	}
	end, okEnd := v.find("</s>")
	unknown, okUnknown := v.find("<unk>")
	if !okEnd || !okUnknown {
		return nil, errors.New("no </s> or <unk>")
	}
	m := &marian{pieces: s.pieces, vocab: v, unknown: unknown, ids: make([]int32, len(s.pieces.vocab.tokens))}
	for i, name := range s.pieces.vocab.tokens {
		m.ids[i] = m.id([]byte(name))
	}
	added, err := newAddedTokens(marianSpecials, nil, v, nil)
	closing := templatePart{text: -1, tokens: []token{{id: end}}}
	t := &Tokenizer{
		vocab: v, added: added, normalizer: &s.rules, model: m, codes: true,
		post: &template{
			single: []templatePart{{text: 0}, closing},
			pair:   []templatePart{{text: 0}, {text: 1}, closing},
		},
		decoder: marianDecoder{},
	}
	t.specials = t.guessSpecials(&modelFile{})
	return t, err
}

const marianSpecials = `[{"content":"</s>","special":true},{"content":"<unk>","special":true},` +
	`{"content":"<pad>","special":true}]`

// marian cuts words by one vocabulary and numbers the pieces by another.
type marian struct {
	pieces  *unigram
	ids     []int32 // by the id of a piece
	vocab   *vocab
	unknown int32
}

func (m *marian) id(name []byte) int32 {
	if id, ok := lookup(m.vocab, hashOf(noBytes, name), "", name); ok {
		return id
	}
	return m.unknown
}

func (m *marian) tokenize(dst []piece, word []byte) ([]piece, error) {
	start := len(dst)
	dst, err := m.pieces.tokenize(dst, word)
	for i := start; i < len(dst); i++ {
		p := &dst[i]
		if p.id == m.pieces.unknown {
			p.id = m.id(word[p.lo:p.hi]) // the other side's vocabulary may have it
		} else {
			p.id = m.ids[p.id]
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

// marianDecoder joins pieces; special tokens have a space behind them.
type marianDecoder struct{}

func (marianDecoder) decode(tokens []string, _ *int) []string {
	var b strings.Builder
	start := true // of the text or behind a special token, where the first space is not the text's
	for _, s := range tokens {
		switch s {
		case "</s>", "<unk>", "<pad>":
			b.WriteString(s + " ")
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
