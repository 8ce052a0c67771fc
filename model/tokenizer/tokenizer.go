// Package tokenizer turns text into the token ids of a language model and back. It reads the tokenizer.json of a
// Hugging Face checkpoint, or the vocabularies that there were before it, and gives the same ids and the same offsets as
// the Python package tokenizers and transformers, which makes one of them; offsets are in bytes of the caller's text, not
// in characters.
//
// Truncation and padding set in the file are ignored: nothing is cut silently, and batches need no padding.
// Text that is not valid UTF-8 is accepted, each bad byte read as U+FFFD with a span of that one byte.
// One thing differs from the reference: where a vocabulary leaves characters out without a word, the spans behind them
// are right here and shifted there.
package tokenizer

import (
	"fmt"
)

// maxText bounds a text: this many bytes take seconds, make millions of tokens, and no model reads them all.
const maxText = 16 << 20

// A Span is a range of bytes of a text: from Start up to, not including, End.
type Span struct{ Start, End int }

// An Encoding is a text as tokens. Its slices are of one length, an entry a token.
type Encoding struct {
	IDs     []int32 // rows of the model's embedding table
	Spans   []Span  // bytes of the text a token stands for; empty for tokens that the model's format adds
	Types   []int32 // segment ids (BERT's token types)
	Texts   []uint8 // the text that Spans refer to: 0 the first, 1 the second of a pair
	Special []bool  // whether the model's format added the token ([CLS], </s>, …); false where the text itself spells it
	Words   []int32 // which word of its text a token is of, as the tokenizer cuts words; -1 for tokens that the format adds
}

// A Tokenizer turns text into token ids. It does not change once loaded and may be used by several goroutines at once.
// A text goes through the parts in this order: added tokens are cut out, the rest is
// normalized, cut into words, and the words into tokens; then the format is put around.
type Tokenizer struct {
	vocab      *vocab
	added      addedTokens
	normalizer normalizer   // nil for none
	splitter   preTokenizer // nil for none
	model      model
	post       postProcessor // nil for none
	decoder    decoder       // nil for none
	specials   Specials
	codes      bool // a stretch of text may start with a >>language<<
}

// A model cuts a word, one piece of pre-tokenized text, into tokens.
type model interface {
	// tokenize appends the tokens of word to dst.
	tokenize(dst []piece, word []byte) ([]piece, error)
}

// A piece is a token of a word, with its range of the word's bytes.
type piece struct {
	id     int32
	lo, hi int
}

// A token is a token of a text.
type token struct {
	id   int32
	span Span
	word int32 // number of the word that it is of
	// text is what an added token matched where that may differ from its name, white space around it included.
	text string
}

// Encode returns the tokens of text with those that the model's format adds around them. The error says
// what the vocabulary lacks when text has something that it can neither spell nor call unknown, or that text is longer
// than 16 MiB, which is more than a call that nothing can end should take.
func (t *Tokenizer) Encode(text string) (*Encoding, error) {
	tokens, err := t.tokens(text)
	if err != nil {
		return nil, err
	}
	return t.assemble(sequence{tokens: tokens, origin: text})
}

// EncodePair returns the tokens of two texts as one input: question and context, premise and hypothesis. It
// fails like [Tokenizer.Encode], and for a model whose format has no place for a second text.
func (t *Tokenizer) EncodePair(first, second string) (*Encoding, error) {
	a, err := t.tokens(first)
	if err != nil {
		return nil, err
	}
	b, err := t.tokens(second)
	if err != nil {
		return nil, err
	}
	return t.assemble(sequence{tokens: a, origin: first}, sequence{tokens: b, origin: second, second: true, part: 1, kind: 1})
}

