package model

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/safetensors"
)

// A weights reads the tensors of a checkpoint under a prefix. Every method
// names a tensor and the shape it must have, notes what is wrong and goes on,
// so that finish can tell all faults together.
type weights struct {
	*ledger
	prefix    string
	precision Precision
	group     int    // inputs that share scales in 8 bits
	redraw    uint64 // seed of the linear layers' matrices; 0 leaves them
}

// A ledger is what has been read of a checkpoint.
type ledger struct {
	file    *safetensors.File
	threads int
	used    map[string]bool
	faults  LoadError
	fills   []func() // the conversion and packing that is left to do
}

func newWeights(file *safetensors.File, o Options) weights {
	return weights{ledger: &ledger{file: file, threads: o.Threads, used: make(map[string]bool)}, precision: o.Precision, group: int8Group, redraw: o.Redraw}
}

// in returns the weights under name, and under the index in it if there is one.
func (w weights) in(name string, index ...int) weights {
	w.prefix += name + "."
	for _, i := range index {
		w.prefix += strconv.Itoa(i) + "."
	}
	return w
}

// within returns the weights under name, or w itself if nothing is there: the
// same model is saved with and without a task around it.
func (w weights) within(name string) weights {
	inner := w.in(name)
	if slices.ContainsFunc(w.file.Names(), func(s string) bool { return strings.HasPrefix(s, inner.prefix) }) {
		return inner
	}
	return w
}

// dense reads a linear layer: name.weight [out][in] and name.bias [out].
func (w weights) dense(name string, in, out int) transformer.Dense { return w.fused(in, out, name) }

// activated reads a linear layer with an activation, which needs the sum over
// all inputs at once.
func (w weights) activated(name string, in, out int, a f32.Activation) transformer.Dense {
	w.group = in
	d := w.dense(name, in, out)
	d.Activation = a
	return d
}

// fused reads several linear layers of the same input as one, whose outputs
// follow one another.
func (w weights) fused(in, out int, names ...string) transformer.Dense {
	var d transformer.Dense
	var parts []f32.Weights
	for _, name := range names {
		t, format := w.tensor(name+".weight", out, in)
		parts = append(parts, f32.Weights{In: in, Out: out, Bytes: t.Data, Format: format})
		d.Bias = append(d.Bias, w.vector(name+".bias", out)...)
	}
	if w.precision == Int8 && min(in, w.group) > maxInt8Inputs {
		w.faults.Misshapen = append(w.faults.Misshapen, fmt.Sprintf("%s%s.weight has %d inputs, in 8 bits there may be %d", w.prefix, names[0], in, maxInt8Inputs))
	}
	if w.faults.any() {
		return d // the sizes are not to be trusted
	}
	fill := w.pack(&d, in, out*len(parts))
	for i := range parts {
		w.fills = append(w.fills, func() {
			if w.redraw != 0 {
				parts[i] = redrawn(parts[i], w.prefix+names[i], w.redraw)
			}
			fill(i*out, &parts[i], 0, out)
		})
	}
	return d
}

// exact returns weights that are read in float32 whatever the options say.
func (w weights) exact() weights {
	w.precision = Float32
	return w
}

// pack gives d a matrix of the precision that was asked for, and returns what
// fills it.
func (w weights) pack(d *transformer.Dense, in, out int) func(column int, part *f32.Weights, lo, hi int) {
	switch w.precision {
	case Int8:
		m := transformer.NewInt8Matrix(in, out, w.group)
		d.Weight = m
		return m.Fill
	case BFloat16:
		m := f32.NewBFloat16Matrix(in, out)
		d.Weight = m
		return m.Fill
	}
	m := f32.NewMatrix(in, out)
	d.Weight = m
	return m.Fill
}

// norm reads a layer normalization, by the names of today or those of the
// first checkpoints.
func (w weights) norm(name string, width int, epsilon float64) transformer.Norm {
	gain, bias := name+".weight", name+".bias"
	if _, old := w.file.Tensor(w.prefix + name + ".gamma"); old {
		gain, bias = name+".gamma", name+".beta"
	}
	return transformer.Norm{Gain: w.vector(gain, width), Bias: w.vector(bias, width), Epsilon: float32(epsilon)}
}

