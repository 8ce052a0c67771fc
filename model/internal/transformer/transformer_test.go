package transformer

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/whence-xai/whence/model/internal/f32"
)

// A matrix is [out][in] in the open, as the plain computation below reads it.
type matrix struct {
	out, in int
	x       []float32
}

// A plainModel keeps beside a Model the numbers that went into it.
type plainModel struct {
	*Model
	tables  [3]matrix
	weights map[Matrix]matrix
	random  *rand.Rand
}

func (p *plainModel) numbers(n int, mean, spread float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(mean + spread*p.random.NormFloat64())
	}
	return x
}

func (p *plainModel) dense(in, out int, a f32.Activation) Dense {
	m := matrix{out, in, p.numbers(in*out, 0, 1/math.Sqrt(float64(in)))}
	d := Dense{Weight: f32.Pack(m.x, out, in), Bias: p.numbers(out, 0, 0.1), Activation: a}
	p.weights[d.Weight] = m
	return d
}

func (p *plainModel) norm(n int) Norm {
	return Norm{Gain: p.numbers(n, 1, 0.1), Bias: p.numbers(n, 0, 0.1), Epsilon: 1e-12}
}

func (p *plainModel) table(i, rows, width int) Table {
	p.tables[i] = matrix{rows, width, p.numbers(rows*width, 0, 1)}
	var data []byte
	for _, v := range p.tables[i].x {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return Table{Data: data, Width: width}
}

const (
	vocabulary = 30
	positions  = 400
	types      = 2
)

func newPlainModel(seed uint64, heads, size, inner, blocks, outputs int) *plainModel {
	p := &plainModel{Model: &Model{Heads: heads}, weights: map[Matrix]matrix{}, random: rand.New(rand.NewPCG(seed, 0))}
	width := heads * size
	p.Embedding = Embedding{Tokens: p.table(0, vocabulary, width), Positions: p.table(1, positions, width), Types: p.table(2, types, width), Norm: p.norm(width)}
	for range blocks {
		p.Blocks = append(p.Blocks, Block{
			Attention:   Attention{Project: p.dense(width, 3*width, f32.None), Output: p.dense(width, width, f32.None), After: p.norm(width)},
			FeedForward: FeedForward{Up: p.dense(width, inner, f32.GELU), Down: p.dense(inner, width, f32.None), After: p.norm(width)},
		})
	}
	p.Head = []Layer{{Dense: p.dense(width, width, f32.Tanh)}, {Dense: p.dense(width, outputs, f32.None)}}
	return p
}

// apply computes a linear layer in float64.
func (p *plainModel) apply(d Dense, x []float64) []float64 {
	m := p.weights[d.Weight]
	y := make([]float64, m.out)
	for i := range y {
		y[i] = float64(d.Bias[i])
		for k, v := range x {
			y[i] += v * float64(m.x[i*m.in+k])
		}
		switch d.Activation {
		case f32.GELU:
			y[i] *= 0.5 * (1 + math.Erf(y[i]/math.Sqrt2))
		case f32.Tanh:
			y[i] = math.Tanh(y[i])
		}
	}
	return y
}

func plus(x, y []float64) []float64 {
	z := slices.Clone(x)
	for i := range z {
		z[i] += y[i]
	}
	return z
}

func (m Norm) plain(x []float64) []float64 {
	n := float64(len(x))
	mean, square := 0.0, 0.0
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		square += (v - mean) * (v - mean) / n
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = (v-mean)/math.Sqrt(square+float64(m.Epsilon))*float64(m.Gain[i]) + float64(m.Bias[i])
	}
	return y
}

