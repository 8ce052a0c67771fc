package pickle

import (
	"os"
	"testing"
)

// FuzzOpenBytes: whatever a file says, its tensors are as large as their shapes, and
// no larger in all than the file allows.
func FuzzOpenBytes(f *testing.F) {
	for _, path := range goldens(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { inspect(t, data) })
}

// FuzzPickle is FuzzOpenBytes of the pickle in an archive, with a storage beside it.
func FuzzPickle(f *testing.F) {
	f.Add(named(tensorOf("K\x00", "K\x06\x85", "K\x01\x85")))
	f.Add(named(tensorOf("K\x01", "K\x02K\x02\x86", "K\x01K\x02\x86")))
	f.Add(start + "ccollections\nOrderedDict\n)R(U\x01xK\x01U\x01y](K\x01Neu}U\x09_metadata}sb.")
	f.Add("\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01x\x94G\x3f\xe0\x00\x00\x00\x00\x00\x00s.")
	f.Fuzz(func(t *testing.T, pickle string) { inspect(t, archived(t, record{"data.pkl", pickle}, six)) })
}

func inspect(t *testing.T, data []byte) {
	opened, err := OpenBytes(data)
	if err != nil {
		return
	}
	copied := 0
	for _, name := range opened.Names() {
		x, ok := opened.Tensor(name)
		n := 1
		for _, d := range x.Shape {
			n *= d
		}
		if !ok || n != x.Len() || n*x.DType.Size() != len(x.Data) {
			t.Fatalf("tensor %q of shape %d has %d elements in %d bytes", name, x.Shape, x.Len(), len(x.Data))
		}
		if len(x.Data) > 0 && cap(x.Data) == len(x.Data) && !within(x.Data, data) {
			copied += len(x.Data)
		}
	}
	if copied > 2*len(data)+1<<20 {
		t.Fatalf("%d bytes were copied of a file of %d", copied, len(data))
	}
}

// within tells whether a slice is a part of another.
func within(part, whole []byte) bool {
	for i := range whole {
		if &whole[i] == &part[0] {
			return true
		}
	}
	return false
}
