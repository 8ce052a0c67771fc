package transformer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

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
