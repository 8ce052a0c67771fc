package transformer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/whence-xai/whence/model/internal/f32"
)

// small returns a causal model of 124 million numbers, the shape that decoders
// are commonly compared with: 12 blocks of width 768, 50,257 tokens.
var small = sync.OnceValue(func() *Model {
	const width, vocabulary, positions = 768, 50257, 1024
	r := rand.New(rand.NewPCG(1, 1))
	numbers := make([]float32, width*vocabulary)
	for i := range numbers {
		numbers[i] = float32(r.NormFloat64()) / 50
	}
	at := 0
	dense := func(in, out int, a f32.Activation) Dense {
		if at+in*out > len(numbers) {
			at = 0
		}
		d := Dense{Weight: f32.Pack(numbers[at:], out, in), Bias: numbers[:out], Activation: a}
		at += in * out
		return d
	}
	table := func(rows int) Table {
		t := Table{Data: make([]byte, 2*rows*width), Format: f32.BFloat16, Width: width}
		for i := range rows * width {
			t.Data[2*i+1], t.Data[2*i] = 0x3c|byte(r.Uint32()&0x80), byte(r.Uint32())
		}
		return t
	}
	gain := make([]float32, width)
	for i := range gain {
		gain[i] = 1
	}
	norm := Norm{Gain: gain, Bias: numbers[:width], Epsilon: 1e-5}
	m := &Model{Heads: 12, Causal: true, Norm: norm}
	m.Embedding = Embedding{Tokens: table(vocabulary), Positions: table(positions)}
	for range 12 {
		m.Blocks = append(m.Blocks, Block{
			Attention:   Attention{Before: norm, Project: dense(width, 3*width, f32.None), Output: dense(width, width, f32.None)},
			FeedForward: FeedForward{Before: norm, Up: dense(width, 4*width, f32.GELUTanh), Down: dense(4*width, width, f32.None)},
		})
	}
	m.Head = []Layer{{Dense: Dense{Weight: f32.Pack(numbers, vocabulary, width)}}}
	return m
})

// BenchmarkStep appends a token to each of some sequences that have 100.
func BenchmarkStep(b *testing.B) {
	for _, sequences := range []int{1, 5} {
		b.Run(fmt.Sprintf("sequences=%d", sequences), func(b *testing.B) {
			m := small()
			c, batch := m.NewCache(sequences), &Batch{}
			fill := func(n int) {
				batch.Reset()
				for i := range sequences {
					for j := range n {
						batch.Add(int32(j+i)*77%50257, int32(c.Length(i)+j)%1024, 0)
					}
					batch.End()
				}
			}
			dst := make([]float32, sequences*m.Outputs())
			fill(100)
			if err := m.Step(b.Context(), dst, c, batch); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				fill(1)
				if err := m.Step(b.Context(), dst, c, batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(sequences*b.N)/b.Elapsed().Seconds(), "tokens/s")
		})
	}
}

// BenchmarkRead adds up as many numbers as the model of [BenchmarkStep] has
// weights, by as many goroutines: a step cannot take less time, for it reads all.
func BenchmarkRead(b *testing.B) {
	m := small()
	weights := slices.Repeat([]float32{1}, 124_000_000) // zeros that nobody wrote are one page of memory
	const part = 1 << 18
	for b.Loop() {
		m.parallel(len(weights)/part, func(_, i int) { f32.Sum(weights[i*part:][:part]) })
	}
	b.ReportMetric(float64(4*len(weights)*b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
}

// BenchmarkPrefill runs one sequence of 400 tokens, of which the last is read.
func BenchmarkPrefill(b *testing.B) {
	m, batch := small(), &Batch{}
	batch.Reset()
	for i := range 400 {
		batch.Add(int32(i*77%50257), int32(i), 0)
	}
	batch.End()
	dst := make([]float32, m.Outputs())
	for b.Loop() {
		if err := m.Forward(b.Context(), dst, batch); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPrefixes scores 30 tokens after prompts of up to 400 tokens, of which
// sentences are left out, with what they begin with alike computed once and
// without, in turn, and reports by what factor the time falls: the median, least
// and most of the rounds, and the most that it can by the rows that are left.
func BenchmarkPrefixes(b *testing.B) {
	r := rand.New(rand.NewPCG(2, 2))
	for _, x := range []struct {
		name    string
		prompts int
		has     func(prompt, sentence int) bool
	}{
		{"64-random-halves", 64, func(int, int) bool { return r.IntN(2) == 0 }},
		{"all-and-all-but-each", 17, func(prompt, sentence int) bool { return prompt != sentence }},
		{"4-orders-one-by-one", 4 * 17, func(prompt, sentence int) bool {
			order := rand.New(rand.NewPCG(3, uint64(prompt/17))).Perm(16)
			return order[sentence] < prompt%17
		}},
	} {
		b.Run(x.name, func(b *testing.B) {
			m, batch := small(), &Batch{}
			ablations(batch, x.prompts, x.has)
			var l layout
			l.forest(batch, forestTokens)
			seconds := func(without bool) float64 {
				m.NoPrefixes = without
				defer func() { m.NoPrefixes = false }()
				begin := time.Now()
				if err := m.Each(b.Context(), batch, func(int, []float32) {}); err != nil {
					b.Fatal(err)
				}
				return time.Since(begin).Seconds()
			}
			var ratios []float64
			for b.Loop() {
				ratios = append(ratios, seconds(true)/seconds(false))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "×")
			b.ReportMetric(ratios[0], "×least")
			b.ReportMetric(ratios[len(ratios)-1], "×most")
			b.ReportMetric(float64(len(batch.Tokens))/float64(len(l.rows)), "×rows")
		})
	}
}

// ablations fills b with prompts of 16 sentences of 25 tokens, each there or
// not, and 30 tokens after them that are scored.
func ablations(b *Batch, prompts int, has func(prompt, sentence int) bool) {
	b.Reset()
	for prompt := range prompts {
		at := int32(0)
		for sentence := range 16 {
			if !has(prompt, sentence) {
				continue
			}
			for i := range 25 {
				b.Add(int32(sentence*25+i)*77%50257, at, 0)
				at++
			}
		}
		for i := range 30 {
			b.Add(int32(i)*79%50257, at, 0)
			b.Wanted()
			at++
		}
		b.End()
	}
}
