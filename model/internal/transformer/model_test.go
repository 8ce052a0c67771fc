package transformer

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

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
	precision int
	weights   map[Matrix]matrix
	relative  map[*Relative][2][][]float32 // keys and queries, by row
	random    *rand.Rand
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
	d := Dense{Weight: p.pack(m, a), Activation: a}
	if p.random.IntN(4) > 0 {
		d.Bias = p.numbers(out, 0, 0.1)
	}
	p.weights[d.Weight] = m
	return d
}

// pack returns the weights in the precision of the model.
func (p *plainModel) pack(m matrix, a f32.Activation) Matrix {
	switch p.precision {
	case 1:
		group := m.in
		if a == f32.None {
			group = 16
		}
		q := NewInt8Matrix(m.in, m.out, group)
		fill := f32.Weights{In: m.in, Out: m.out}
		for _, v := range m.x {
			fill.Bytes = binary.LittleEndian.AppendUint32(fill.Bytes, math.Float32bits(v))
		}
		q.Fill(0, &fill, 0, m.out)
		return q
	case 2:
		return f32.PackBFloat16(m.x, m.out, m.in)
	}
	return f32.Pack(m.x, m.out, m.in)
}

// norm returns a layer normalization of n numbers, or now and then another.
func (p *plainModel) norm(n int) Norm {
	m := Norm{Gain: p.numbers(n, 1, 0.1), Epsilon: 1e-5, RMS: p.random.IntN(3) == 0}
	if !m.RMS && p.random.IntN(4) > 0 {
		m.Bias = p.numbers(n, 0, 0.1)
	}
	return m
}

