package f32

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// goldenBlocks returns blocks and what the gguf package widens them to.
func goldenBlocks(t *testing.T) map[Format]struct{ Blocks, Values []byte } {
	t.Helper()
	text, err := os.ReadFile("testdata/blocks.json")
	var named map[string]struct{ Blocks, Values []byte }
	if err == nil {
		err = json.Unmarshal(text, &named)
	}
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[Format]struct{ Blocks, Values []byte })
	for name, golden := range named {
		f, ok := FormatOf(name)
		if !ok {
			t.Fatalf("no format %s", name)
		}
		all[f] = golden
	}
	alone := 0 // formats of numbers that stand alone
	for _, b := range blocks {
		if b.widen == nil {
			alone++
		}
	}
	if len(all) != len(blocks)-alone {
		t.Fatalf("%d formats of blocks, not %d", len(all), len(blocks)-alone)
	}
	return all
}

// TestBlocks: numbers in blocks are those of the gguf package, bit by bit.
func TestBlocks(t *testing.T) {
	for f, golden := range goldenBlocks(t) {
		want := make([]float32, len(golden.Values)/4)
		Convert(want, golden.Values, Float32)
		if f.Bytes(len(want)) != len(golden.Blocks) || len(want) < 3*f.Block() {
			t.Fatalf("%v: %d numbers in %d bytes", f, len(want), len(golden.Blocks))
		}
		got := make([]float32, len(want))
		Convert(got, golden.Blocks, f)
		for i := range got {
			if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
				t.Fatalf("%v: number %d is %v (%#x), want %v (%#x)", f, i, got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))
			}
		}
	}
}

// TestBlocksPacked: a matrix of blocks is packed as the same one in float32.
func TestBlocksPacked(t *testing.T) {
	for f, golden := range goldenBlocks(t) {
		in := f.Block()
		out := len(golden.Blocks) / f.Bytes(in)
		plain := Weights{In: in, Out: out, Bytes: golden.Values}
		inBlocks := Weights{In: in, Out: out, Bytes: golden.Blocks, Format: f}
		a, b := NewMatrix(in, out), NewMatrix(in, out)
		a.Fill(0, &plain, 0, out)
		b.Fill(0, &inBlocks, 0, out)
		if !slices.Equal(a.numbers, b.numbers) {
			t.Errorf("%v: another matrix", f)
		}
	}
}

// TestBlocksFinite puts scales that are no numbers into blocks.
func TestBlocksFinite(t *testing.T) {
	for f, golden := range goldenBlocks(t) {
		if !Finite(golden.Blocks, f) {
			t.Errorf("%v: finite numbers are not", f)
		}
		b := blocks[f]
		for _, at := range b.halves {
			data := slices.Clone(golden.Blocks)
			data[b.bytes+at], data[b.bytes+at+1] = 1, 0x7c
			if Finite(data, f) {
				t.Errorf("%v: not a number at byte %d of a block is finite", f, at)
			}
		}
	}
}

// BenchmarkConvert tells how fast numbers of every format are widened, in bytes of
// what comes of it.
func BenchmarkConvert(b *testing.B) {
	const n = 1 << 16
	dst := make([]float32, n)
	for i := range blocks {
		f := Format(i)
		src := make([]byte, f.Bytes(n))
		b.Run(f.String(), func(b *testing.B) {
			b.SetBytes(4 * n)
			for b.Loop() {
				Convert(dst, src, f)
			}
		})
	}
}
