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

// apply computes a linear layer in float64.
func (p *plainModel) apply(d Dense, x []float64) []float64 {
	m := p.weights[d.Weight]
	y := make([]float64, m.out)
	for i := range y {
		for k, v := range x {
			y[i] += v * float64(m.x[i*m.in+k])
		}
		if d.Scale != 0 {
			y[i] *= float64(d.Scale)
		}
		if d.Bias != nil {
			y[i] += float64(d.Bias[i])
		}
		y[i] = activate(d.Activation, y[i])
	}
	return y
}

func activate(a f32.Activation, y float64) float64 {
	switch a {
	case f32.GELU:
		return y * 0.5 * (1 + math.Erf(y/math.Sqrt2))
	case f32.GELUTanh:
		return y * 0.5 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(y+0.044715*y*y*y)))
	case f32.ReLU:
		return max(y, 0)
	case f32.SiLU:
		return y / (1 + math.Exp(-y))
	case f32.Tanh:
		return math.Tanh(y)
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
	if m.Gain == nil {
		return x
	}
	n := float64(len(x))
	mean, square := 0.0, 0.0
	if !m.RMS {
		for _, v := range x {
			mean += v / n
		}
	}
	for _, v := range x {
		square += (v - mean) * (v - mean) / n
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = (v - mean) / math.Sqrt(square+float64(m.Epsilon)) * float64(m.Gain[i])
		if m.Bias != nil {
			y[i] += float64(m.Bias[i])
		}
	}
	return y
}

func (t *Table) plain(i int) []float64 {
	x := make([]float64, t.Width)
	for k := range x {
		x[k] = float64(math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*(i*t.Width+k):])))
	}
	return x
}

func (e *Embedding) plain(p *plainModel, token, position int32, kind uint8) []float64 {
	x := e.Tokens.plain(int(token))
	for i := range x {
		if e.Scale != 0 {
			x[i] *= float64(e.Scale)
		}
	}
	if e.Positions.Width > 0 {
		x = plus(x, e.Positions.plain(int(position)))
	}
	if e.Types.Width > 0 {
		x = plus(x, e.Types.plain(int(kind)))
	}
	x = e.Norm.plain(x)
	if e.Project.Weight != nil {
		x = p.apply(e.Project, x)
	}
	return x
}

// plain runs one sequence, all of its rows, in float64. It returns the head's
// outputs and the hidden rows that enter each block and leave the last.
func (p *plainModel) plain(b *Batch, sequence int, sources [][][]float64) (outputs [][]float64, hidden [][][]float64) {
	var rows [][]float64
	lo, hi := b.sequence(sequence)
	for i := lo; i < hi; i++ {
		rows = append(rows, p.Embedding.plain(p, b.Tokens[i], b.Positions[i], b.Types[i]))
	}
	for _, block := range p.Blocks {
		hidden = append(hidden, slices.Clone(rows))
		means := p.attention(&block.Attention, rows, b.Positions[lo:hi])
		var source [][]float64
		if block.Cross != nil {
			source = sources[b.Sources[sequence]]
		}
		for i, row := range rows {
			rows[i] = p.rest(&block, row, means[i], source)
		}
	}
	hidden = append(hidden, rows)
	for _, row := range rows {
		out := p.Norm.plain(row)
		for _, l := range p.Head {
			out = l.Norm.plain(p.apply(l.Dense, out))
			for i := range out {
				if l.Cap != 0 {
					out[i] = float64(l.Cap) * math.Tanh(out[i]/float64(l.Cap))
				}
			}
		}
		outputs = append(outputs, out)
	}
	return outputs, hidden
}

