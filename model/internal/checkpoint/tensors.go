package checkpoint

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/tensor"
	"golang.org/x/sync/errgroup"
)

// A Tensors reads the tensors of a checkpoint and remembers which were asked
// for. What is wrong with one is noted and nothing returned, so that Finish can
// tell all faults together.
// Reading is in two steps: first all tensors are asked for and their shapes checked,
// which costs nothing; then, if all is well, their numbers are converted and packed in
// parallel. A wrong checkpoint is refused before memory is taken for it.
type Tensors struct {
	file    Weights
	upright bool            // all matrices are [out][in], whatever their family has
	trusted bool            // numbers need not be looked at
	used    map[string]bool // the tensors that were asked for, and whether with a fault
	faults  Error
	unused  []string // tensors that the model has no use for
	fills   []func() // the conversion and packing that is left to do
	last    []func() // what is made of what was packed
	// mutex guards faults.NotFinite, to which Finish adds from several goroutines.
	mutex sync.Mutex
}

// Tensors returns what reads the tensors of c.
func (c *Checkpoint) Tensors() *Tensors {
	r := &Tensors{file: c.Weights, trusted: c.SHA256 != "", used: make(map[string]bool)}
	if w, ok := c.Weights.(interface{ Upright() bool }); ok {
		r.upright = w.Upright()
	}
	return r
}

// Upright tells whether all matrices are [out][in], also those that their family
// has the other way round.
func (r *Tensors) Upright() bool { return r.upright }

// Has tells whether there is a tensor called name.
func (r *Tensors) Has(name string) bool {
	_, ok := r.file.Tensor(name)
	return ok
}

// HasUnder tells whether there is any tensor whose name begins with prefix.
func (r *Tensors) HasUnder(prefix string) bool {
	return slices.ContainsFunc(r.file.Names(), func(s string) bool { return strings.HasPrefix(s, prefix) })
}

// Faulty tells whether anything is wrong so far: then sizes are not to be
// trusted.
func (r *Tensors) Faulty() bool { return r.faults.any() }

// Misshapen notes a tensor whose shape cannot be used.
func (r *Tensors) Misshapen(format string, args ...any) {
	r.faults.Misshapen = append(r.faults.Misshapen, fmt.Sprintf(format, args...))
}

// Later has Finish do work, in parallel with other work.
func (r *Tensors) Later(work func()) { r.fills = append(r.fills, work) }

// After has Finish do work once all that was left for later is done.
func (r *Tensors) After(work func()) { r.last = append(r.last, work) }

// Tensor returns the tensor called name, or none if it is not as it must be,
// which is noted once.
// Shape comes from the config, so that a tensor that fits was made for it.
func (r *Tensors) Tensor(name string, shape ...int) (tensor.Tensor, f32.Format) {
	faulty, again := r.used[name]
	t, there := r.file.Tensor(name)
	format, known := f32.FormatOf(string(t.DType))
	// the list of faults that this one belongs to
	list, fault := (*[]string)(nil), ""
	switch {
	case !there:
		list, fault = &r.faults.Missing, fmt.Sprintf("%s %d", name, shape)
	case !known:
		list, fault = &r.faults.Mistyped, fmt.Sprintf("%s is %s, which is none of the types that are read (%s)", name, t.DType, readableTypes)
	case !slices.Equal(t.Shape, shape):
		list, fault = &r.faults.Misshapen, fmt.Sprintf("%s is %d, not %d", name, t.Shape, shape)
	}
	r.used[name] = faulty || list != nil
	if list != nil {
		if !faulty {
			*list = append(*list, fault)
		}
		return tensor.Tensor{}, 0
	}
	// numbers of a file whose hash is known were looked at before
	if !again && !r.trusted {
		r.Later(func() { r.look(t, format) })
	}
	return t, format
}

// look notes a tensor in which a number is not one.
// One NaN makes every number behind it NaN, so that it is better told by name now.
func (r *Tensors) look(t tensor.Tensor, format f32.Format) {
	if !f32.Finite(t.Data, format) {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.faults.NotFinite = append(r.faults.NotFinite, t.Name)
	}
}

// readableTypes are the types of numbers that are read.
const readableTypes = "F64, F32, F16, BF16, of GGUF Q4_0 to Q8_0, Q2_K to Q6_K, IQ4_NL and IQ4_XS"

// Finish tells what was wrong, or else does the work that is left on a number of
// goroutines, 0 meaning GOMAXPROCS. Tensors that nobody asked for are no fault by
// themselves: they are noted, but for those whose names match a pattern of
// [path.Match] in ignored.
func (r *Tensors) Finish(threads int, ignored []string) error {
	for _, name := range r.file.Names() {
		matches := func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok }
		if _, used := r.used[name]; !used && !slices.ContainsFunc(ignored, matches) {
			r.faults.Unexpected = append(r.faults.Unexpected, name)
		}
	}
	if r.Faulty() {
		return &r.faults
	}
	r.unused, r.faults.Unexpected = r.faults.Unexpected, nil
	fills := make([]func(), len(r.fills))
	for i, fill := range r.fills {
		fills[i] = func() {
			fill()
			r.file.Forget() // so that no weight is in memory twice for long
		}
	}
	if err := parallel(threads, fills); err != nil {
		return err
	}
	if r.Faulty() {
		slices.Sort(r.faults.NotFinite)
		return &r.faults
	}
	return parallel(threads, r.last)
}

// Warnings returns what a user should know of the tensors, a line each.
func (r *Tensors) Warnings() []string {
	if len(r.unused) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("tensors of the checkpoint that are no part of the model (%d): %s", len(r.unused), few(r.unused, 20))}
}

// parallel runs tasks that read weights on a number of goroutines, 0 meaning
// GOMAXPROCS. Weights that are gone meanwhile are an error.
func parallel(threads int, tasks []func()) error {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	// each takes the next task that nobody has, since tasks are of very different sizes
	var next atomic.Int64
	var group errgroup.Group
	for range threads {
		group.Go(func() error {
			return tensor.Guarded(func() {
				for i := next.Add(1) - 1; i < int64(len(tasks)); i = next.Add(1) - 1 {
					tasks[i]()
				}
			})
		})
	}
	return group.Wait()
}
