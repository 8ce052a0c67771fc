package transformer

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"pgregory.net/rapid"
)

// randomBatch draws sequences of which many begin alike.
func randomBatch(t *rapid.T, longest int, gaps bool) *Batch {
	// Not by rapid, which prefers short ones.
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "batch"), 1))
	b := &Batch{}
	b.Reset()
	stem := make([]int32, longest)
	for i := range stem {
		stem[i] = r.Int32N(vocabulary)
	}
	for range 1 + r.IntN(6) {
		n := 1 + r.IntN(longest)
		alike, position := r.IntN(n+1), int32(0)
		for i := range n {
			token, kind := stem[i], uint8(0)
			if i >= alike {
				token, kind = r.Int32N(vocabulary), uint8(r.IntN(types))
			}
			b.Add(token, position, kind)
			position++
			if gaps && i%3 == 2 {
				position += r.Int32N(3)
			}
		}
		b.End()
	}
	return b
}

// A scene is a model and a batch for it.
type scene struct {
	*plainModel
	batch   *Batch
	hidden  []float32 // of the sources, [rows][memoryWidth]
	starts  []int32
	sources [][][]float64
}

// drawScene draws sequences of at most that many tokens for a model of some
// precision below most.
func drawScene(t *rapid.T, longest, most int) *scene {
	shape := drawShape(t)
	shape.precision = rapid.IntRange(0, most-1).Draw(t, "precision")
	s := &scene{plainModel: newPlainModel(rapid.Uint64().Draw(t, "seed"), shape, rapid.IntRange(1, 50).Draw(t, "outputs"))}
	s.batch = randomBatch(t, longest, rapid.Bool().Draw(t, "gaps"))
	if shape.cross {
		s.remember(t)
	}
	if rapid.Bool().Draw(t, "reads") {
		s.batch.Read = rapid.SliceOfN(rapid.Int32Range(0, int32(len(s.batch.Tokens)-1)), 1, 12).Draw(t, "read")
	}
	return s
}

func (s *scene) remember(t *rapid.T) {
	s.starts = []int32{0}
	for range rapid.IntRange(1, 3).Draw(t, "sources") {
		n := rapid.IntRange(1, 9).Draw(t, "rows")
		s.starts = append(s.starts, s.starts[len(s.starts)-1]+int32(n))
		var source [][]float64
		for range n {
			row := s.numbers(memoryWidth, 0, 1)
			s.hidden = append(s.hidden, row...)
			var wide []float64
			for _, v := range row {
				wide = append(wide, float64(v))
			}
			source = append(source, wide)
		}
		s.sources = append(s.sources, source)
	}
	for range s.batch.Len() {
		s.batch.Sources = append(s.batch.Sources, rapid.Int32Range(0, int32(len(s.sources)-1)).Draw(t, "source"))
	}
	memory, err := s.Remember(t.Context(), s.hidden, s.starts)
	if err != nil {
		t.Fatal(err)
	}
	s.batch.Memory = memory
}

// reads returns the tokens that the head reads.
func (s *scene) reads() []int32 {
	if len(s.batch.Read) > 0 {
		return s.batch.Read
	}
	if s.Causal {
		var last []int32
		for _, end := range s.batch.Starts[1:] {
			last = append(last, end-1)
		}
		return last
	}
	return s.batch.Starts[:s.batch.Len()]
}

// sequenceOf returns the sequence of a token.
func (s *scene) sequenceOf(token int32) int {
	i, _ := slices.BinarySearch(s.batch.Starts[1:], token+1)
	return i
}

func (s *scene) forward(t fataler) []float32 {
	t.Helper()
	got := make([]float32, s.batch.Rows()*s.Outputs())
	if err := s.Forward(context.Background(), got, s.batch); err != nil {
		t.Fatal(err)
	}
	return got
}

// A fataler is a test, of package testing or rapid.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func near(got float32, want float64) bool {
	// A width of four makes the norms as sharp as they can be.
	return math.Abs(float64(got)-want) <= 2e-3*max(1, math.Abs(want))
}

func sameBits(t fataler, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		// Which of the zeros a sum of nothing is, is left open.
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && (got[i] != 0 || want[i] != 0) {
			t.Fatalf("%s: number %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}
