package model

import (
	"context"
	"math"

	"github.com/whence-xai/whence/model/internal/transformer"
)

// An Inside is what a model computes on its way through one sequence. It takes
// 4·blocks·(heads·tokens² + tokens·width) bytes.
type Inside struct {
	// Hidden is the row of every token that enters each block, and last those
	// that leave the last one, before any final norm: [blocks+1][token][width].
	Hidden [][][]float32
	// Attention is how much each token of a row takes of each token: weights
	// that are not negative and add up to 1, [block][head][token][token].
	Attention [][][][]float32
	// ValueNorms are the lengths of the values that are taken,
	// [block][head][token].
	ValueNorms [][][]float32
}

// inspect runs the one sequence of b, whose tokens are all seen, through m.
func inspect(ctx context.Context, m *transformer.Model, b *transformer.Batch) (*Inside, error) {
	tokens, blocks := len(b.Tokens), len(m.Blocks)
	x := &Inside{
		Hidden:     make([][][]float32, blocks+1),
		Attention:  make([][][][]float32, blocks),
		ValueNorms: make([][][]float32, blocks),
	}
	for i := range x.Hidden {
		x.Hidden[i] = make([][]float32, tokens)
	}
	for i := range blocks {
		x.Attention[i], x.ValueNorms[i] = make([][][]float32, m.Heads), make([][]float32, m.Heads)
		for h := range m.Heads {
			x.Attention[i][h], x.ValueNorms[i][h] = make([][]float32, tokens), make([]float32, tokens)
		}
	}
	b.Tap = &transformer.Tap{
		Hidden: func(block, token int, row []float32) { x.Hidden[block][token] = append([]float32(nil), row...) },
		Attention: func(block, head, token int, weights []float32) {
			row := make([]float32, tokens)
			copy(row, weights)
			x.Attention[block][head][token] = row
		},
		Values: func(block, token int, values []float32) {
			for h, norms := range x.ValueNorms[block] {
				norms[token] = norm(headOf(values, h, m))
			}
		},
	}
	defer func() { b.Tap = nil }()
	return x, m.Each(ctx, b, func(int, []float32) {})
}

// headOf returns the values that head h of m takes.
func headOf(values []float32, h int, m *transformer.Model) []float32 {
	keys := m.KeyHeads
	if keys == 0 {
		keys = m.Heads
	}
	size := len(values) / keys
	return values[h*keys/m.Heads*size:][:size]
}

func norm(x []float32) float32 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return float32(math.Sqrt(sum))
}

// MeanAttention returns the mean of a block's heads, [token][token], nil where
// there is no such block.
func (x *Inside) MeanAttention(block int) [][]float32 {
	if block < 0 || block >= len(x.Attention) {
		return nil
	}
	heads := x.Attention[block]
	mean := square(len(heads[0]))
	for _, head := range heads {
		for i, row := range head {
			for j, w := range row {
				mean[i][j] += w / float32(len(heads))
			}
		}
	}
	return mean
}

// Rollout returns how much of each token has arrived at each token after the
// last block if attention is all that mixes them, [token][token]: the product
// over the blocks of (A+I)/2, A being the mean of the heads (Abnar & Zuidema
// 2020, "Quantifying Attention Flow in Transformers").
func (x *Inside) Rollout() [][]float32 {
	rolled := square(len(x.Hidden[0]))
	for i := range rolled {
		rolled[i][i] = 1
	}
	for block := range x.Attention {
		a, next := x.MeanAttention(block), square(len(rolled))
		for i, row := range a {
			for j, w := range row {
				if w /= 2; i == j {
					w += 0.5
				}
				if w == 0 {
					continue
				}
				for k, v := range rolled[j] {
					next[i][k] += w * v
				}
			}
		}
		rolled = next
	}
	return rolled
}

// ValueWeighted returns the attention of a head times the length of the values
// that it takes, which tells more of what arrives than the weights alone
// (Kobayashi et al. 2020, "Attention is Not Only a Weight"; here without the
// projection that follows), [token][token], nil where there is no such head.
func (x *Inside) ValueWeighted(block, head int) [][]float32 {
	if block < 0 || block >= len(x.Attention) || head < 0 || head >= len(x.Attention[block]) {
		return nil
	}
	out := square(len(x.Hidden[0]))
	for i, row := range x.Attention[block][head] {
		for j, w := range row {
			out[i][j] = w * x.ValueNorms[block][head][j]
		}
	}
	return out
}

func square(n int) [][]float32 {
	out := make([][]float32, n)
	for i := range out {
		out[i] = make([]float32, n)
	}
	return out
}
