package tokenizer

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// readTweets makes a tokenizer of BERTweet's kind, and PhoBERT's: bpe.codes has the pairs that are joined, with how
// often each stood in what the model learnt from, and vocab.txt the tokens, with the same. Those that do not end a word
// end in @@.
// No tokenizer.json is made of it: transformers has these classes in Python only.
func readTweets(folder string, b *builder) (*Tokenizer, error) {
	m := &tweetModel{vocab: newVocab(1 << 16)}
	// the four have the first ids, whatever vocab.txt says
	for i, name := range []int{beginName, padName, endName, unknownName} {
		m.vocab.add(b.name(name), int32(i))
	}
	// its number in the list above
	m.unknown = 3
	err := lines(folder, "vocab.txt", func(_ int, s string) error {
		s = strings.TrimFunc(s, isPythonSpace)
		// a token may have spaces in it; the number has none
		i := strings.LastIndexByte(s, ' ')
		if i < 0 {
			return fmt.Errorf("%.40q is not a token and a number", s)
		}
		m.vocab.add(s[:i], int32(m.vocab.count))
		return nil
	})
	if err == nil {
		m.pieces, err = readCodes(folder)
	}
	if err != nil {
		return nil, err
	}
	t := &Tokenizer{vocab: m.vocab, model: m, decoder: tweetDecoder{}}
	t.splitter = splitAt{pattern: tweetWords{}, invert: true}
	// BERTweet's; PhoBERT has none
	if or(b.set.Normalization, false) {
		if t.normalizer, err = newTweetRules(); err != nil {
			return nil, err
		}
	}
	b.twoSeparators(nil)
	// classes in Python look for added tokens in the text as it is
	return t, t.finish(b, nil)
}

// readCodes reads pairs, the most frequent first. A line without an end is not read, as elsewhere.
// A piece at the end of a word has </w> behind it there, and @@ marks all others in the
// vocabulary.
func readCodes(folder string) (*bpe, error) {
	v, unknown := newVocab(1<<16), ""
	add := func(s string) {
		if _, ok := v.find(s); !ok {
			v.add(s, int32(v.count))
		}
	}
	add(unknown)
	f := &modelFile{UnkToken: &unknown}
	suffix := "</w>"
	f.EndOfWordSuffix = &suffix
	err := lines(folder, "bpe.codes", func(_ int, s string) error {
		// two pieces and how often they stood side by side
		words := strings.FieldsFunc(s, isPythonSpace)
		if len(words) != 3 {
			return fmt.Errorf("%.40q is not two tokens and a number", s)
		}
		pair := [2]string(words[:2])
		add(pair[0])
		add(pair[1])
		add(pair[0] + pair[1])
		f.merges = append(f.merges, pair)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newBPE(f, v)
}

// tweetModel cuts words by one list of tokens and numbers them, with their marks, by another.
type tweetModel struct {
	pieces  *bpe
	vocab   *vocab
	unknown int32
}

// tokenize marks each piece but the last of a word with @@ and looks that up.
func (m *tweetModel) tokenize(dst []piece, word []byte) ([]piece, error) {
	start := len(dst)
	dst, err := m.pieces.tokenize(dst, word)
	for i := start; i < len(dst); i++ {
		p := &dst[i]
		name := string(word[p.lo:p.hi])
		if p.hi < len(word) {
			name += "@@"
		}
		var ok bool
		if p.id, ok = m.vocab.find(name); !ok {
			p.id = m.unknown
		}
	}
	return dst, err
}

// tweetWords matches what stands between white space, with the line end behind it.
// It is \S+\n? of the reference, with Python's white space.
type tweetWords struct{}

func (tweetWords) matches(dst []cut, b []byte, _ *int) []cut {
	open := false
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch space := isPythonSpace(r); {
		// a newline belongs to the word before it
		case !space && open, r == '\n' && open:
			dst[len(dst)-1].hi = i + size
			open = !space
		case !space:
			dst = append(dst, cut{i, i + size})
			open = true
		default:
			open = false
		}
		i += size
	}
	return dst
}

// isPythonSpace tells white space as Python sees it, separators of files and records included.
func isPythonSpace(r rune) bool { return r >= 0x1c && r <= 0x1f || isSpace(r) }

// tweetDecoder joins tokens that are marked as parts, and puts spaces between the others.
type tweetDecoder struct{}

func (tweetDecoder) decode(tokens []string, _ *int) []string {
	// as transformers does, so that a text's own "@@ " is lost as well
	s := strings.ReplaceAll(strings.Join(tokens, " "), "@@ ", "")
	return []string{strings.TrimFunc(s, isPythonSpace)}
}

// readManyLanguages makes a tokenizer of M2M100's kind: a SentencePiece model cuts text, and a vocab.json numbers the
// pieces. Tokens of languages come behind them.
func readManyLanguages(folder, pieces string, b *builder) (*Tokenizer, error) {
	s, m, err := readNumbered(folder, pieces, "vocab.json")
	if err != nil {
		return nil, err
	}
	// tokens of languages have ids, but a text that spells one does not mean it
	for _, code := range b.languageCodes() {
		b.unseen = append(b.unseen, "__"+code+"__")
	}
	t := &Tokenizer{vocab: m.vocab, normalizer: &s.rules, model: m}
	// the language of what is read stands before every text
	end, language := b.name(endName), "__"+b.language("en")+"__"
	b.around([]string{language, "$A", end}, []string{language, "$A", "$B", end})
	err = t.finish(b, nil)
	if _, ok := t.ID(language); err == nil && !ok {
		err = errors.New("tokenizer_config.json: src_lang is none of the model's languages")
	}
	special := map[string]bool{}
	for name, id := range t.added.ids {
		special[name] = t.IsSpecial(id)
	}
	t.decoder = piecesDecoder{special, ""}
	return t, err
}

// languageCodes returns the languages of M2M100, or of the models for the shared task of WMT 2021, in the order of
// their tokens.
func (b *builder) languageCodes() []string {
	if b.set.Codes == "wmt21" {
		return strings.Fields("en ha is ja cs ru zh de")
	}
	return strings.Fields("af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr " +
		"ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd " +
		"si sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu")
}
