package model

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

const tinyDir = "testdata/bert-tiny/F32"

// sameBits fails unless got and want are the same to the last bit.
func sameBits(t failer, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: number %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// drawSequence draws an input of the tiny model.
func drawSequence(t *rapid.T) Sequence {
	n := rapid.IntRange(1, 24).Draw(t, "tokens")
	s := Sequence{IDs: rapid.SliceOfN(rapid.Int32Range(0, 19), n, n).Draw(t, "ids")}
	if rapid.Bool().Draw(t, "typed") {
		s.Types = rapid.SliceOfN(rapid.Uint8Range(0, 2), n, n).Draw(t, "types")
	}
	if rapid.Bool().Draw(t, "placed") {
		s.Positions = rapid.SliceOfN(rapid.Int32Range(0, 23), n, n).Draw(t, "positions")
	}
	if rapid.Bool().Draw(t, "hiding") {
		s.Hidden = rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "hidden")
		s.Hidden[0] = false
	}
	return s
}

// TestSequenceAlone: a sequence's bits are the same alone and in any batch, by
// any number of threads, with any saving.
func TestSequenceAlone(t *testing.T) {
	for _, precision := range []Precision{Float32, Int8, BFloat16} {
		t.Run(precision.String(), func(t *testing.T) { testSequenceAlone(t, precision) })
	}
}

func testSequenceAlone(t *testing.T, precision Precision) {
	plain := load(t, tinyDir, Options{Threads: 1, Precision: precision})
	plain.m.NoShared, plain.m.NoPruned = true, true
	variants := map[string]*Classifier{}
	for threads := 1; threads <= 3; threads++ {
		for _, off := range []string{"nothing", "shared", "pruned"} {
			c := load(t, tinyDir, Options{Threads: threads, Precision: precision})
			c.m.NoShared, c.m.NoPruned = off == "shared", off == "pruned"
			variants[fmt.Sprintf("%d threads without %s", threads, off)] = c
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		seqs := rapid.SliceOfN(rapid.Custom(drawSequence), 1, 40).Draw(t, "sequences")
		seqs = append(seqs, seqs[rapid.IntRange(0, len(seqs)-1).Draw(t, "double")])
		var want []float32
		for _, s := range seqs {
			want = append(want, logits(t, plain, s)...)
		}
		for name, c := range variants {
			sameBits(t, name, logits(t, c, seqs...), want)
		}
	})
}

// TestChunksAndTeams does the same with the built-in model and batches that
// are cut into chunks, shared out whole, or long enough to cut a head's work.
func TestChunksAndTeams(t *testing.T) {
	one := load(t, "pretrained", Options{Threads: 1})
	many := load(t, "pretrained", Options{Threads: 3})
	for _, lengths := range [][]int{{2}, {300}, {400, 3, 2}, {40, 40, 40}, {100, 100, 100, 100, 100, 100, 100, 7}, {512, 511}} {
		var seqs []Sequence
		var want []float32
		for _, n := range lengths {
			s := maskedCopies(n, 1)[0]
			seqs = append(seqs, s)
			want = append(want, logits(t, one, s)...)
		}
		sameBits(t, fmt.Sprintf("lengths %d on 3 threads", lengths), logits(t, many, seqs...), want)
		sameBits(t, fmt.Sprintf("lengths %d on 1 thread", lengths), logits(t, one, seqs...), want)
	}
}

// TestSameEverywhere: the bits are those of every machine, whatever
// instructions it has. A change of arithmetic changes them on purpose.
func TestSameEverywhere(t *testing.T) {
	for precision, want := range map[Precision]uint64{Float32: 0x6439a543fc55630f, Int8: 0x3c97cffec56ac705, BFloat16: 0x823d3c0a82571104} {
		c := load(t, "pretrained", Options{Precision: precision})
		hash := fnv.New64a()
		for _, v := range logits(t, c, maskedCopies(20, 4)...) {
			hash.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
		}
		if got := hash.Sum64(); got != want {
			t.Errorf("%v: logits with hash %#x, want %#x", precision, got, want)
		}
	}
}

// TestHiddenIsAbsent: a token that is hidden might as well not be there, if the
// others keep their positions.
func TestHiddenIsAbsent(t *testing.T) {
	c := load(t, tinyDir, Options{})
	hidden := Sequence{IDs: []int32{2, 7, 8, 9, 3}, Hidden: []bool{false, true, false, true, false}}
	absent := Sequence{IDs: []int32{2, 8, 3}, Positions: []int32{0, 2, 4}}
	sameBits(t, "hidden", logits(t, c, hidden), logits(t, c, absent))
	shown := logits(t, c, Sequence{IDs: hidden.IDs})
	if slices.Equal(shown, logits(t, c, hidden)) {
		t.Error("hiding tokens changes nothing")
	}
}

func TestConcurrentUse(t *testing.T) {
	c := load(t, tinyDir, Options{Threads: 2})
	seqs := []Sequence{{IDs: []int32{2, 5, 6, 3}}, {IDs: []int32{2, 7, 3}}, {IDs: []int32{2, 3}}}
	want := logits(t, c, seqs...)
	results := make(chan error)
	for range 8 {
		go func() {
			for range 50 {
				got := make([]float32, len(want))
				if err := c.Logits(context.Background(), got, seqs); err != nil || !slices.Equal(got, want) {
					results <- fmt.Errorf("logits %v (error %w), want %v", got, err, want)
					return
				}
			}
			results <- nil
		}()
	}
	for range 8 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}

// A countdown is a context that ends when it has been asked n times.
type countdown struct {
	context.Context
	n int
}

func (c *countdown) Err() error {
	if c.n--; c.n < 0 {
		return context.Canceled
	}
	return nil
}

func TestCancel(t *testing.T) {
	for _, threads := range []int{1, 2} {
		c := load(t, tinyDir, Options{Threads: threads})
		seqs := []Sequence{{IDs: []int32{2, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9, 5, 6, 7, 3}}}
		dst := make([]float32, 3)
		stopped := 0
		for n := range 30 {
			err := c.Logits(&countdown{context.Background(), n}, dst, seqs)
			if errors.Is(err, context.Canceled) {
				stopped++
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if stopped < 3 || stopped == 30 {
			t.Errorf("%d threads: %d of 30 calls stopped", threads, stopped)
		}
		sameBits(t, "after a stop", logits(t, c, seqs...), logits(t, load(t, tinyDir, Options{}), seqs...))
	}
}

// TestAllocations: a warm call allocates next to nothing, however large. The
// best of some calls counts, for pools may be emptied at any time.
func TestAllocations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seqs := make([]Sequence, 200)
	for i := range seqs {
		seqs[i].IDs = []int32{2, r.Int32N(20), r.Int32N(20), r.Int32N(20), 3}
	}
	dst := make([]float32, len(seqs)*3)
	for _, precision := range []Precision{Float32, Int8, BFloat16} {
		c := load(t, tinyDir, Options{Threads: 2, Precision: precision})
		allocations := math.Inf(1)
		for range 20 {
			allocations = min(allocations, testing.AllocsPerRun(1, func() {
				if err := c.Logits(context.Background(), dst, seqs); err != nil {
					t.Fatal(err)
				}
			}))
		}
		if allocations > 8 {
			t.Errorf("%v: %v allocations a call", precision, allocations)
		}
	}
}
