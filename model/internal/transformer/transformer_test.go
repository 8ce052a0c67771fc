package transformer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

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

// TestForwardEqualsPlain compares with the formulas in float64, for shapes that
// fill no panel, no tile and no block of rows.
func TestForwardEqualsPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, 12, 1)
		s.Threads = rapid.IntRange(1, 3).Draw(t, "threads")
		got, n := s.forward(t), s.Outputs()
		for i, token := range s.reads() {
			sequence := s.sequenceOf(token)
			outputs, _ := s.plain(s.batch, sequence, s.sources)
			for j, want := range outputs[token-s.batch.Starts[sequence]] {
				if v := got[i*n+j]; !near(v, want) {
					t.Fatalf("token %d output %d: %v, want %v", token, j, v, want)
				}
			}
		}
	})
}

// TestSameBits: a sequence's bits are the same alone and in any batch, by any
// number of threads, with any saving, in any chunks.
func TestSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, 150, 3)
		n := s.Outputs()
		s.Threads, s.NoPrefixes, s.NoPruned, s.NoShared = 1, true, true, true
		want := s.alone(t)
		for threads := 1; threads <= 3; threads++ {
			for _, off := range []string{"nothing", "prefixes", "pruned", "shared"} {
				s.Threads, s.Tokens = threads, rapid.IntRange(0, 300).Draw(t, "bound")
				s.NoPrefixes, s.NoPruned, s.NoShared = off == "prefixes", off == "pruned", off == "shared"
				sameBits(t, fmt.Sprintf("%d threads without %s", threads, off), s.forward(t), want)
			}
		}
		got := make([]float32, len(want))
		if err := s.Each(t.Context(), s.batch, func(i int, outputs []float32) { copy(got[i*n:], outputs) }); err != nil {
			t.Fatal(err)
		}
		sameBits(t, "each", got, want)
	})
}

// alone returns what is read of every sequence computed by itself.
func (s *scene) alone(t fataler) []float32 {
	n := s.Outputs()
	want := make([]float32, s.batch.Rows()*n)
	for i := range s.batch.Len() {
		lo, hi := s.batch.sequence(i)
		b := &Batch{
			Tokens: s.batch.Tokens[lo:hi], Positions: s.batch.Positions[lo:hi], Types: s.batch.Types[lo:hi],
			Starts: []int32{0, int32(hi - lo)}, Memory: s.batch.Memory,
		}
		if b.Memory != nil {
			b.Sources = s.batch.Sources[i : i+1]
		}
		for j, token := range s.reads() {
			if s.sequenceOf(token) != i {
				continue
			}
			b.Read = []int32{token - int32(lo)}
			if err := s.Forward(context.Background(), want[j*n:][:n], b); err != nil {
				t.Fatal(err)
			}
		}
	}
	return want
}

// A typist appends the sequences of a batch to a cache, a few tokens at a time.
type typist struct {
	*scene
	cache *Cache
	want  []float32 // of all tokens of the batch
	order []int32   // the sequence of the batch that one of the cache is
	done  []int     // tokens of each sequence of the batch
}

// step appends up to most tokens to every sequence and compares those read.
func (p *typist) step(t *rapid.T, most int) {
	b, n := p.batch, p.Outputs()
	step := &Batch{Memory: b.Memory}
	step.Starts = []int32{0}
	var read []int
	for _, i := range p.order {
		lo, hi := b.sequence(int(i))
		lo += p.done[i]
		for range min(hi-lo, rapid.IntRange(0, most).Draw(t, "new")) {
			step.Add(b.Tokens[lo], b.Positions[lo], b.Types[lo])
			if rapid.IntRange(0, 3).Draw(t, "read") > 0 {
				step.Wanted()
				read = append(read, lo)
			}
			lo++
		}
		step.End()
		p.done[i] = lo - int(b.Starts[i])
		if b.Memory != nil {
			step.Sources = append(step.Sources, b.Sources[i])
		}
	}
	got := make([]float32, max(len(read), b.Len())*n)
	if err := p.Step(t.Context(), got, p.cache, step); err != nil {
		t.Fatal(err)
	}
	for k, token := range read {
		sameBits(t, fmt.Sprintf("token %d", token), got[k*n:][:n], p.want[token*n:][:n])
	}
}

