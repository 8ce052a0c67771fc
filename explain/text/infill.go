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
	"sync"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
)

// A MaskedLM says what could stand where a text has masks; *model.Filler is one.
type MaskedLM interface {
	Model
	Name() string // of the model, for the reader of an explanation
	// EachMask calls do with the logits of all tokens for each mask of the
	// sequences: token t of sequence i. Calls come in any order, several at the
	// same time; do does not keep the logits.
	EachMask(ctx context.Context, seqs []model.Sequence, do func(i, t int, logits []float32)) error
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

// together is how many sequences are filled at a time.
const together = 16

// score is target.Score of sequences with their hidden masks filled.
func (n Infill) score(ctx context.Context, target Scorer, dst []float64, seqs []model.Sequence) error {
	k, draws := target.Outputs(), n.draws()
	for lo := 0; lo < len(seqs); lo += together {
		filled, err := n.fill(ctx, seqs[lo:min(lo+together, len(seqs))])
		if err != nil {
			return err
		}
		scores := make([]float64, len(filled)*k)
		if err := target.Score(ctx, scores, filled); err != nil {
			return err
		}
		for i := range len(filled) / draws {
			mean := dst[(lo+i)*k:][:k]
			clear(mean)
			for j, v := range scores[i*draws*k : (i+1)*draws*k] {
				mean[j%k] += v / float64(draws)
			}
		}
	}
	return nil
}

// fill returns the draws of each sequence, one sequence after the other. A word is
// drawn when the logits of its place come, so that they need not be kept; what
// chance says is settled before, since they come in any order.
func (n Infill) fill(ctx context.Context, seqs []model.Sequence) ([]model.Sequence, error) {
	mask, _ := n.Model.MaskID()
	draws := n.draws()
	bare := slices.Clone(seqs)
	var filled []model.Sequence
	var chances [][]float64 // of every token of those
	for i, s := range seqs {
		// Hidden says here which masks are to be filled; to the model that fills,
		// nothing is hidden.
		bare[i].Hidden = nil
		for draw := range draws {
			one := bare[i]
			one.IDs = slices.Clone(s.IDs)
			filled, chances = append(filled, one), append(chances, n.chances(s, mask, draw))
		}
	}
	var buffers sync.Pool
	err := n.Model.EachMask(ctx, bare, func(i, t int, logits []float32) {
		if !seqs[i].Hidden[t] {
			return
		}
		sums, _ := buffers.Get().(*[]float64)
		if sums == nil {
			sums = new([]float64)
		}
		defer buffers.Put(sums)
		*sums = appendCumulated((*sums)[:0], logits)
		for draw := i * draws; draw < (i+1)*draws; draw++ {
			filled[draw].IDs[t] = pick(*sums, chances[draw][t])
		}
	})
	return filled, err
}

// chances returns a number from 0 to 1 for each hidden mask of s.
func (n Infill) chances(s model.Sequence, mask int32, draw int) []float64 {
	// The stream depends on the masked text itself: it has the same draws in
	// whatever batch or order it is asked for, and the valuer may remember its
	// score.
	h := fnv.New64a()
	_ = binary.Write(h, binary.LittleEndian, s.IDs)
	r := rand.New(rand.NewPCG(n.Seed, h.Sum64()+uint64(draw)))
	out := make([]float64, len(s.IDs))
	for t, id := range s.IDs {
		if id == mask && s.Hidden[t] {
			out[t] = r.Float64()
		}
	}
	return out
}

// pick returns the token that has the part of the whole that chance tells.
func pick(sums []float64, chance float64) int32 {
	last := len(sums) - 1
	// Inverse transform sampling: the first token whose cumulated weight exceeds u.
	// Search ends before last, which takes what rounding leaves.
	u := chance * sums[last]
	return int32(sort.Search(last, func(id int) bool { return sums[id] > u }))
}

// appendCumulated appends the sums of e^x up to each of the logits, but for a factor.
func appendCumulated(dst []float64, logits []float32) []float64 {
	top, sum := float64(slices.Max(logits)), 0.0
	for _, v := range logits {
		sum += math.Exp(float64(v) - top)
		dst = append(dst, sum)
	}
	return dst
}
