package gguf

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTensors: types, shapes and numbers are those that the gguf package wrote.
func TestTensors(t *testing.T) {
	f, err := Open("testdata/tiny.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := os.ReadFile("testdata/tiny.json")
	var want map[string]struct {
		Type   string
		Shape  []int
		Values []float64
	}
	if err == nil {
		err = json.Unmarshal(text, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	if names := f.Names(); !slices.Equal(names, []string{"norm", "half", "brain", "eight", "four"}) {
		t.Errorf("tensors %q", names)
	}
	for name, w := range want {
		x, ok := f.Tensor(name)
		if !ok || string(x.DType) != w.Type || !slices.Equal(x.Shape, w.Shape) || x.Len() != len(w.Values) {
			t.Errorf("%s: %s %d, want %s %d", name, x.DType, x.Shape, w.Type, w.Shape)
		}
		got, err := x.Float32s(nil)
		if err != nil || len(got) != len(w.Values) {
			t.Fatalf("%s: %d numbers: %v", name, len(got), err)
		}
		for i, v := range got {
			if float64(v) != w.Values[i] {
				t.Fatalf("%s: number %d is %v, want %v", name, i, v, w.Values[i])
			}
		}
	}
}

// TestMetadata reads values of every type, and asks for them as others.
func TestMetadata(t *testing.T) {
	f, err := Open("testdata/tiny.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for key, want := range map[string]int64{
		"a.uint8": 200, "a.int8": -100, "a.uint16": 60000, "a.int16": -30000, "a.uint32": 4000000000,
		"a.int32": -2000000000, "a.uint64": 1 << 40, "a.int64": -1 << 40,
	} {
		if got, ok := f.Integer(key); !ok || got != want {
			t.Errorf("%s: %d, want %d", key, got, want)
		}
		if got, ok := f.Number(key); !ok || got != float64(want) {
			t.Errorf("%s: %g, want %d", key, got, want)
		}
		if _, ok := f.Text(key); ok {
			t.Errorf("%s is a text", key)
		}
	}
	if x, ok := f.Number("a.float32"); !ok || x != float64(float32(0.1)) {
		t.Errorf("a.float32: %v", x)
	}
	if x, ok := f.Number("a.float64"); !ok || x != 0.1 {
		t.Errorf("a.float64: %v", x)
	}
	if x, ok := f.Truth("a.bool"); !ok || !x {
		t.Errorf("a.bool: %v", x)
	}
	if x, ok := f.Text("a.text"); !ok || x != "größer\n" {
		t.Errorf("a.text: %q", x)
	}
	if x, ok := f.Texts("a.texts"); !ok || !slices.Equal(x, []string{"", "ä", "b c"}) {
		t.Errorf("a.texts: %q", x)
	}
	if x, ok := f.Integers("a.integers"); !ok || !slices.Equal(x, []int64{3, -1, 2}) {
		t.Errorf("a.integers: %d", x)
	}
	if x, ok := f.Numbers("a.numbers"); !ok || !slices.Equal(x, []float64{0.5, -2.25}) {
		t.Errorf("a.numbers: %g", x)
	}
	for _, key := range []string{"a.truths", "a.text", "none"} {
		if _, ok := f.Integers(key); ok {
			t.Errorf("%s is integers", key)
		}
		if _, ok := f.Truth(key); ok {
			t.Errorf("%s is a truth", key)
		}
	}
	if keys := f.Keys(); len(keys) != 17 || !slices.Contains(keys, "general.architecture") {
		t.Errorf("keys %q", keys)
	}
}

// A written is a file in the making.
type written struct{ bytes.Buffer }

func (w *written) numbers(list ...any) *written {
	for _, x := range list {
		_ = binary.Write(w, binary.LittleEndian, x)
	}
	return w
}

func (w *written) text(s string) *written {
	w.numbers(uint64(len(s)))
	w.WriteString(s)
	return w
}

// header begins a file of so many tensors and values.
func header(tensors, values uint64) *written {
	w := &written{}
	w.WriteString("GGUF")
	return w.numbers(uint32(3), tensors, values)
}

// tensor adds what there is to know of one.
func (w *written) tensor(name string, kind uint32, offset uint64, shape ...uint64) *written {
	w.text(name).numbers(uint32(len(shape)), shape)
	return w.numbers(kind, offset)
}

// data ends a file with so many bytes of data.
func (w *written) data(n int) []byte {
	w.Write(make([]byte, (32-w.Len()%32)%32+n))
	return w.Bytes()
}

// TestHostile: whatever a file says, it is an error in one line that names the
// thing, and nothing is reserved by it.
func TestHostile(t *testing.T) {
	const huge = math.MaxUint64
	whole, err := os.ReadFile("testdata/tiny.gguf")
	if err != nil {
		t.Fatal(err)
	}
	old, turned := slices.Clone(whole), slices.Clone(whole)
	old[4] = 1
	copy(turned[4:], []byte{0, 0, 0, 3})
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":            {nil, "does not begin with"},
		"another kind":     {[]byte("PK\x03\x04 and more"), "does not begin with"},
		"version 1":        {old, "version 1 of GGUF"},
		"big endian":       {turned, "big-endian"},
		"cut in the head":  {whole[:20], "not whole"},
		"cut in values":    {whole[:216], `key "a.`},
		"cut in the data":  {whole[:len(whole)-40], `tensor "four" of 40 bytes`},
		"tensors":          {header(huge, 0).data(64), "18446744073709551615 tensors"},
		"keys":             {header(0, huge).data(64), "18446744073709551615 keys"},
		"tensors, some":    {header(1000, 0).data(64), "tensor 1 of 1000"},
		"long key":         {header(0, 1).numbers(uint64(1 << 40)).data(64), "key 1 of 1: a name of 1099511627776 bytes"},
		"long text":        {header(0, 1).text("k").numbers(uint32(8), uint64(huge)).data(64), `key "k": the file ends`},
		"long list":        {header(0, 1).text("k").numbers(uint32(9), uint32(4), uint64(huge/2)).data(64), `key "k": the file ends`},
		"long list, texts": {header(0, 1).text("k").numbers(uint32(9), uint32(8), uint64(huge/2)).data(64), `key "k": the file ends`},
		"type of a value":  {header(0, 1).text("k").numbers(uint32(13), uint64(0)).data(64), `key "k": a value of unknown type 13`},
		"type in a list":   {header(0, 1).text("k").numbers(uint32(9), uint32(99), uint64(1)).data(64), `key "k": a value of unknown type 99`},
		"key twice":        {header(0, 2).text("k").numbers(uint32(0), uint8(1)).text("k").numbers(uint32(0), uint8(1)).data(0), `key "k" is there twice`},
		"alignment 0":      {header(0, 1).text("general.alignment").numbers(uint32(4), uint32(0)).data(0), `key "general.alignment"`},
		"alignment 48":     {header(0, 1).text("general.alignment").numbers(uint32(4), uint32(48)).data(0), `key "general.alignment"`},
		"alignment text":   {header(0, 1).text("general.alignment").numbers(uint32(8)).text("32").data(0), `key "general.alignment"`},
		"dimensions":       {header(1, 0).tensor("x", 0, 0, 1, 1, 1, 1, 1).data(32), `tensor "x": 5 dimensions`},
		"no dimension":     {header(1, 0).tensor("x", 0, 0).data(32), `tensor "x": rows of []`},
		"dimension 0":      {header(1, 0).tensor("x", 0, 0, 4, 0).data(32), `tensor "x": a dimension of 0`},
		"overflow":         {header(1, 0).tensor("x", 0, 0, 1<<40, 1<<40).data(32), `tensor "x": a dimension of 1099511627776`},
		"type of a tensor": {header(1, 0).tensor("x", 77, 0, 4).data(32), `tensor "x": unknown type 77`},
		"half a block":     {header(1, 0).tensor("x", 8, 0, 33).data(64), `tensor "x": rows of [33] numbers, which are no blocks of Q8_0`},
		"unaligned":        {header(1, 0).tensor("x", 0, 4, 4).data(32), `tensor "x" begins at byte 4`},
		"outside":          {header(1, 0).tensor("x", 0, huge-31, 4).data(32), `tensor "x" of 16 bytes begins at byte 18446744073709551584`},
		"overlap":          {header(2, 0).tensor("x", 0, 0, 16).tensor("y", 0, 32, 4).data(64), `tensor "y" begins at byte 32 of the data, its predecessor ends at 64`},
		"tensor twice":     {header(2, 0).tensor("x", 0, 0, 4).tensor("x", 0, 32, 4).data(64), `"x" is there twice`},
	} {
		_, err := OpenBytes(c.file)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestDeepLists: lists in lists are passed over, but not without end.
func TestDeepLists(t *testing.T) {
	nested := func(depth int) []byte {
		w := header(0, 1).text("k").numbers(uint32(9))
		for range depth {
			w.numbers(uint32(9), uint64(1))
		}
		return w.numbers(uint32(0), uint64(2), uint16(0)).data(0)
	}
	if _, err := OpenBytes(nested(3)); err != nil {
		t.Error(err)
	}
	if _, err := OpenBytes(nested(1000)); err == nil || !strings.Contains(err.Error(), `key "k": lists in lists`) {
		t.Error(err)
	}
}

// TestOtherTypes: what cannot be widened is there all the same, and says so when
// it is to be.
func TestOtherTypes(t *testing.T) {
	f, err := OpenBytes(header(1, 0).tensor("x", 16, 0, 256).data(66))
	if err != nil {
		t.Fatal(err)
	}
	x, _ := f.Tensor("x")
	if _, err := x.Float32s(nil); err == nil || !strings.Contains(err.Error(), `tensor "x" is of type IQ2_XXS`) {
		t.Error(err)
	}
}

// TestOpenNames: an error names the file.
func TestOpenNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bad.gguf")
	if err := os.WriteFile(path, []byte("GGUF"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "gguf: open "+path+": ") {
		t.Error(err)
	}
}

// FuzzOpen: no file makes more of itself than it holds, and all of it can be read.
func FuzzOpen(f *testing.F) {
	whole, err := os.ReadFile("testdata/tiny.gguf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:300])
	f.Add(header(1, 1).text("k").numbers(uint32(9), uint32(9), uint64(1), uint32(8), uint64(1)).text("v").tensor("x", 12, 0, 256, 1).data(144))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := OpenBytes(data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q", err)
			}
			return
		}
		total := 0
		for _, name := range file.Names() {
			x, _ := file.Tensor(name)
			total += len(x.Data)
			if numbers, err := x.Float32s(nil); err == nil && len(numbers) != x.Len() {
				t.Fatalf("%q: %d numbers, not %d", name, len(numbers), x.Len())
			}
		}
		if total > len(data) {
			t.Fatalf("tensors of %d bytes in %d", total, len(data))
		}
		for _, key := range file.Keys() {
			file.Texts(key)
			file.Numbers(key)
			file.Truth(key)
		}
	})
}
