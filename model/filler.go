package model

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/decode"
)

// A Filler tells which words may stand where a text has a mask: masked language
// modeling (Devlin et al. 2019). It is safe for concurrent use.
type Filler struct{ facts }

// NewFiller builds a filler from the files of its checkpoint. It keeps what
// files refers to, which must not change.
func NewFiller(files Checkpoint, o Options) (*Filler, error) {
	l, err := loadModel(files, architecture.MaskedWords, o)
	if err != nil {
		return nil, err
	}
	if _, ok := l.tokenizer.MaskID(); !ok {
		return nil, fmt.Errorf("model: load %s: the tokenizer has no token for a mask", files.Name)
	}
	return &Filler{facts{m: l}}, nil
}

// FillOptions are choices about filling.
type FillOptions struct {
	// Words is how many are returned for each mask at most; 0 means 5.
	Words int
	// Targets are the words to choose among, all if there are none. Of one that
	// is several tokens the first stands for it.
	Targets []string
}

// A Filling is a word for a mask.
type Filling struct {
	Word  string  // as it reads
	ID    int32   // the token
	Score float64 // its probability
	Text  string  // all of the text with the word in it; other masks stay
}

// Fill returns for each mask of a text, which is the tokenizer's ("[MASK]",
// "<mask>"), the words that may stand there, the likeliest first.
func (f *Filler) Fill(ctx context.Context, text string, o FillOptions) ([][]Filling, error) {
	if o.Words < 0 {
		return nil, fmt.Errorf("model: fill: %d words", o.Words)
	}
	if o.Words == 0 {
		o.Words = 5
	}
	targets, err := f.targets(o.Targets)
	if err != nil {
		return nil, err
	}
	e, err := f.m.tokenizer.Encode(text)
	if err != nil {
		return nil, err
	}
	mask, _ := f.MaskID()
	var places []int
	for t, id := range e.IDs {
		if id == mask {
			places = append(places, t)
		}
	}
	if len(places) == 0 {
		return nil, fmt.Errorf("model: fill: the text has no %s", f.m.tokenizer.Token(mask))
	}
	all := make([][]Filling, len(places))
	err = f.EachMask(ctx, []Sequence{sequenceOf(e)}, func(_, t int, logits []float32) {
		at, _ := slices.BinarySearch(places, t)
		all[at] = f.fillings(e.IDs, t, logits, targets, o.Words, len(places) == 1)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// fillings returns the words of most probability for the mask at a place.
func (f *Filler) fillings(ids []int32, at int, logits []float32, targets []int32, most int, alone bool) []Filling {
	total := decode.LogSumExp(logits, -1)
	scores := logits
	if targets != nil {
		scores = filled(len(logits), decode.MinusInf)
		for _, id := range targets {
			scores[id] = logits[id]
		}
		most = min(most, len(targets))
	}
	pad, _ := f.PadID()
	var list []Filling
	for _, id := range decode.TopK(scores, most) {
		whole := slices.Clone(ids)
		whole[at] = int32(id)
		whole = slices.DeleteFunc(whole, func(id int32) bool { return id == pad })
		list = append(list, Filling{
			Word:  f.m.tokenizer.Decode([]int32{int32(id)}, false),
			ID:    int32(id),
			Score: math.Exp(float64(logits[id]) - total),
			Text:  f.m.tokenizer.Decode(whole, alone),
		})
	}
	return list
}

// targets returns the tokens of words, each once.
func (f *Filler) targets(words []string) ([]int32, error) {
	var ids []int32
	var errs []error
	for _, word := range words {
		id, ok := f.m.tokenizer.ID(word)
		if !ok {
			e, err := f.m.tokenizer.Encode(word)
			if err != nil {
				return nil, err
			}
			first := slices.Index(e.Special, false)
			if first < 0 {
				errs = append(errs, fmt.Errorf("model: fill: the model has no token for %q", word))
				continue
			}
			id = e.IDs[first]
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, errors.Join(errs...)
}

// EachMask calls do with the logits of all tokens for each mask of the sequences
// that is not hidden: token t of sequence i. Calls come in any order, several at
// the same time; do must not keep the logits, of which only a few rows are held
// at a time however many masks there are.
func (f *Filler) EachMask(ctx context.Context, seqs []Sequence, do func(i, t int, logits []float32)) error {
	mask, _ := f.MaskID()
	return f.m.each(ctx, seqs, func(i, t int) bool { return seqs[i].IDs[t] == mask }, do)
}

// Word returns the target of the log-probability, in nats, of a word of the
// vocabulary at a token of a sequence of so many.
func (f *Filler) Word(length, token int, id int32) *Target {
	target := f.m.place(length, token, f.m.tokenizer.Decode([]int32{id}, false), "log-probability", func(row []float32) float64 {
		return decode.LogProb(row, id)
	})
	if id < 0 || int(id) >= f.m.Outputs() {
		target.err = fmt.Errorf("model: token %d is not below %d", id, f.m.Outputs())
	}
	return target
}
