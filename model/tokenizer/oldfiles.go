package tokenizer

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxFile bounds the files of a tokenizer. The largest of today take 35 MB.
// A file of a checkpoint comes from anybody, and all of it is read into memory.
const maxFile = 256 << 20

// pieceFiles are the names that SentencePiece models have.
var pieceFiles = []string{"tokenizer.model", "sentencepiece.bpe.model", "spiece.model", "spm.model", "sentencepiece.model"}

// An oldFile is a vocabulary in the files that there were before tokenizer.json.
type oldFile struct {
	kind vocabKind
	name string
}

// oldFiles returns the vocabularies of a folder.
// A folder may have several, of one tokenizer in different forms or of another model
// altogether; the first is taken where the class does not say which is its own.
func oldFiles(folder string) []oldFile {
	has := func(name string) bool { return exists(filepath.Join(folder, name)) }
	var list []oldFile
	if has("bpe.codes") && has("vocab.txt") {
		list = append(list, oldFile{codedWords, "bpe.codes"})
	}
	if i := slices.IndexFunc(pieceFiles, has); i >= 0 {
		// M2M100's, whose vocab.json numbers the pieces
		if has("vocab.json") && !has("merges.txt") {
			list = append(list, oldFile{numberedPieces, pieceFiles[i]})
		}
		list = append(list, oldFile{scoredPieces, pieceFiles[i]})
	}
	if has("vocab.txt") {
		list = append(list, oldFile{wordPieces, "vocab.txt"})
	}
	if has("vocab.json") && has("merges.txt") {
		list = append(list, oldFile{bytePairs, "merges.txt"})
	}
	return list
}

// readOld makes a tokenizer of the files that a folder has instead of tokenizer.json: of those that the class is made
// of, else of the first.
// transformers takes the files that the class names in vocab_files_names.
func readOld(folder string, c *config) (*Tokenizer, error) {
	b := &builder{config: c, model: &modelFile{}, parts: map[string]string{}, old: true}
	if unknownClass(b.set.Kind, b.set.Class) {
		return nil, fmt.Errorf("there is no tokenizer.json, and how else a tokenizer of class %q and model type %q is made is not known; %s",
			b.set.Class, b.set.Kind, writeOne)
	}
	b.class = classOf(b.set.Kind, b.set.Class, false)
	list := oldFiles(folder)
	own := slices.IndexFunc(list, func(f oldFile) bool { return b.class.made(f.kind) })
	f := list[max(0, own)]
	b.setClass(b.classFor(f.kind))
	var err error
	switch f.kind {
	case codedWords:
		return readTweets(folder, b)
	case numberedPieces:
		return readManyLanguages(folder, f.name, b)
	case wordPieces:
		err = b.readWords(folder)
	case bytePairs:
		err = b.readPairs(folder)
	default:
		err = b.readPieces(folder, f.name)
	}
	if err != nil {
		return nil, err
	}
	return build(b)
}

// made tells whether the class is made of vocabularies of that kind.
// A SentencePiece model is a file of scores as well as of merges: what it is made into
// is the class's.
func (c *tokenizerClass) made(kind vocabKind) bool {
	return c != nil && (c.reads == kind || c.reads == mergedPieces && kind == scoredPieces)
}

// classFor returns a class that can read vocabularies of that kind: the model type's or the usual one, if the files name
// another.
func (b *builder) classFor(kind vocabKind) *tokenizerClass {
	usual := map[vocabKind]string{wordPieces: "bert", bytePairs: "gpt2", codedWords: "bertweet", numberedPieces: "m2m_100"}[kind]
	// the class that is named, the model type's, the usual one of such files
	for _, c := range []*tokenizerClass{b.class, classOf(b.set.Kind, "", false), classOf(usual, "", false)} {
		if c.made(kind) {
			return c
		}
	}
	return nil
}

// setClass makes c the class.
func (b *builder) setClass(c *tokenizerClass) {
	b.class, b.defaults = c, specialNames{}
	if c != nil {
		b.defaults = c.named
	}
}

// readBounded returns the contents of a file of a folder.
func readBounded(folder, name string) ([]byte, error) {
	f, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// one byte more than is allowed tells that there is more
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is longer than %d bytes", name, maxFile)
	}
	return data, err
}

// lines calls line for each line of a file, which must be UTF-8, with its number from 1.
// A line may end in \r\n; that is not part of a token.
func lines(folder, name string, line func(n int, s string) error) error {
	data, err := readBounded(folder, name)
	if err != nil {
		return err
	}
	n := 0
	for s := range strings.Lines(string(data)) {
		n++
		s = strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r")
		err := errNotUTF8
		if utf8.ValidString(s) {
			err = line(n, s)
		}
		if err != nil {
			return fmt.Errorf("%s: line %d: %w", name, n, err)
		}
	}
	// an empty vocabulary would make every word unknown, without a word
	if n == 0 {
		return fmt.Errorf("%s: there is nothing in it", name)
	}
	return nil
}

