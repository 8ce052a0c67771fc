package transformer

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/whence-xai/whence/model/internal/f32"
)

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