// plain runs one sequence, all of its rows, in float64.
func (p *plainModel) plain(b *Batch, sequence int) []float64 {
	width := p.Width()
	var rows [][]float64
	for i := b.Starts[sequence]; i < b.Starts[sequence+1]; i++ {
		row := make([]float64, width)
		for t, id := range []int{int(b.Tokens[i]), int(b.Positions[i]), int(b.Types[i])} {
			for k := range row {
				row[k] += float64(p.tables[t].x[id*width+k])
			}
		}
		rows = append(rows, p.Embedding.Norm.plain(row))
	}
	for _, block := range p.Blocks {
		means := p.attention(block, rows)
		for i, row := range rows {
			middle := block.Attention.After.plain(plus(row, p.apply(block.Attention.Output, means[i])))
			rows[i] = block.FeedForward.After.plain(plus(middle, p.apply(block.FeedForward.Down, p.apply(block.FeedForward.Up, middle))))
		}
	}
	out := rows[0]
	for _, l := range p.Head {
		out = p.apply(l.Dense, out)
	}
	return out
}

func (p *plainModel) attention(block Block, rows [][]float64) [][]float64 {
	width, size := p.Width(), p.Width()/p.Heads
	var projected, means [][]float64
	for _, row := range rows {
		projected = append(projected, p.apply(block.Attention.Project, row))
	}
	for _, query := range projected {
		mean := make([]float64, width)
		for h := 0; h < width; h += size {
			var weights []float64
			total := 0.0
			for _, key := range projected {
				dot := 0.0
				for k := h; k < h+size; k++ {
					dot += query[k] * key[width+k]
				}
				weights = append(weights, math.Exp(dot/math.Sqrt(float64(size))))
				total += weights[len(weights)-1]
			}
			for j, value := range projected {
				for k := h; k < h+size; k++ {
					mean[k] += weights[j] / total * value[2*width+k]
				}
			}
		}
		means = append(means, mean)
	}
	return means
}

func randomBatch(t *rapid.T, longest int) *Batch {
	b := &Batch{}
	b.Reset()
	for range rapid.IntRange(1, 6).Draw(t, "sequences") {
		for i := range rapid.IntRange(1, longest).Draw(t, "tokens") {
			b.Add(rapid.Int32Range(0, vocabulary-1).Draw(t, "token"), int32(i), rapid.Uint8Range(0, types-1).Draw(t, "type"))
		}
		b.End()
	}
	return b
}

// TestForwardEqualsPlain compares with the formulas in float64, for shapes that
// fill no panel, no tile and no block of rows.
func TestForwardEqualsPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPlainModel(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 4).Draw(t, "heads"), rapid.IntRange(2, 20).Draw(t, "size"),
			rapid.IntRange(1, 60).Draw(t, "inner"), rapid.IntRange(1, 3).Draw(t, "blocks"), rapid.IntRange(1, 5).Draw(t, "outputs"))
		p.Threads = rapid.IntRange(1, 3).Draw(t, "threads")
		b := randomBatch(t, 12)
		got := make([]float32, b.Len()*p.Outputs())
		if err := p.Forward(context.Background(), got, b); err != nil {
			t.Fatal(err)
		}
		for i := range b.Len() {
			for j, want := range p.plain(b, i) {
				// A width of two makes the norms as sharp as they can be.
				if v := float64(got[i*p.Outputs()+j]); math.Abs(v-want) > 2e-3 {
					t.Fatalf("sequence %d output %d: %v, want %v", i, j, v, want)
				}
			}
		}
	})
}

// TestLongSequence: more keys than a block of rows, and more scores than are
// held at a time.
func TestLongSequence(t *testing.T) {
	p := newPlainModel(1, 2, 16, 40, 2, 2)
	b := &Batch{}
	b.Reset()
	for i := range positions {
		b.Add(int32(i*7%vocabulary), int32(i), 0)
	}
	b.End()
	got := make([]float32, 2)
	if err := p.Forward(context.Background(), got, b); err != nil {
		t.Fatal(err)
	}
	for j, want := range p.plain(b, 0) {
		if math.Abs(float64(got[j])-want) > 1e-5 {
			t.Errorf("output %d: %v, want %v", j, got[j], want)
		}
	}
}

func TestChunksCoverTheBatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := randomBatch(t, 60)
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
		b := randomBatch(t, 60)
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
