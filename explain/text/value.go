package text

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
)

const (
	// cutTokens is about how many tokens are masked before they are scored:
	// many, so that the model can share work, but bounded.
	cutTokens = 1 << 18
	// The most that is remembered, in all about 40 MB.
	maxSequences = 1 << 18
	maxScores    = 1 << 21
)

// A valuer is the memory of a game: buffers, and the scores of the sequences it
// has seen.
type valuer struct {
	outputs    int
	rows       map[[sha256.Size]byte]int // sequence → its row of scores
	scores     []float64
	seqs       []model.Sequence    // to be scored next
	keys       [][sha256.Size]byte // theirs
	asked      []int               // rows that the coalitions of this cut need, one a window
	bytes      []byte
	duplicates int
}

func newValuer(outputs int) valuer {
	return valuer{outputs: outputs, rows: map[[sha256.Size]byte]int{}}
}

// Value writes the values of batch to dst, Outputs() of them a coalition. A
// sequence that the game remembers is not scored again. It remembers up to 2^18
// sequences, or 2^21 scores where that is less; when there are more, it starts anew.
func (g *Game) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	if batch.Players() != len(g.players) {
		return fmt.Errorf("text: coalitions of %d players for a game of %d", batch.Players(), len(g.players))
	}
	if len(dst) < batch.Len()*g.outputs {
		return fmt.Errorf("text: room for %d values of %d coalitions with %d each", len(dst), batch.Len(), g.outputs)
	}
	if err := g.classify(ctx); err != nil {
		return err
	}
	for lo := 0; lo < batch.Len(); {
		if err := ctx.Err(); err != nil {
			return err
		}
		hi, known, err := g.mask(batch, lo)
		if err == nil {
			err = g.score(ctx)
		}
		if err != nil {
			g.forget()
			return err
		}
		g.settle(dst[lo*g.outputs:hi*g.outputs], len(g.windows))
		g.duplicates += known
		lo = hi
	}
	return nil
}

// mask prepares coalitions from lo on, to hi, of which so many are known.
func (g *Game) mask(batch *explain.Coalitions, lo int) (hi, known int, err error) {
	g.asked, g.keys = g.asked[:0], g.keys[:0]
	for tokens := 0; lo < batch.Len() && !g.full(tokens); lo++ {
		fresh := len(g.keys)
		for _, f := range g.windows {
			n := len(g.keys)
			if n == len(g.seqs) {
				g.seqs = append(g.seqs, model.Sequence{})
			}
			seq := &g.seqs[n]
			if *seq, err = g.masked(*seq, f, batch.At(lo)); err != nil {
				return lo, known, err
			}
			if g.recall(seq) {
				tokens += len(seq.IDs)
			}
		}
		if fresh == len(g.keys) {
			known++
		}
	}
	return lo, known, nil
}

// full reports whether enough is prepared for one pass.
func (g *Game) full(tokens int) bool {
	if tokens >= cutTokens || len(g.keys)*g.outputs >= maxScores {
		return true
	}
	most := g.options.Batch
	return most > 0 && len(g.keys) > 0 && len(g.keys)+len(g.windows) > most
}

// recall notes that the scores of seq are asked for, and reports whether they
// are still to be found out.
func (v *valuer) recall(seq *model.Sequence) (fresh bool) {
	key := v.key(seq)
	row, ok := v.rows[key]
	if !ok {
		// Rows are numbered as they come, so row i has its scores at i · outputs.
		row = len(v.rows)
		v.rows[key] = row
		v.keys = append(v.keys, key)
	}
	v.asked = append(v.asked, row)
	return !ok
}

// key returns what distinguishes a sequence from all others.
func (v *valuer) key(s *model.Sequence) [sha256.Size]byte {
	b := v.bytes[:0]
	// Which fields there are comes first; those that are there have an entry a
	// token, so the bytes behind can be read in one way only.
	b = append(b, bit(s.Types != nil), bit(s.Positions != nil), bit(s.Hidden != nil))
	for _, id := range s.IDs {
		b = binary.LittleEndian.AppendUint32(b, uint32(id))
	}
	b = append(b, s.Types...)
	for _, p := range s.Positions {
		b = binary.LittleEndian.AppendUint32(b, uint32(p))
	}
	for _, hidden := range s.Hidden {
		b = append(b, bit(hidden))
	}
	v.bytes = b
	return sha256.Sum256(b)
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// score finds out the scores of the sequences prepared.
func (g *Game) score(ctx context.Context) error {
	if len(g.keys) == 0 {
		return nil
	}
	known := len(g.scores)
	g.scores = slices.Grow(g.scores, len(g.keys)*g.outputs)[:known+len(g.keys)*g.outputs]
	score := g.target.Score
	if fill, ok := g.options.Masker.(Infill); ok {
		score = func(ctx context.Context, dst []float64, seqs []model.Sequence) error {
			return fill.score(ctx, g.target, dst, seqs)
		}
	}
	if err := score(ctx, g.scores[known:], g.seqs[:len(g.keys)]); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	return nil
}

// settle writes the values of the coalitions prepared: the mean of their windows.
func (v *valuer) settle(dst []float64, windows int) {
	for i := range dst {
		rows := v.asked[i/v.outputs*windows:][:windows]
		dst[i] = 0
		for _, row := range rows {
			dst[i] += v.scores[row*v.outputs+i%v.outputs]
		}
		dst[i] /= float64(windows)
	}
	// Only between cuts: the rows that a cut asks for must stand until it is
	// settled.
	if len(v.rows) >= maxSequences || len(v.scores) >= maxScores {
		clear(v.rows)
		v.scores = v.scores[:0]
	}
}

// forget undoes the preparation of sequences that could not be scored.
func (v *valuer) forget() {
	for _, key := range v.keys {
		delete(v.rows, key)
	}
	v.scores = v.scores[:len(v.rows)*v.outputs]
}
