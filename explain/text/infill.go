package text

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
)

// A MaskedLM says what could stand where a text has masks; *model.Filler is one.
type MaskedLM interface {
	Model
	Name() string
	// Logits returns for each mask of every sequence the logits of all tokens.
	Logits(ctx context.Context, seqs []model.Sequence) ([][][]float32, error)
}

// Infill replaces the tokens of masked players by draws from a masked language
// model that sees the words that are kept, so that the explained model reads
// text rather than masks. A coalition is worth the mean over a few draws, whose
// tokens are drawn each for itself. Both models must have one vocabulary. The
// draws of a masked text depend on it and on Seed, not on what else is asked.
// (In-filling as in Kim et al. 2020, "Interpretation of NLP models through input
// marginalization", with draws in place of the sum over all words.)
type Infill struct {
	Model MaskedLM
	Draws int // 0 means 4
	Seed  uint64
}

// Mask returns the text with a hidden mask for every masked token: they are filled
// before the text is scored, and masks that the text itself has are not.
func (n Infill) Mask(dst model.Sequence, f *Features, present explain.Coalition) (model.Sequence, error) {
	dst, err := Replace{}.Mask(dst, f, present)
	dst.Hidden = f.appendHidden(dst.Hidden[:0], present)
	return dst, err
}

// String returns "infill", the model's name and the number of draws.
func (n Infill) String() string { return fmt.Sprintf("infill:%s×%d", n.Model.Name(), n.draws()) }

func (n Infill) draws() int {
	if n.Draws == 0 {
		return 4
	}
	return n.Draws
}

// check returns what keeps n from filling texts for m.
func (n Infill) check(m Model, text string) error {
	if n.Model == nil {
		return errors.New("text: masker infill: no model that fills")
	}
	if n.Draws < 0 {
		return fmt.Errorf("text: masker infill: %d draws", n.Draws)
	}
	a, err1 := m.Tokenizer().Encode(text)
	b, err2 := n.Model.Tokenizer().Encode(text)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("text: masker infill: %w", err)
	}
	if !slices.Equal(a.IDs, b.IDs) {
		return fmt.Errorf("text: masker infill: %s splits the text into other tokens than the model does; they must have one vocabulary", n.Model.Name())
	}
	return nil
}

// together is how many sequences are filled at a time: each of their masks takes
// a number for every word of the vocabulary.
const together = 16

// score is target.Score of sequences with their hidden masks filled.
func (n Infill) score(ctx context.Context, target Scorer, dst []float64, seqs []model.Sequence) error {
	k, draws := target.Outputs(), n.draws()
	mask, _ := n.Model.MaskID()
	for lo := 0; lo < len(seqs); lo += together {
		part := slices.Clone(seqs[lo:min(lo+together, len(seqs))])
		for i := range part {
			part[i].Hidden = nil
		}
		rows, err := n.Model.Logits(ctx, part)
		if err != nil {
			return err
		}
		var filled []model.Sequence
		for i, s := range part {
			var places []int
			var words [][]float64
			for t, id := range s.IDs {
				if id != mask {
					continue
				}
				if seqs[lo+i].Hidden[t] {
					places, words = append(places, t), append(words, cumulated(rows[i][0]))
				}
				rows[i] = rows[i][1:]
			}
			for draw := range draws {
				filled = append(filled, n.fill(s, places, words, draw))
			}
		}
		scores := make([]float64, len(filled)*k)
		if err := target.Score(ctx, scores, filled); err != nil {
			return err
		}
		for i := range part {
			mean := dst[(lo+i)*k:][:k]
			clear(mean)
			for j, v := range scores[i*draws*k : (i+1)*draws*k] {
				mean[j%k] += v / float64(draws)
			}
		}
	}
	return nil
}

// fill returns s with a draw from the words of each place.
func (n Infill) fill(s model.Sequence, places []int, words [][]float64, draw int) model.Sequence {
	h := fnv.New64a()
	_ = binary.Write(h, binary.LittleEndian, s.IDs)
	r := rand.New(rand.NewPCG(n.Seed, h.Sum64()+uint64(draw)))
	s.IDs = slices.Clone(s.IDs)
	for i, sums := range words {
		u := r.Float64() * sums[len(sums)-1]
		s.IDs[places[i]] = int32(sort.Search(len(sums)-1, func(id int) bool { return sums[id] > u }))
	}
	return s
}

// cumulated returns the sums of e^x up to each of the logits, but for a factor.
func cumulated(logits []float32) []float64 {
	top, sum := float64(slices.Max(logits)), 0.0
	out := make([]float64, len(logits))
	for i, v := range logits {
		sum += math.Exp(float64(v) - top)
		out[i] = sum
	}
	return out
}
