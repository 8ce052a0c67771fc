package ggml

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/gguf"
)

// A metadata is what a file says of its model, under keys that begin with the
// architecture's name. What is wrong is noted, so that err can tell all faults
// together.
type metadata struct {
	*gguf.File
	arch   string
	faults []string
}

// fail notes a fault; what returns after it is a value that does no harm.
func (m *metadata) fail(format string, args ...any) {
	m.faults = append(m.faults, fmt.Sprintf(format, args...))
}

// err returns all that was noted, in one line.
func (m *metadata) err() error {
	if len(m.faults) == 0 {
		return nil
	}
	return errors.New(strings.Join(m.faults, "; "))
}

// key returns a name behind the architecture's, such as llama.block_count.
func (m *metadata) key(name string) string { return m.arch + "." + name }

func (m *metadata) has(name string) bool { return slices.Contains(m.Keys(), m.key(name)) }

// size returns the integer under a name, or the one that a list has for all
// layers; 0 if there is none.
// A list that differs from layer to layer is a model that no engine here has.
func (m *metadata) size(name string) int {
	if !m.has(name) {
		return 0
	}
	list, _ := m.Integers(m.key(name))
	if len(list) == 0 || len(slices.Compact(list)) != 1 {
		m.fail("key %q is not one integer for all layers", m.key(name))
		return 0
	}
	return int(list[0])
}

// require notes that a name is missing.
func (m *metadata) require(name string) {
	if !m.has(name) {
		m.fail("key %q is missing", m.key(name))
	}
}

// needed returns the size under a name, which must be there.
func (m *metadata) needed(name string) int {
	m.require(name)
	return m.size(name)
}

// keyHeads returns how many heads of keys there are for so many of queries: without
// grouped queries the file does not say, and there are as many.
func (m *metadata) keyHeads(heads int) int {
	if !m.has("attention.head_count_kv") {
		return heads
	}
	return m.size("attention.head_count_kv")
}

// number returns the number under a name, or missing.
func (m *metadata) number(name string, missing float64) float64 {
	if !m.has(name) {
		return missing
	}
	x, ok := m.Number(m.key(name))
	if !ok || !finite(x) {
		m.fail("key %q is no number", m.key(name))
		return missing
	}
	return x
}

// rows returns the first size of a tensor, 0 if there is none called so.
func (m *metadata) rows(name string) int {
	if t, ok := m.Tensor(name); ok {
		return t.Shape[0]
	}
	return 0
}

// factors returns the numbers of a small tensor, none if there is none called so.
func (m *metadata) factors(name string) []float32 {
	// more than any head has pairs of numbers
	const most = 1 << 12
	t, ok := m.Tensor(name)
	if !ok {
		return nil
	}
	list, err := t.Float32s(nil)
	if err != nil || len(list) > most || !finite(list...) {
		m.fail("tensor %q is no list of factors", name)
		return nil
	}
	return list
}

// token returns the id of a special token, -1 if there is none.
func (m *metadata) token(name string) int {
	if id, ok := m.Integer("tokenizer.ggml." + name + "_token_id"); ok && id >= 0 && id < 1<<31 {
		return int(id)
	}
	return -1
}

// finite tells whether all of list are numbers, and none is without bound.
func finite[F float32 | float64](list ...F) bool {
	return !slices.ContainsFunc(list, func(x F) bool { return math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) })
}
