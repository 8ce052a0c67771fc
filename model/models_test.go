package model

import (
	"context"
	"encoding/json"
	"errors"
	flags "flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/safetensors"
	"github.com/whence-xai/whence/model/tensor"
)

// The models to compare and how nearly, for benchmarks/parity.
var (
	modelsDir = flags.String("models", "testdata/models", "folder of the tiny models that are compared with the reference")
	tolerance = flags.Float64("tolerance", tinyTolerance, "largest difference from the reference that is allowed")
)

// goldenTasks are the purposes by the names that testdata/golden_models.py has
// for them.
var goldenTasks = map[string]architecture.Purpose{
	"body": architecture.HiddenStates, "sequence": architecture.SequenceClasses, "token": architecture.TokenClasses, "span": architecture.AnswerSpans, "masked": architecture.MaskedWords,
	"causal": architecture.NextWord, "translate": architecture.Translation,
}

// A goldenModel is a tiny model and what transformers computes with it.
type goldenModel struct {
	*loaded
	architecture.Purpose
	cases   []goldenCase
	numbers *tensor.File
}

func openGolden(t testing.TB, name string) *goldenModel {
	t.Helper()
	var cases struct {
		Task  string
		Cases []goldenCase
	}
	dir := filepath.Join(*modelsDir, name)
	text, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err := errors.Join(err, json.Unmarshal(text, &cases)); err != nil {
		t.Fatal(err)
	}
	p, ok := goldenTasks[cases.Task]
	if !ok || len(cases.Cases) == 0 {
		t.Fatalf("%d cases for %q", len(cases.Cases), cases.Task)
	}
	numbers, err := safetensors.Open(filepath.Join(dir, "golden.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	files := Checkpoint{Name: name, Tokenizer: []byte(noTokenizer)}
	if files.Config, err = os.ReadFile(filepath.Join(dir, "config.json")); err != nil {
		t.Fatal(err)
	}
	if files.Weights, err = checkpoint.OpenWeights(dir); err != nil {
		t.Fatal(err)
	}
	l, err := loadModel(files, p, Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	return &goldenModel{l, p, cases.Cases, numbers}
}

// noTokenizer is one for models whose inputs are given as ids.
const noTokenizer = `{"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0}}}`

// TestModelsEqualReference compares logits, hidden rows and attention maps of
// every tiny model with what transformers computes.
func TestModelsEqualReference(t *testing.T) {
	for _, name := range goldenNames(t) {
		t.Run(name, func(t *testing.T) {
			m := openGolden(t, name)
			m.compareLogits(t)
			m.compareInside(t)
		})
	}
}

// compareLogits runs all cases as one batch and each alone.
func (m *goldenModel) compareLogits(t *testing.T) {
	var want [][]float32
	for i := range m.cases {
		want = append(want, m.number(t, fmt.Sprintf("%d.logits", i)))
	}
	got := m.run(t, nil, m.cases...)
	largest := 0.0
	for i, w := range want {
		largest = max(largest, compareRows(t, fmt.Sprintf("case %d: logits", i), got[i], w, *tolerance))
		alone := m.run(t, nil, m.cases[i])[0]
		sameBits(t, fmt.Sprintf("case %d alone", i), alone, got[i])
	}
	t.Logf("largest difference of logits: %.2g", largest)
}

// number returns a golden tensor.
func (m *goldenModel) number(t testing.TB, name string) []float32 {
	t.Helper()
	tensor, ok := m.numbers.Tensor(name)
	if !ok {
		t.Fatalf("no %s", name)
	}
	x, err := tensor.Float32s(nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// compareRows compares numbers with those of the reference, and returns the
// largest difference, in units of one or of the numbers' size where that is more.
func compareRows(t *testing.T, what string, got, want []float32, tolerance float64) float64 {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return math.Inf(1)
	}
	unit, largest := 1.0, 0.0
	for _, v := range want {
		unit = max(unit, math.Abs(float64(v)))
	}
	for i := range want {
		d := math.Abs(float64(got[i])-float64(want[i])) / unit
		if !(d <= tolerance) {
			t.Errorf("%s: number %d is %v, want %v", what, i, got[i], want[i])
			return d
		}
		largest = max(largest, d)
	}
	return largest
}

// run returns the logits of every case, with the passes of the encoder and of
// the model watched by taps, if there are any.
func (m *goldenModel) run(t *testing.T, taps *[2]transformer.Tap, cases ...goldenCase) [][]float32 {
	t.Helper()
	defer runtime.KeepAlive(m.files.Weights)
	var b transformer.Batch
	b.Reset()
	for _, g := range cases {
		s := g.sequence()
		m.add(&b, &s)
	}
	if taps != nil {
		b.Tap = &taps[0]
	}
	rows := make([]int, len(cases))
	if m.Purpose == architecture.SequenceClasses {
		out := make([]float32, len(cases)*len(m.labels))
		if err := m.classify(context.Background(), out, &b); err != nil {
			t.Fatal(err)
		}
		return slices.Collect(slices.Chunk(out, len(m.labels)))
	}
	if m.Encoder != nil {
		memory, err := m.remember(context.Background(), &b)
		if err != nil {
			t.Fatal(err)
		}
		b.Reset()
		for i, g := range cases {
			m.add(&b, &Sequence{IDs: g.Target})
			b.Sources = append(b.Sources, int32(i))
		}
		b.Memory = memory
	}
	if taps != nil {
		b.Tap = &taps[1]
	}
	readAll(&b)
	out := make([]float32, b.Rows()*m.Outputs())
	if err := m.Forward(context.Background(), out, &b); err != nil {
		t.Fatal(err)
	}
	var each [][]float32
	for i := range rows {
		n := int(b.Starts[i+1]-b.Starts[i]) * m.Outputs()
		each, out = append(each, out[:n]), out[n:]
	}
	return each
}

// compareInside compares the hidden rows and attention maps of every case that
// has some.
func (m *goldenModel) compareInside(t *testing.T) {
	for i, g := range m.cases {
		if _, ok := m.numbers.Tensor(fmt.Sprintf("%d.attention.0", i)); !ok {
			if _, ok := m.numbers.Tensor(fmt.Sprintf("%d.cross.attention.0", i)); !ok {
				continue
			}
		}
		first, second := newInside(), newInside()
		m.run(t, &[2]transformer.Tap{first.tap(), second.tap()}, g)
		if m.Encoder == nil {
			second.compare(t, m, i, "hidden", "attention", m.Model)
			continue
		}
		first.compare(t, m, i, "encoder.hidden", "encoder.attention", m.Encoder)
		second.compare(t, m, i, "decoder.hidden", "decoder.attention", m.Model)
		second.compareMaps(t, m, i, "cross.attention", second.cross, len(m.Blocks))
	}
}

// An inside is what taps saw of one sequence.
type inside struct {
	mutex            sync.Mutex
	hidden           map[[2]int][]float32 // by block and token
	attention, cross map[[3]int][]float32 // by block, head and token
}

func newInside() *inside {
	return &inside{hidden: map[[2]int][]float32{}, attention: map[[3]int][]float32{}, cross: map[[3]int][]float32{}}
}

func (s *inside) tap() transformer.Tap {
	keep := func(to map[[3]int][]float32) func(block, head, token int, weights []float32) {
		return func(block, head, token int, weights []float32) {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			to[[3]int{block, head, token}] = slices.Clone(weights)
		}
	}
	return transformer.Tap{
		Hidden: func(block, token int, row []float32) {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.hidden[[2]int{block, token}] = slices.Clone(row)
		},
		Attention: keep(s.attention),
		Cross:     keep(s.cross),
	}
}

// compare compares what was seen of a stack of blocks in case i.
func (s *inside) compare(t *testing.T, m *goldenModel, i int, hidden, attention string, stack *transformer.Model) {
	t.Helper()
	last := len(stack.Blocks)
	for block := range last + 1 {
		name := fmt.Sprintf("%d.%s.%d", i, hidden, block)
		var rows []float32
		for token := 0; s.hidden[[2]int{block, token}] != nil; token++ {
			row := s.hidden[[2]int{block, token}]
			if block == last {
				row = normed(&stack.Norm, row)
			}
			rows = append(rows, row...)
		}
		if block == last && m.family() == "opt" && len(m.Head) > 1 {
			continue // the reference shows the last row narrowed
		}
		compareRows(t, name, rows, m.number(t, name), *tolerance)
	}
	s.compareMaps(t, m, i, attention, s.attention, last)
}

// compareMaps compares attention maps, which end with the last key that is seen.
func (s *inside) compareMaps(t *testing.T, m *goldenModel, i int, kind string, maps map[[3]int][]float32, blocks int) {
	t.Helper()
	for block := range blocks {
		name := fmt.Sprintf("%d.%s.%d", i, kind, block)
		tensor, _ := m.numbers.Tensor(name)
		want := m.number(t, name)
		heads, tokens, keys := tensor.Shape[0], tensor.Shape[1], tensor.Shape[2]
		got := make([]float32, len(want))
		for head := range heads {
			for token := range tokens {
				row := maps[[3]int{block, head, token}]
				if row == nil {
					t.Errorf("%s: no weights of head %d, token %d", name, head, token)
				}
				copy(got[(head*tokens+token)*keys:][:keys], row)
			}
		}
		compareRows(t, name, got, want, *tolerance)
	}
}

// normed returns a row after a norm.
func normed(n *transformer.Norm, row []float32) []float32 {
	out := slices.Clone(row)
	switch {
	case n.Gain == nil:
	case n.RMS:
		f32.RMSNorm(out, row, n.Gain, n.Epsilon)
	default:
		f32.LayerNorm(out, row, n.Gain, n.Bias, n.Epsilon)
	}
	return out
}

// family returns the model_type.
func (m *goldenModel) family() string { return m.config.Word("", "model_type") }