// shuffle brings the sequences of the cache into another order, with a fork
// that is dropped, or that goes on in place of what it was made of.
func (p *typist) shuffle(t *rapid.T) {
	mixed := rapid.Permutation(p.order).Draw(t, "order")
	var from, back []int32
	for i, sequence := range mixed {
		from, back = append(from, int32(slices.Index(p.order, sequence))), append(back, int32(i))
	}
	p.cache.Reorder(append(from, from[0]))
	if rapid.Bool().Draw(t, "copy") {
		back[0] = int32(len(mixed))
	}
	p.cache.Reorder(back)
	p.order = mixed
	for i, sequence := range p.order {
		if got := p.cache.Length(i); got != p.done[sequence] {
			t.Fatalf("sequence %d has %d tokens, want %d", sequence, got, p.done[sequence])
		}
	}
}

func newTypist(t *rapid.T) *typist {
	s := drawScene(t, 150, 3)
	s.Causal = true
	for i := range s.Blocks {
		s.Blocks[i].Attention.Relative = nil
	}
	s.Threads = rapid.IntRange(1, 3).Draw(t, "threads")
	s.batch.Read = nil
	for i := range s.batch.Tokens {
		s.batch.Read = append(s.batch.Read, int32(i))
	}
	p := &typist{scene: s, cache: s.NewCache(s.batch.Len()), done: make([]int, s.batch.Len())}
	p.want = s.forward(t)
	for i := range s.batch.Len() {
		p.order = append(p.order, int32(i))
	}
	return p
}

// TestStepSameBits: tokens that are appended a few at a time, to sequences that
// are forked and mixed, get the bits of the whole sequence.
func TestStepSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newTypist(t)
		for round := range 30 {
			p.step(t, []int{60, 4, 4}[round%3])
			p.shuffle(t)
		}
		p.cache.Reorder(nil)
		if p.cache.taken != 0 {
			t.Fatalf("%d blocks of no sequence", p.cache.taken)
		}
	})
}

// TestForksPart: sequences that were one go on apart, and none sees what
// another has become.
func TestForksPart(t *testing.T) {
	p := newPlainModel(3, shape{heads: 2, keyHeads: 1, size: 6, width: 12, inner: 20, blocks: 2, causal: true}, 5)
	for _, common := range []int{1, cacheKeys - 1, cacheKeys, cacheKeys + 1, 100} {
		const forks, own = 3, 5
		whole, first := &Batch{}, &Batch{}
		whole.Reset()
		first.Reset()
		for i := range common {
			first.Add(int32(i%vocabulary), int32(i), 0)
		}
		first.End()
		for fork := range forks {
			for i := range common + own {
				token := i
				if i >= common {
					token = i*7 + fork
				}
				whole.Add(int32(token%vocabulary), int32(i), 0)
			}
			whole.End()
		}
		want, got := make([]float32, forks*p.Outputs()), make([]float32, forks*p.Outputs())
		if err := p.Forward(t.Context(), want, whole); err != nil {
			t.Fatal(err)
		}
		c := p.NewCache(1)
		if err := p.Step(t.Context(), got, c, first); err != nil {
			t.Fatal(err)
		}
		c.Reorder([]int32{0, 0, 0})
		for i := common; i < common+own; i++ {
			step := &Batch{Starts: []int32{0}}
			for fork := range forks {
				step.Add(int32((i*7+fork)%vocabulary), int32(i), 0)
				step.End()
			}
			if err := p.Step(t.Context(), got, c, step); err != nil {
				t.Fatal(err)
			}
		}
		sameBits(t, fmt.Sprintf("after %d tokens in common", common), got, want)
	}
}