func (p *plainModel) table(rows, width int) Table {
	var data []byte
	for _, v := range p.numbers(rows*width, 0, 1) {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return Table{Data: data, Width: width}
}

const (
	vocabulary = 30
	positions  = 400
	types      = 2

	memoryWidth = 7 // of what cross-attention reads
)

// A shape is the sizes of a model and the mechanisms that it has.
type shape struct {
	heads, keyHeads, size, width, inner, blocks int
	causal, cross, relative                     bool
	after                                       bool // norms stand after the sums, else before
	precision                                   int  // float32, 8-bit integers, bfloat16
}

func drawShape(t *rapid.T) shape {
	keyHeads := rapid.IntRange(1, 3).Draw(t, "heads of keys")
	s := shape{
		keyHeads: keyHeads, heads: keyHeads * rapid.IntRange(1, 3).Draw(t, "group"), size: 2 * rapid.IntRange(1, 12).Draw(t, "size"),
		inner: rapid.IntRange(1, 60).Draw(t, "inner"), blocks: rapid.IntRange(1, 3).Draw(t, "blocks"),
		causal: rapid.Bool().Draw(t, "causal"), cross: rapid.IntRange(0, 3).Draw(t, "cross") == 0,
		after: rapid.Bool().Draw(t, "after"), relative: rapid.IntRange(0, 3).Draw(t, "relative") == 0,
	}
	if s.relative {
		s.heads = s.keyHeads
	}
	s.width = s.heads * s.size
	if rapid.Bool().Draw(t, "width of its own") {
		s.width = rapid.IntRange(4, 60).Draw(t, "width")
	}
	return s
}

// newPlainModel returns a model with whatever else may vary drawn from seed.
func newPlainModel(seed uint64, s shape, outputs int) *plainModel {
	p := &plainModel{
		Model:     &Model{Heads: s.heads, KeyHeads: s.keyHeads, HeadSize: s.size, Causal: s.causal},
		precision: s.precision, weights: map[Matrix]matrix{}, relative: map[*Relative][2][][]float32{}, random: rand.New(rand.NewPCG(seed, 0)),
	}
	p.embedding(s.width)
	var bias *Bias
	if p.random.IntN(3) == 0 {
		reach := p.random.IntN(9)
		bias = &Bias{Values: p.numbers(s.heads*(2*reach+1), 0, 1), Reach: reach}
	}
	for range s.blocks {
		p.Blocks = append(p.Blocks, p.block(s, bias))
	}
	if p.random.IntN(4) == 0 {
		p.Blocks = append(p.Blocks, p.Blocks[0]) // the same weights again
	}
	if !s.after {
		p.Norm = p.norm(s.width)
	}
	switch p.random.IntN(4) {
	case 0: // none
	case 1:
		p.Head = []Layer{{Dense: p.dense(s.width, outputs, f32.None), Cap: 2}}
	default:
		p.Head = []Layer{{Dense: p.dense(s.width, s.width+1, f32.Tanh)}, {Dense: p.dense(s.width+1, outputs, f32.None)}}
		p.Head[0].Norm = p.norm(s.width + 1)
		p.Head[1].Scale = 0.5
	}
	return p
}

func (p *plainModel) embedding(width int) {
	e := &p.Embedding
	narrow := width
	if p.random.IntN(4) == 0 {
		narrow = 5
		e.Project = p.dense(narrow, width, f32.None)
	}
	e.Tokens = p.table(vocabulary, narrow)
	if p.random.IntN(2) == 0 {
		e.Scale = 1.5
	}
	if p.random.IntN(3) > 0 {
		e.Positions = p.table(positions, narrow)
	}
	if p.random.IntN(2) == 0 {
		e.Types = p.table(types, narrow)
	}
	if p.random.IntN(2) == 0 {
		e.Norm = p.norm(narrow)
	}
}

// around draws the norms of a layer.
func (p *plainModel) around(s shape, before, within, after *Norm) {
	if s.after {
		*after = p.norm(s.width)
	} else {
		*before = p.norm(s.width)
		if p.random.IntN(3) == 0 {
			*within = p.norm(s.width)
		}
	}
}

func (p *plainModel) block(s shape, bias *Bias) Block {
	var b Block
	a, f := &b.Attention, &b.FeedForward
	attended := s.heads * s.size
	p.around(s, &a.Before, &a.Within, &a.After)
	p.around(s, &f.Before, &f.Within, &f.After)
	a.Project, a.Output = p.dense(s.width, attended+2*s.keyHeads*s.size, f32.None), p.dense(attended, s.width, f32.None)
	a.Bias = bias
	if p.random.IntN(3) == 0 && s.size > 3 {
		a.QueryNorm, a.KeyNorm = p.norm(s.size), p.norm(s.size)
	}
	if p.random.IntN(3) == 0 {
		a.Scale = 0.4
	}
	if p.random.IntN(3) == 0 && !s.relative {
		a.Cap = 1.5
	}
	if p.random.IntN(3) == 0 {
		a.Window = 1 + p.random.IntN([]int{6, 60}[p.random.IntN(2)])
	}
	if p.random.IntN(2) == 0 {
		a.Rotary = p.rotary(1+p.random.IntN(s.size/2), p.random.IntN(2) == 0)
	}
	if s.relative {
		a.Relative = p.relation(s)
	}
	act := f32.Activation(1 + p.random.IntN(int(f32.Tanh)))
	f.Up, f.Down = p.dense(s.width, s.inner, act), p.dense(s.inner, s.width, f32.None)
	if p.random.IntN(2) == 0 {
		f.Gate, f.Up.Activation = p.dense(s.width, s.inner, act), f32.None
	}
	b.Parallel = !s.after && !s.cross && p.random.IntN(3) == 0
	if s.cross {
		c := &Cross{Query: p.dense(s.width, attended, f32.None), Keys: p.dense(memoryWidth, 2*s.keyHeads*s.size, f32.None), Output: p.dense(attended, s.width, f32.None)}
		p.around(s, &c.Before, &c.Within, &c.After)
		b.Cross = c
	}
	return b
}

func (p *plainModel) rotary(half int, interleaved bool) *Rotary {
	r := &Rotary{Half: half, Interleaved: interleaved}
	for position := range positions {
		for i := range half {
			angle := float64(position) * math.Pow(100, -float64(i)/float64(half))
			r.Cos, r.Sin = append(r.Cos, float32(1.1*math.Cos(angle))), append(r.Sin, float32(1.1*math.Sin(angle)))
		}
	}
	return r
}

func (p *plainModel) relation(s shape) *Relative {
	r, n := &Relative{Reach: p.random.IntN(7)}, 1+p.random.IntN(60)
	for range 2*r.Reach + 1 {
		r.Index = append(r.Index, p.random.Int32N(int32(n)))
	}
	width := s.heads * s.size
	var rows [2][][]float32
	for i, to := range []*[]*f32.Matrix{&r.Keys, &r.Queries} {
		x := p.numbers(n*width, 0, 1)
		*to = Heads(x, s.heads, s.size)
		rows[i] = slices.Collect(slices.Chunk(x, width))
	}
	p.relative[r] = rows
	return r
}
