package tokenizer

import (
	"encoding/json"
	"errors"
	"strings"
)

// A modelFile is the "model" part of a tokenizer.json.
// Pointers tell what is left out from what is empty.
type modelFile struct {
	Type                    string
	UnkToken                *string
	UnkID                   *int
	ContinuingSubwordPrefix *string
	EndOfWordSuffix         *string
	MaxInputCharsPerWord    *int
	Dropout                 *float64
	FuseUnk                 bool
	ByteFallback            bool
	IgnoreMerges            bool

	vocab  *vocab
	scores []float64 // by id, where the vocabulary is a list with scores
	merges [][2]string
}

// readModel reads the model part, the vocabulary without a detour through generic values.
// All else is read by package json, as values of the options' types; unknown options
// are ignored, as new versions of the reference add some.
func readModel(r *reader) *modelFile {
	f := &modelFile{}
	// by key, so that the order of the file's members is of no matter
	options := map[string]any{
		"type": &f.Type, "unk_token": &f.UnkToken, "unk_id": &f.UnkID,
		"continuing_subword_prefix": &f.ContinuingSubwordPrefix, "end_of_word_suffix": &f.EndOfWordSuffix,
		"max_input_chars_per_word": &f.MaxInputCharsPerWord, "dropout": &f.Dropout, "fuse_unk": &f.FuseUnk,
		"byte_fallback": &f.ByteFallback, "ignore_merges": &f.IgnoreMerges,
	}
	r.object(func(key string) {
		switch {
		// a file with two of them is made to be read in two ways
		case key == "vocab" && f.vocab != nil, key == "merges" && f.merges != nil:
			r.fail("model: a second %s", key)
		// an object of ids, or an array of pairs with scores
		case key == "vocab" && r.peek() == '{':
			f.vocab = readVocab(r)
		case key == "vocab":
			f.vocab, f.scores = readScores(r)
		case key == "merges":
			f.merges = readMerges(r)
		default:
			raw := r.raw()
			if option := options[key]; option != nil && r.err == nil {
				if err := json.Unmarshal([]byte(raw), option); err != nil {
					r.fail("model: %s: %v", key, err)
				}
			}
		}
	})
	return f
}

// readScores reads a list of tokens with their scores.
func readScores(r *reader) (*vocab, []float64) {
	// what an entry takes of a file at least, so that a large vocabulary rarely grows
	size := (len(r.src) - r.pos) / 32
	v, scores := newVocab(size), make([]float64, 0, size)
	r.array(func() {
		r.expect('[')
		token := r.string()
		r.expect(',')
		score := r.float()
		r.expect(']')
		v.add(token, int32(len(scores)))
		scores = append(scores, score)
	})
	return v, scores
}

// readMerges reads a list of pairs, each as a list of two or as one string with a space.
func readMerges(r *reader) [][2]string {
	merges := make([][2]string, 0, (len(r.src)-r.pos)/16)
	r.array(func() {
		var pair [2]string
		if r.peek() == '"' {
			line := r.string()
			a, b, ok := strings.Cut(line, " ")
			switch {
			// the first line of a merges.txt, which some files have in their list
			case strings.HasPrefix(line, "#version"):
				return
			case !ok || strings.Contains(b, " "):
				r.fail("merge %q is not two tokens", line)
			}
			pair = [2]string{a, b}
		} else {
			r.expect('[')
			pair[0] = r.string()
			r.expect(',')
			pair[1] = r.string()
			r.expect(']')
		}
		merges = append(merges, pair)
	})
	return merges
}

// unknown returns the id of the unknown token, -1 for none.
func (f *modelFile) unknown(v *vocab, byDefault string) int32 {
	name := byDefault
	if f.UnkToken != nil {
		name = *f.UnkToken
	}
	if id, ok := v.find(name); ok {
		return id
	}
	return -1
}

// kind returns the type of model; files of the first versions leave it out.
// Each kind is told by what only it has.
func (f *modelFile) kind() string {
	switch {
	case f.Type != "":
		return f.Type
	case f.merges != nil:
		return "BPE"
	case f.scores != nil:
		return "Unigram"
	case f.MaxInputCharsPerWord != nil:
		return "WordPiece"
	}
	return "WordLevel"
}

// newModel builds the model with its vocabulary.
func newModel(f *modelFile) (*vocab, model, error) {
	v, kind := f.vocab, f.kind()
	if v == nil {
		return nil, nil, errors.New("model has no vocabulary")
	}
	if (kind == "Unigram") != (f.scores != nil) {
		return nil, nil, errors.New("model " + kind + " has a vocabulary of another kind")
	}
	switch kind {
	case "WordPiece":
		return v, newWordPiece(f, v), nil
	case "WordLevel":
		return v, &wordLevel{v, f.unknown(v, "<unk>")}, nil
	case "BPE":
		m, err := newBPE(f, v)
		return v, m, err
	case "Unigram":
		m, err := newUnigram(f, v)
		return v, m, err
	}
	return nil, nil, unsupported("model", f.Type, "BPE, Unigram, WordPiece, WordLevel")
}
