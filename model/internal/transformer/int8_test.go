package transformer

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/whence-xai/whence/model/internal/f32"
)

// extent returns the distance from the least to the largest of x and 0, and
// the largest magnitude.
func extent(x []float32) (width, most float64) {
	lo, hi := 0.0, 0.0
	for _, v := range x {
		lo, hi = min(lo, float64(v)), max(hi, float64(v))
	}
	return hi - lo, max(hi, -lo)
}

// TestInt8Groups: an output is off by no more than what its groups' roundings
// add up to, so a large number costs its own group only.
func TestInt8Groups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, out, rows := rapid.IntRange(1, 80).Draw(t, "in"), rapid.IntRange(1, 60).Draw(t, "out"), rapid.IntRange(1, 10).Draw(t, "rows")
		size := rapid.IntRange(1, 90).Draw(t, "size")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		numbers := func(n int) []float32 {
			x := make([]float32, n)
			for i := range x {
				x[i] = float32(r.NormFloat64())
			}
			return x
		}
		weights, x, bias, residual := numbers(out*in), numbers(rows*in), numbers(out), numbers(rows*out)
		x[r.IntN(len(x))] = 1000
		m, fill := NewInt8Matrix(in, out, size), f32.Weights{In: in, Out: out}
		for _, v := range weights {
			fill.Bytes = binary.LittleEndian.AppendUint32(fill.Bytes, math.Float32bits(v))
		}
		cut := r.IntN(out + 1)
		m.Fill(0, &fill, cut, out)
		m.Fill(0, &fill, 0, cut)
		got := make([]float32, rows*out)
		new(worker).dense(&Dense{Weight: m, Bias: bias}, got, x, residual, rows)
		for i := range got {
			row, column := x[i/out*in:][:in], weights[i%out*in:][:in]
			want, bound := float64(bias[i%out])+float64(residual[i]), 0.0
			for k := 0; k < in; k += size {
				end := min(k+size, in)
				width, _ := extent(row[k:end])
				_, most := extent(column[k:end])
				dx, dw := width/255, most/127/2 // the zero is rounded too
				for ; k < end; k++ {
					want += float64(row[k]) * float64(column[k])
					bound += dx*math.Abs(float64(column[k])) + dw*math.Abs(float64(row[k])) + dx*dw
				}
				k = end - size
			}
			if d := math.Abs(float64(got[i]) - want); d > 1.001*bound+1e-4 {
				t.Fatalf("row %d output %d of %d×%d in groups of %d: %v, want %v ± %v", i/out, i%out, out, in, size, got[i], want, bound)
			}
		}
	})
}