// TestBlocksAreClean: what a dropped sequence left behind, infinite as it may
// be, does not reach the next one.
func TestBlocksAreClean(t *testing.T) {
	c := newPlainModel(3, shape{heads: 2, keyHeads: 1, size: 6, width: 12, inner: 20, blocks: 2, causal: true}, 5).NewCache(1)
	b := c.take()
	b.numbers[0] = float32(math.Inf(1))
	c.drop(b)
	if b = c.take(); b.numbers[0] != 0 {
		t.Errorf("a block begins with %v", b.numbers[0])
	}
}

// TestTap: what a tap is shown equals the formulas, and shown or not the
// outputs have the same bits.
func TestTap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, 12, 1)
		want := s.forward(t)
		var lock sync.Mutex
		hidden := map[[2]int][]float32{}
		sums, cross, values := map[[3]int]float64{}, map[[3]int]float64{}, map[[2]int]int{}
		add := func(sums map[[3]int]float64) func(block, head, token int, weights []float32) {
			return func(block, head, token int, weights []float32) {
				lock.Lock()
				defer lock.Unlock()
				for _, v := range weights {
					sums[[3]int{block, head, token}] += float64(v)
				}
			}
		}
		s.batch.Tap = &Tap{
			Hidden: func(block, token int, row []float32) {
				lock.Lock()
				defer lock.Unlock()
				hidden[[2]int{block, token}] = slices.Clone(row)
			},
			Values: func(block, token int, row []float32) {
				lock.Lock()
				defer lock.Unlock()
				values[[2]int{block, token}] = len(row)
			},
			Attention: add(sums), Cross: add(cross),
		}
		sameBits(t, "with a tap", s.forward(t), want)
		for i := range s.batch.Len() {
			lo, hi := s.batch.sequence(i)
			_, rows := s.plain(s.batch, i, s.sources)
			for block, rows := range rows {
				for j, row := range rows {
					for k, want := range row {
						if got := hidden[[2]int{block, lo + j}]; len(got) != len(row) || !near(got[k], want) {
							t.Fatalf("block %d token %d: hidden %v, want %v", block, lo+j, got, row)
						}
					}
				}
			}
			for token := lo; token < hi; token++ {
				for block := range s.Blocks {
					for h := range s.Heads {
						if got := sums[[3]int{block, h, token}]; math.Abs(got-1) > 1e-5 {
							t.Fatalf("block %d head %d token %d: weights that sum to %v", block, h, token, got)
						}
						if got := cross[[3]int{block, h, token}]; s.Blocks[block].Cross != nil && math.Abs(got-1) > 1e-5 {
							t.Fatalf("block %d head %d token %d: weights of the source that sum to %v", block, h, token, got)
						}
					}
					if got := values[[2]int{block, token}]; got != s.keyHeads()*s.headSize() {
						t.Fatalf("block %d token %d: %d values", block, token, got)
					}
				}
			}
		}
		// The head is that of the pass.
		rows := hidden[[2]int{len(s.Blocks), int(s.reads()[0])}]
		got := make([]float32, s.Outputs())
		s.Predict(got, rows, 1)
		sameBits(t, "the head alone", got, want[:s.Outputs()])
	})
}

