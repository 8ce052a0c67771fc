package safetensors

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// file lays out a safetensors file.
func file(header string, data []byte) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), data...)
}

func write(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestHostileHeaders(t *testing.T) {
	eight := make([]byte, 8)
	one := func(entry string) string { return `{"x":` + entry + `}` }
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":             {nil, "0 bytes"},
		"header too long":   {file("{}", nil)[:9], "header of 2 bytes"},
		"length overflows":  {bytes.Repeat([]byte{0xff}, 16), "header of 18446744073709551615 bytes"},
		"no object":         {file("[]", nil), "not a JSON object"},
		"cut JSON":          {file(`{"x":{`, nil), `tensor "x"`},
		"more JSON":         {file(`{} {}`, nil), "more after"},
		"number":            {file(one("1"), nil), `tensor "x"`},
		"no entry":          {file(one("null"), nil), "unknown type"},
		"no shape":          {file(one(`{"dtype":"F32","data_offsets":[0,8]}`), eight), "no shape"},
		"no range":          {file(one(`{"dtype":"F32","shape":[2]}`), eight), "no data_offsets"},
		"unknown type":      {file(one(`{"dtype":"F4","shape":[2],"data_offsets":[0,8]}`), eight), `unknown type "F4"`},
		"negative":          {file(one(`{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}`), eight), "shape [-2]"},
		"shape overflows":   {file(one(`{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}`), eight), "shape [4294967296"},
		"shape too large":   {file(one(`{"dtype":"F32","shape":[3],"data_offsets":[0,8]}`), eight), "takes 12 bytes"},
		"beyond the end":    {file(one(`{"dtype":"F32","shape":[4],"data_offsets":[0,16]}`), eight), "[0, 16]"},
		"backwards":         {file(one(`{"dtype":"F32","shape":[2],"data_offsets":[8,0]}`), eight), "[8, 0]"},
		"before the start":  {file(one(`{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}`), eight), "[-8, 0]"},
		"offset overflows":  {file(one(`{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}`), eight), "99999999999999999999"},
		"tail":              {file(`{}`, eight), "the file at 8"},
		"twice":             {file(`{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"x":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}`, eight), "twice"},
		"overlap":           {file(`{"x":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},"y":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}`, eight), "begins at byte 4"},
		"hole":              {file(`{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"y":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}`, eight), "begins at byte 4"},
		"metadata no texts": {file(`{"__metadata__":{"a":1}}`, nil), "metadata"},
	} {
		if _, err := OpenBytes(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestOpenForms(t *testing.T) {
	dir := t.TempDir()
	a := file(`{"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[],"data_offsets":[2,3]},"empty":{"dtype":"F32","shape":[0,3],"data_offsets":[2,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}   `, []byte{1, 2, 3})
	c := file(`{"c":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, []byte{4})
	write(t, dir, "one.safetensors", a)
	write(t, dir, "two.safetensors", c)
	write(t, dir, "model.safetensors.index.json", []byte(`{"weight_map":{"a":"one.safetensors","b":"one.safetensors","c":"two.safetensors"}}`))

	for path, names := range map[string][]string{
		filepath.Join(dir, "one.safetensors"):              {"a", "empty", "b"},
		filepath.Join(dir, "model.safetensors.index.json"): {"a", "empty", "b", "c"},
	} {
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(f.Names(), names) {
			t.Errorf("%s: names %q, want %q", path, f.Names(), names)
		}
		f.Forget() // and reads again
		b, _ := f.Tensor("b")
		if !bytes.Equal(b.Data, []byte{3}) || len(b.Shape) != 0 {
			t.Errorf("%s: scalar %v of shape %v", path, b.Data, b.Shape)
		}
		if _, ok := f.Tensor("d"); ok {
			t.Errorf("%s: a tensor that is not there", path)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Errorf("second close: %v", err)
		}
	}
}

func TestHostileIndex(t *testing.T) {
	one := file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, []byte{1})
	for index, want := range map[string]string{
		`{"weight_map":{"a":"../model.safetensors"}}`:                  "not a plain name",
		`{"weight_map":{"a":"/etc/passwd"}}`:                           "not a plain name",
		`{"weight_map":{"a":".."}}`:                                    "not a plain name",
		`{"weight_map":{"a":""}}`:                                      "not a plain name",
		`{"weight_map":{"a":"sub\\x"}}`:                                "not a plain name",
		`{"weight_map":{"a":"none.safetensors"}}`:                      "none.safetensors",
		`{"weight_map":{"a":"one.safetensors","z":"one.safetensors"}}`: `no tensor "z" in one.safetensors`,
		`{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}`: `"a" is in two files`,
		`{"weight_map":{}}`:                                            "no weight_map",
		`[]`:                                                           "cannot unmarshal",
	} {
		dir := t.TempDir()
		write(t, dir, "one.safetensors", one)
		write(t, dir, "two.safetensors", one)
		write(t, dir, "model.safetensors.index.json", []byte(index))
		if _, err := Open(filepath.Join(dir, "model.safetensors.index.json")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", index, err, want)
		}
	}
}

// The built-in model's file lies beside this package.
const builtIn = "../pretrained/model.safetensors"

func TestOpenBuiltIn(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := Open(builtIn)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("opening took %d bytes of heap, want less than a copy", got)
	}
	if got := len(f.Names()); got != 105 {
		t.Errorf("%d tensors, want 105", got)
	}
}

func FuzzOpenBytes(f *testing.F) {
	f.Add(file(`{"x":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]}}`, make([]byte, 8)))
	f.Add(file(`{"__metadata__":{"a":"b"},"x":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}  `, make([]byte, 2)))
	f.Add(file(`{"x":{"dtype":"F64","shape":[0],"data_offsets":[0,0]}}`, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		opened, err := OpenBytes(data)
		if err != nil {
			return
		}
		total := 0
		for _, name := range opened.Names() {
			x, ok := opened.Tensor(name)
			n := 1
			for _, d := range x.Shape {
				n *= d
			}
			if !ok || n != x.Len() {
				t.Fatalf("tensor %q of shape %d has %d elements", name, x.Shape, x.Len())
			}
			if floats, err := x.Float32s(nil); err == nil && len(floats) != n {
				t.Fatalf("tensor %q of %d elements gave %d floats", name, n, len(floats))
			}
			total += len(x.Data)
		}
		if total > len(data) {
			t.Fatalf("tensors of %d bytes in a file of %d", total, len(data))
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		f, err := Open(builtIn)
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
}
