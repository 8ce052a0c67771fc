package ggml

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/gguf"
	"github.com/whence-xai/whence/model/tensor"
)

// Weights are the tensors of a file under the names that transformers has for
// them. What llama.cpp's converter did to their numbers is undone in a copy, made
// when a tensor is asked for: rows are moved whole, and the gains of norms are
// few, so that numbers stay in their blocks.
type Weights struct {
	*gguf.File
	names   []string
	tensors map[string]tensor.Tensor
	heads   map[string]int // of tensors whose rows were turned
	oneUp   map[string]bool
	upright bool
}

// What has to be undone is noted by name, not done: a model is read tensor by tensor.
func newWeights(file *gguf.File, f *family, m *metadata) (*Weights, error) {
	w := &Weights{
		File: file, tensors: make(map[string]tensor.Tensor), heads: make(map[string]int),
		oneUp: make(map[string]bool), upright: f.upright,
	}
	heads := m.size("attention.head_count")
	for _, stored := range file.Names() {
		if strings.HasPrefix(stored, "rope_") {
			continue // part of the config
		}
		t, _ := file.Tensor(stored)
		t.Name = f.name(stored)
		if other, twice := w.tensors[t.Name]; twice {
			return nil, fmt.Errorf("tensor %q: there is another %q", stored, other.Name)
		}
		switch {
		// weights and biases: a bias is a row of one number
		case f.turned && strings.Contains(stored, ".attn_q."):
			w.heads[t.Name] = heads
		case f.turned && strings.Contains(stored, ".attn_k."):
			w.heads[t.Name] = m.keyHeads(heads)
		case f.oneUp && strings.HasSuffix(stored, "norm.weight"):
			w.oneUp[t.Name] = true
		}
		w.names, w.tensors[t.Name] = append(w.names, t.Name), t
	}
	return w, nil
}

// name returns what transformers calls a tensor, its own name if nothing is known.
// "blk.3.attn_q.weight" has a number between stem and leaf, which families' tables leave
// out.
func (f *family) name(stored string) string {
	dot := strings.LastIndexByte(stored, '.')
	if dot < 0 {
		return stored
	}
	stem, suffix := stored[:dot], stored[dot:]
	layers, number := "", ""
	if rest, ok := strings.CutPrefix(stem, "blk."); ok {
		var leaf string
		if number, leaf, ok = strings.Cut(rest, "."); !ok {
			return stored
		}
		layers, number, stem = f.layers, number+".", "blk."+leaf
	}
	if name, ok := f.names[stem]; ok {
		return layers + number + name + suffix
	}
	return stored
}

// Names returns the names of all tensors in the order of their data. The caller
// must not change it.
func (w *Weights) Names() []string { return w.names }

// Upright tells that all matrices are [out][in], also those of which transformers
// has the transposes.
func (w *Weights) Upright() bool { return w.upright }

// Tensor returns the tensor called name and whether there is one.
func (w *Weights) Tensor(name string) (tensor.Tensor, bool) {
	t, ok := w.tensors[name]
	switch heads := w.heads[name]; {
	case !ok:
	// another shape is a fault, which the reader of the tensor tells
	case heads > 0 && t.Shape[0]%(2*heads) == 0:
		t.Data = turned(t.Data, t.Shape[0], heads)
	case w.oneUp[name]:
		t = lessOne(t)
	}
	return t, ok
}

// turned returns so many rows with those of every head in the order in which
// transformers turns them: rotary embedding turns rows i and i+half of a head
// together there, 2i and 2i+1 in the file.
// data are rows of quantized blocks, which lie within a row: moving rows whole moves no
// number out of its block.
func turned(data []byte, rows, heads int) []byte {
	// bytes of a row, and half the rows of a head
	size, half := len(data)/rows, rows/heads/2
	out := make([]byte, 0, len(data))
	for row := range rows {
		head, i := row/(2*half), row%(2*half)
		from := head*2*half + i%half*2 + i/half
		out = append(out, data[from*size:][:size]...)
	}
	return out
}

// lessOne returns numbers of which 1 is taken, in float32; others than floats as
// they are, which is a fault that is told of all tensors.
func lessOne(t tensor.Tensor) tensor.Tensor {
	numbers, err := t.Float32s(nil)
	if err != nil {
		return t
	}
	t.DType, t.Data = tensor.F32, slices.Grow([]byte(nil), 4*len(numbers))
	for _, x := range numbers {
		t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(x-1))
	}
	return t
}