var errNotUTF8 = errors.New("not UTF-8")

// readWords reads a vocab.txt: a token a line.
// The number of a line is the id, so that empty lines count.
func (b *builder) readWords(folder string) error {
	v := newVocab(1 << 15)
	b.model = &modelFile{vocab: v}
	return lines(folder, "vocab.txt", func(n int, s string) error {
		// white space behind a token is none of it
		v.add(strings.TrimRightFunc(s, isSpace), int32(n-1))
		return nil
	})
}

// readPairs reads a vocab.json, which numbers the tokens, and a merges.txt, which has a pair of them a line.
// The order of the lines is the rank of the merges.
func (b *builder) readPairs(folder string) error {
	data, err := readBounded(folder, "vocab.json")
	if err != nil {
		return err
	}
	v, err := parseVocab(string(data))
	if err != nil {
		return fmt.Errorf("vocab.json: %w", err)
	}
	b.model = &modelFile{vocab: v}
	return lines(folder, "merges.txt", func(_ int, s string) error {
		if strings.HasPrefix(s, "#version") {
			return nil
		}
		first, second, ok := strings.Cut(s, " ")
		if !ok || strings.Contains(second, " ") {
			return fmt.Errorf("%.40q is not two tokens", s)
		}
		// checked here, where the line can be told
		for _, name := range []string{first, second, first + second} {
			if _, ok := v.find(name); !ok {
				return fmt.Errorf("%.40q is not in vocab.json", name)
			}
		}
		b.model.merges = append(b.model.merges, [2]string{first, second})
		return nil
	})
}

// readPieces reads a SentencePiece model.
func (b *builder) readPieces(folder, name string) error {
	data, err := readBounded(folder, name)
	if err != nil {
		return err
	}
	if b.spm, err = readSentencePiece(data); err == nil {
		err = b.fromPieces()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// fromPieces makes a vocabulary of a SentencePiece model as the class does. Tokens that text may spell out are those of
// control and of the user; the class may add others.
func (b *builder) fromPieces() error {
	b.found = map[string]bool{}
	for _, p := range b.spm.pieces {
		b.pieces = append(b.pieces, scoredName{p.name, float64(p.score)})
		if p.kind == controlPiece || p.kind == userPiece && b.class != nil {
			b.extra = append(b.extra, p.name)
			b.found[p.name] = p.kind == userPiece
		}
	}
	if b.class == nil {
		b.defaults = b.spm.named()
	}
	unknown := int(b.spm.unknown)
	b.model = &modelFile{UnkID: &unknown}
	// a class decides by itself whether scores or merges are used
	merged := b.spm.merges
	if b.class != nil {
		merged = b.class.reads == mergedPieces
	}
	if merged {
		if err := b.makeMerges(); err != nil {
			return err
		}
	}
	if b.class != nil && b.class.prepare != nil {
		b.class.prepare(b)
	}
	v := newVocab(len(b.pieces))
	for i, p := range b.pieces {
		v.add(p.name, int32(i))
		if !merged {
			b.model.scores = append(b.model.scores, p.score)
		}
	}
	b.model.vocab = v
	if b.class == nil {
		b.charsmap = b.findCharsmap()
		pieceClass(b)
	}
	return nil
}

// makeMerges finds the merges of a model's pieces: classes rank them by ids, whatever the scores say, and what has no
// class by scores, and by names that the configuration may change.
func (b *builder) makeMerges() (err error) {
	if b.class == nil {
		b.rename()
	}
	names := make([]string, len(b.pieces))
	for i, p := range b.pieces {
		names[i] = p.name
	}
	if b.class != nil {
		b.model.merges, err = madeMerges(names, func(int32) bool { return true })
		return err
	}
	b.model.UnkToken, b.model.FuseUnk = &b.spm.unknownName, true
	b.model.merges, err = b.spm.scoredMerges(names)
	return err
}

// rename calls pieces what the configuration's list of tokens calls them, but for names that another piece keeps.
// A piece that is a placeholder in the model ("<unused7>") may have been given a name
// when the model was trained further.
func (b *builder) rename() {
	// names that stay as they are, and that no other piece may get
	kept := map[string]bool{}
	for i, p := range b.pieces {
		if _, ok := b.set.addedByID[int32(i)]; !ok {
			kept[p.name] = true
		}
	}
	for i := range b.pieces {
		if t, ok := b.set.addedByID[int32(i)]; ok && !kept[t.Content] {
			b.pieces[i].name = t.Content
		}
	}
}