// table reads an embedding. It stays where and as it is.
func (w weights) table(name string, rows, width int) transformer.Table {
	t, format := w.tensor(name, rows, width)
	return transformer.Table{Data: t.Data, Format: format, Width: width}
}

// vector reads n numbers.
func (w weights) vector(name string, n int) []float32 {
	t, format := w.tensor(name, n)
	if t.Data == nil {
		return nil
	}
	v := make([]float32, n)
	f32.Convert(v, t.Data, format)
	return v
}

// tensor returns the tensor called name, or none if it is not as it must be.
func (w weights) tensor(name string, shape ...int) (safetensors.Tensor, f32.Format) {
	name = w.prefix + name
	w.used[name] = true
	t, ok := w.file.Tensor(name)
	if !ok {
		w.faults.Missing = append(w.faults.Missing, fmt.Sprintf("%s %d", name, shape))
		return safetensors.Tensor{}, 0
	}
	if !slices.Equal(t.Shape, shape) {
		w.faults.Misshapen = append(w.faults.Misshapen, fmt.Sprintf("%s is %d, not %d", name, t.Shape, shape))
		return safetensors.Tensor{}, 0
	}
	switch t.DType {
	case safetensors.F32:
		return t, f32.Float32
	case safetensors.F16:
		return t, f32.Float16
	case safetensors.BF16:
		return t, f32.BFloat16
	}
	w.faults.Mistyped = append(w.faults.Mistyped, fmt.Sprintf("%s is %s, not F32, F16 or BF16", name, t.DType))
	return safetensors.Tensor{}, 0
}

// finish tells what was wrong, tensors that nobody asked for included but for
// those whose names end in ignored, or else does the work that is left, in
// parallel.
func (w weights) finish(ignored string) error {
	for _, name := range w.file.Names() {
		if !w.used[name] && !strings.HasSuffix(name, ignored) {
			w.faults.Unexpected = append(w.faults.Unexpected, name)
		}
	}
	if w.faults.any() {
		return &w.faults
	}
	parallel(w.threads, w.fills)
	return nil
}

// parallel runs tasks on a number of goroutines, 0 meaning GOMAXPROCS.
func parallel(threads int, tasks []func()) {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for range threads {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(tasks)); i = next.Add(1) - 1 {
				tasks[i]()
			}
		})
	}
	wait.Wait()
}

// int8Group is how many inputs share scales in 8 bits. Larger groups are less
// true, smaller ones slower; of the built-in model's log-odds the root mean
// square error is 0.09 with one group, 0.056 with this, 0.055 with half of it.
const int8Group = 128

// maxInt8Inputs is how many products of 8-bit integers a sum has room for.
const maxInt8Inputs = 1 << 16

// A LoadError tells everything that keeps a checkpoint's tensors from being
// the model that its configuration describes.
type LoadError struct {
	Missing    []string // tensors that are not there, with the shape they should have
	Misshapen  []string // tensors of another shape
	Mistyped   []string // tensors of a type that cannot be read
	Unexpected []string // tensors that the model has no use for
}

func (e *LoadError) any() bool {
	return len(e.Missing)+len(e.Misshapen)+len(e.Mistyped)+len(e.Unexpected) > 0
}

// Error lists the faults, of each kind at most the first fifty.
func (e *LoadError) Error() string {
	var parts []string
	for _, kind := range []struct {
		name  string
		names []string
	}{
		{"missing", e.Missing},
		{"ill-shaped", e.Misshapen},
		{"of an unreadable type", e.Mistyped},
		{"unexpected", e.Unexpected},
	} {
		const most = 50
		n := len(kind.names)
		if n == 0 {
			continue
		}
		list := strings.Join(kind.names[:min(n, most)], ", ")
		if n > most {
			list += fmt.Sprintf(" and %d more", n-most)
		}
		parts = append(parts, fmt.Sprintf("%d %s: %s", n, kind.name, list))
	}
	return "weights: " + strings.Join(parts, "; ")
}