// TestLongSequence: more keys than a block of rows, and more scores than are
// held at a time.
func TestLongSequence(t *testing.T) {
	for _, causal := range []bool{false, true} {
		p := newPlainModel(1, shape{heads: 2, keyHeads: 2, size: 16, width: 32, inner: 40, blocks: 2, causal: causal, after: true}, 2)
		b := &Batch{}
		b.Reset()
		for i := range positions {
			b.Add(int32(i*7%vocabulary), int32(i), 0)
		}
		b.Wanted()
		b.End()
		got := make([]float32, p.Outputs())
		if err := p.Forward(t.Context(), got, b); err != nil {
			t.Fatal(err)
		}
		outputs, _ := p.plain(b, 0, nil)
		for j, want := range outputs[positions-1] {
			if math.Abs(float64(got[j])-want) > 1e-4 {
				t.Errorf("causal %v: output %d: %v, want %v", causal, j, got[j], want)
			}
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

// TestStepCancel: a step that was stopped leaves the cache as it was.
func TestStepCancel(t *testing.T) {
	p := newPlainModel(3, shape{heads: 2, keyHeads: 1, size: 6, width: 12, inner: 20, blocks: 2, causal: true}, 5)
	for _, tokens := range []int{1, 20} {
		b := &Batch{}
		b.Reset()
		for i := range tokens {
			b.Add(int32(i), int32(i), 0)
		}
		b.End()
		want := make([]float32, p.Outputs())
		if err := p.Forward(t.Context(), want, b); err != nil {
			t.Fatal(err)
		}
		c, stopped := p.NewCache(1), 0
		got := make([]float32, p.Outputs())
		for n := 0; ; n++ {
			err := p.Step(&countdown{t.Context(), n}, got, c, b)
			if err == nil {
				break
			}
			if stopped++; !errors.Is(err, context.Canceled) || c.Length(0) != 0 {
				t.Fatalf("error %v, %d tokens", err, c.Length(0))
			}
		}
		sameBits(t, "after stops", got, want)
		if stopped < 5 || c.Length(0) != tokens {
			t.Errorf("stopped %d times, %d tokens", stopped, c.Length(0))
		}
	}
}

// TestCacheLimit: what there is no room for is refused, and changes nothing.
func TestCacheLimit(t *testing.T) {
	p := newPlainModel(3, shape{heads: 2, keyHeads: 1, size: 6, width: 12, inner: 20, blocks: 1, causal: true}, 5)
	c := p.NewCache(1)
	c.Limit = 2 * cacheKeys
	b := &Batch{}
	b.Reset()
	for i := range cacheKeys + 1 {
		b.Add(1, int32(i), 0)
	}
	b.End()
	dst := make([]float32, p.Outputs())
	if err := p.Step(t.Context(), dst, c, b); err != nil {
		t.Fatal(err)
	}
	if err := p.Step(t.Context(), dst, c, b); err == nil || c.Length(0) != cacheKeys+1 {
		t.Errorf("error %v, %d tokens", err, c.Length(0))
	}
	c.Reorder([]int32{0, 0}) // which takes no room before they part
	b.Reset()
	b.Add(1, cacheKeys+1, 0)
	b.End()
	b.End()
	if err := p.Step(t.Context(), dst, c, b); err == nil {
		t.Error("a fork parted without room")
	}
}

func TestChunksCoverTheBatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := randomBatch(t, 60, false)
		target := rapid.IntRange(1, 200).Draw(t, "target")
		at := 0
		var l layout
		l.plain(b)
		l.cut(target)
		for _, c := range l.chunks {
			if c.segments.lo != at || c.segments.hi <= c.segments.lo {
				t.Fatalf("chunk %v begins after sequence %d", c, at)
			}
			if c.segments.len() > 1 && c.rows.len() > 2*target+60 {
				t.Fatalf("chunk %v has %d tokens, target %d", c, c.rows.len(), target)
			}
			at = c.segments.hi
		}
		if at != b.Len() {
			t.Fatalf("chunks end at sequence %d of %d", at, b.Len())
		}
	})
}

func TestSharedRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := randomBatch(t, 60, false)
		type key struct {
			token, position int32
			kind            uint8
		}
		of := func(i int) key { return key{b.Tokens[i], b.Positions[i], b.Types[i]} }
		distinct := map[key]bool{}
		for i := range b.Tokens {
			distinct[of(i)] = true
		}
		limit := rapid.IntRange(0, 200).Draw(t, "limit")
		var s shared
		var l layout
		l.plain(b)
		if got, want := s.find(b, l.rows, limit), len(distinct) <= min(limit, len(b.Tokens)*3/4); got != want {
			t.Fatalf("%d distinct rows of %d with room for %d: shared %v", len(distinct), len(b.Tokens), limit, got)
		} else if !got {
			return
		}
		if len(s.first) != len(distinct) {
			t.Fatalf("%d rows, want %d", len(s.first), len(distinct))
		}
		for i, row := range s.of {
			if of(int(s.first[row])) != of(i) {
				t.Fatalf("token %d %v has the row of %v", i, of(i), of(int(s.first[row])))
			}
		}
	})
}