// tokens returns the tokens of s without any that the model's format adds.
// Added tokens are looked for twice, in the text as it is and, where they say so, in
// each stretch between once it is normalized.
func (t *Tokenizer) tokens(s string) ([]token, error) {
	if len(s) > maxText {
		return nil, fmt.Errorf("tokenizer: text of %.1f MiB is longer than %d: cut it in several", float64(len(s))/(1<<20), maxText>>20)
	}
	budget := newBudget(len(s))
	e := encoder{Tokenizer: t, out: make([]token, 0, len(s)/4+4)}
	for _, m := range find(&t.added.verbatim, s) {
		if m.id >= 0 {
			e.out = append(e.out, token{m.id, Span{m.lo, m.hi}, e.nextWord(), s[m.lo:m.hi]})
			continue
		}
		if t.codes {
			m.lo += e.language(s[m.lo:m.hi], m.lo)
		}
		x := newText(s[m.lo:m.hi], m.lo, budget)
		if t.normalizer != nil {
			t.normalizer.normalize(&x)
		}
		if err := e.normalized(x); err != nil {
			return nil, err
		}
	}
	return e.out, nil
}

// An encoder holds what encoding one text needs.
type encoder struct {
	*Tokenizer
	out   []token
	parts []piece
	count int32 // of words so far
}

// nextWord returns the number of the next word.
func (e *encoder) nextWord() int32 {
	e.count++
	return e.count - 1
}

// language adds the token of the language code that s starts with, and returns its length.
func (e *encoder) language(s string, offset int) int {
	n := languageCode(s)
	if n > 0 {
		id, ok := e.ID(s[:n])
		if !ok {
			id = e.specials.Unknown
		}
		e.out = append(e.out, token{id: id, span: Span{offset, offset + n}, word: e.nextWord()})
	}
	return n
}

// normalized adds the tokens of a normalized stretch of text.
func (e *encoder) normalized(x text) error {
	if err := x.err(); err != nil {
		return fmt.Errorf("tokenizer: %w", err)
	}
	for _, m := range find(&e.added.normalized, x.bytes) {
		if m.id >= 0 {
			e.out = append(e.out, token{m.id, x.span(m.lo, m.hi), e.nextWord(), string(x.bytes[m.lo:m.hi])})
			continue
		}
		// of the whole stretch no copy is made
		p := pieces{text: x, cuts: []cut{{0, m.hi - m.lo}}}
		if m.hi-m.lo < len(x.bytes) {
			p.text = x.part(m.lo, m.hi)
		}
		if e.splitter != nil {
			e.splitter.split(&p)
		}
		if err := e.words(&p); err != nil {
			return fmt.Errorf("tokenizer: %w", err)
		}
	}
	return nil
}

// words adds the tokens of each piece of p.
// e.parts is reused for each word.
func (e *encoder) words(p *pieces) error {
	if err := p.err(); err != nil {
		return err
	}
	for _, c := range p.cuts {
		var err error
		if e.parts, err = e.model.tokenize(e.parts[:0], p.bytes[c.lo:c.hi]); err != nil {
			return err
		}
		word := e.nextWord()
		for _, q := range e.parts {
			e.out = append(e.out, token{id: q.id, span: p.span(c.lo+q.lo, c.lo+q.hi), word: word})
		}
	}
	return nil
}

// Size returns one more than the largest token id: the number of rows that a table over all tokens needs.
func (t *Tokenizer) Size() int {
	size := len(t.vocab.tokens)
	for id := range t.added.byID {
		size = max(size, int(id)+1)
	}
	return size
}

// Token returns the token of an id as the vocabulary spells it ("##ing", "Ġthe", "▁of"), or "" if there is none.
func (t *Tokenizer) Token(id int32) string {
	if a := t.added.byID[id]; a != nil {
		return a.Content
	}
	if id < 0 || int(id) >= len(t.vocab.tokens) {
		return ""
	}
	return t.vocab.tokens[id]
}

// ID returns the id of a token as the vocabulary spells it, and whether there is one.
func (t *Tokenizer) ID(token string) (int32, bool) {
	if id, ok := t.added.ids[token]; ok {
		return id, true
	}
	return t.vocab.find(token)
}

// WordPrefix returns what the vocabulary spells before tokens that continue a word ("##"), or "" for a tokenizer
// that marks none.
func (t *Tokenizer) WordPrefix() string {
	switch m := t.model.(type) {
	case *wordPiece:
		return m.prefix
	case *bpe:
		return m.prefix
	}
	return ""
}
