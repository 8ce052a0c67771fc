package text_test

import (
	"context"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// filler is a masked language model that finds "good" twice as likely as "bad",
// and nothing else possible. It has one row of logits, and so whoever keeps it
// reads what it is for the next mask; the last mask comes first.
type filler struct {
	reader
	row []float32
}

func newFiller(r reader) filler {
	row := make([]float32, 30522)
	for i := range row {
		row[i] = float32(math.Inf(-1))
	}
	return filler{r, row}
}

func (filler) Name() string { return "fill" }

func (f filler) EachMask(_ context.Context, seqs []model.Sequence, do func(i, t int, logits []float32)) error {
	good, _ := f.tokens.ID("good")
	bad, _ := f.tokens.ID("bad")
	for i := len(seqs) - 1; i >= 0; i-- {
		for t := len(seqs[i].IDs) - 1; t >= 0; t-- {
			if seqs[i].IDs[t] != f.maskID {
				continue
			}
			f.row[good], f.row[bad] = float32(math.Log(2)), 0
			do(i, t, f.row)
			f.row[good], f.row[bad] = 0, float32(math.Inf(1))
		}
	}
	return nil
}

// goods counts how often a text says "good".
type goods struct{ read func(model.Sequence) string }

func (goods) Outputs() int { return 1 }
func (g goods) Score(_ context.Context, dst []float64, seqs []model.Sequence) error {
	for i, s := range seqs {
		dst[i] = float64(strings.Count(g.read(s), "good"))
		if strings.Contains(g.read(s), "[MASK]") {
			dst[i] = math.NaN()
		}
	}
	return nil
}

func TestInfill(t *testing.T) {
	r := newReader(t)
	fill := text.Infill{Model: newFiller(r), Draws: 2000, Seed: 7}
	g := must(t)(text.Options{Masker: fill}.NewGame(r, "bad bad bad", goods{r.spell}))
	v := values(t, g, []int{0, 1, 2}, nil, []int{1})
	if v[0] != 0 || math.Abs(v[1]-2) > 0.06 || math.Abs(v[2]-4.0/3) > 0.06 {
		t.Errorf("values %v, want about 0, 2 and 4/3", v)
	}
	if want := []float64{0, 1.997499999999939, 1.3564999999999436}; !slices.Equal(v, want) {
		t.Errorf("values %v, want those that seed 7 always drew: %v", v, want)
	}
	alone := must(t)(text.Options{Masker: fill, Batch: 1}.NewGame(r, "bad bad bad", goods{r.spell}))
	if again := values(t, alone, []int{1}, nil); again[0] != v[2] || again[1] != v[1] {
		t.Errorf("in other company %v, want %v and %v", again, v[2], v[1])
	}
	other := fill
	other.Seed = 8
	if w := values(t, must(t)(text.Options{Masker: other}.NewGame(r, "bad bad bad", goods{r.spell})), nil); w[0] == v[1] {
		t.Error("another seed draws the same")
	}
	bytes := newByteReader(t, false)
	if _, err := (text.Options{Masker: text.Infill{Model: newFiller(bytes)}}).NewGame(r, "bad", goods{r.spell}); err == nil || !strings.Contains(err.Error(), "vocabulary") {
		t.Errorf("two vocabularies: %v", err)
	}
	if got := fill.String(); got != "infill:fill×2000" {
		t.Errorf("called %q", got)
	}
}

// masks counts how often a text says "[MASK]".
type masks struct{ goods }

func (m masks) Score(_ context.Context, dst []float64, seqs []model.Sequence) error {
	for i, s := range seqs {
		dst[i] = float64(strings.Count(m.read(s), "[MASK]"))
	}
	return nil
}

// TestInfillOwnMask: a mask that the text itself has is filled where it is
// masked, and only there.
func TestInfillOwnMask(t *testing.T) {
	r := newReader(t)
	fill := text.Infill{Model: newFiller(r)}
	g := must(t)(text.Options{Masker: fill}.NewGame(r, "bad [MASK] bad [MASK]", masks{goods{r.spell}}))
	v := values(t, g, []int{0, 1, 2, 3}, []int{0, 2}, []int{1}, nil)
	if want := []float64{2, 0, 1, 0}; !slices.Equal(v, want) {
		t.Errorf("values %v, want %v", v, want)
	}
}

// TestInfillMemory: the numbers of 30,522 words are not kept for every one of
// thousands of masks.
func TestInfillMemory(t *testing.T) {
	r := newReader(t)
	g := must(t)(text.Options{Masker: text.Infill{Model: newFiller(r), Draws: 1}}.NewGame(r, strings.Repeat("bad ", 300), goods{r.spell}))
	values(t, g, nil) // what is made once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	values(t, g, []int{0}, []int{1}, []int{2}, []int{3}, []int{4}, []int{5}, []int{6}, []int{7})
	runtime.ReadMemStats(&after)
	if got, all := after.TotalAlloc-before.TotalAlloc, uint64(8*299*30522*4); got > all/20 && !racing {
		t.Errorf("%d bytes; the logits of all masks are %d", got, all)
	}
}