// rest takes a row from attention to the end of a block.
func (p *plainModel) rest(b *Block, row, mean []float64, source [][]float64) []float64 {
	a, f := &b.Attention, &b.FeedForward
	x := a.After.plain(plus(row, a.Within.plain(p.apply(a.Output, mean))))
	if c := b.Cross; c != nil {
		var keys, values [][]float64
		n := p.keyHeads() * p.headSize()
		for _, s := range source {
			kv := p.apply(c.Keys, s)
			keys, values = append(keys, kv[:n]), append(values, kv[n:])
		}
		query, means := p.apply(c.Query, c.Before.plain(x)), []float64(nil)
		for h := range p.Heads {
			scores := make([]float64, len(keys))
			for j, key := range keys {
				scores[j] = dot(p.part(query, h), p.part(key, p.keyHead(h))) / math.Sqrt(float64(p.headSize()))
			}
			means = append(means, p.mean(scores, values, h)...)
		}
		x = c.After.plain(plus(x, c.Within.plain(p.apply(c.Output, means))))
	}
	in := x
	if b.Parallel {
		in = row
	}
	in = f.Before.plain(in)
	up := p.apply(f.Up, in)
	if f.Gate.Weight != nil {
		for i, g := range p.apply(f.Gate, in) {
			up[i] *= g
		}
	}
	return f.After.plain(plus(x, f.Within.plain(p.apply(f.Down, up))))
}

func dot(x, y []float64) (sum float64) {
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

// part returns what head h has of x.
func (p *plainModel) part(x []float64, h int) []float64 { return x[h*p.headSize():][:p.headSize()] }

func (p *plainModel) keyHead(h int) int { return h * p.keyHeads() / p.Heads }

// mean returns the values of head h weighted by the softmax of scores.
func (p *plainModel) mean(scores []float64, values [][]float64, h int) []float64 {
	mean, total, top := make([]float64, p.headSize()), 0.0, slices.Max(scores)
	for _, s := range scores {
		total += math.Exp(s - top)
	}
	for j, s := range scores {
		for k, v := range p.part(values[j], p.keyHead(h)) {
			mean[k] += math.Exp(s-top) / total * v
		}
	}
	return mean
}

func (p *plainModel) attention(a *Attention, rows [][]float64, positions []int32) [][]float64 {
	var queries, keys, values, means [][]float64
	q, k := p.Heads*p.headSize(), p.keyHeads()*p.headSize()
	for i, row := range rows {
		x := p.apply(a.Project, a.Before.plain(row))
		for h := range p.Heads + p.keyHeads() {
			norm := a.QueryNorm
			if h >= p.Heads {
				norm = a.KeyNorm
			}
			head := norm.plain(slices.Clone(p.part(x, h)))
			if a.Rotary != nil {
				a.Rotary.plain(head, int(positions[i]))
			}
			copy(p.part(x, h), head)
		}
		queries, keys, values = append(queries, x[:q]), append(keys, x[q:q+k]), append(values, x[q+k:])
	}
	for i := range rows {
		var mean []float64
		for h := range p.Heads {
			scores := make([]float64, len(rows))
			for j := range rows {
				scores[j] = p.score(a, h, i, j, queries[i], keys[j], positions)
			}
			mean = append(mean, p.mean(scores, values, h)...)
		}
		means = append(means, mean)
	}
	return means
}

func (p *plainModel) score(a *Attention, h, i, j int, query, key []float64, positions []int32) float64 {
	distance := int(positions[j] - positions[i])
	if p.Causal && j > i || a.Window > 0 && max(distance, -distance) >= a.Window {
		return math.Inf(-1)
	}
	q, k := p.part(query, h), p.part(key, p.keyHead(h))
	s := dot(q, k)
	if a.Relative != nil {
		rows := p.relative[a.Relative]
		r := a.Relative.Index[clamp(-distance, a.Relative.Reach)+a.Relative.Reach]
		for d := range p.headSize() {
			s += q[d]*float64(rows[0][r][h*p.headSize()+d]) + k[d]*float64(rows[1][r][h*p.headSize()+d])
		}
	}
	if a.Scale != 0 {
		s *= float64(a.Scale)
	} else {
		s /= math.Sqrt(float64(p.headSize()))
	}
	if a.Cap != 0 {
		s = float64(a.Cap) * math.Tanh(s/float64(a.Cap))
	}
	if a.Bias != nil {
		s += float64(a.Bias.Values[h*(2*a.Bias.Reach+1)+clamp(distance, a.Bias.Reach)+a.Bias.Reach])
	}
	return s
}

func (r *Rotary) plain(head []float64, position int) {
	for i := range r.Half {
		x, y := i, i+r.Half
		if r.Interleaved {
			x, y = 2*i, 2*i+1
		}
		cos, sin := float64(r.Cos[position*r.Half+i]), float64(r.Sin[position*r.Half+i])
		head[x], head[y] = head[x]*cos-head[y]*sin, head[y]*cos+head[x]*sin
	}
}
