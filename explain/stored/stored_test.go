package stored_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
	"github.com/whence-xai/whence/explain/stored"
)

func TestOpenReadsWhatNumPyWrote(t *testing.T) {
	for _, c := range []struct {
		file             string
		players, outputs int
		eighths          bool
	}{{"shapiq", 5, 1, true}, {"outputs", 3, 2, true}, {"integers", 2, 1, false}, {"binary", 4, 1, true}, {"nobody", 0, 1, false}} {
		g, err := stored.Open("testdata/" + c.file + ".npz")
		if err != nil {
			t.Fatal(err)
		}
		if g.Players() != c.players || g.Outputs() != c.outputs {
			t.Fatalf("%s: %d players, %d outputs", c.file, g.Players(), g.Outputs())
		}
		batch := explain.NewCoalitions(c.players, 1<<c.players)
		for bits := range uint64(1 << c.players) {
			batch.Append(explain.Coalition{bits})
		}
		values := make([]float64, batch.Len()*c.outputs)
		if err := g.Value(t.Context(), values, batch); err != nil {
			t.Fatal(err)
		}
		for i, s := range batch.All() {
			want := 0.0
			for p := range s.Players() {
				want += float64((p + 1) * (p + 1))
			}
			if c.eighths {
				want += float64(s.Size()) / 8
			}
			if got := values[i*c.outputs]; got != want {
				t.Errorf("%s: coalition %b is worth %v, want %v", c.file, i, got, want)
			}
			if last := values[(i+1)*c.outputs-1]; c.outputs > 1 && last != -want {
				t.Errorf("%s: the second output of %b is %v, want %v", c.file, i, last, -want)
			}
		}
		explaintest.TestGame(t, g)
	}
}

// npy returns an array file with a header as given.
func npy(header string, elements ...any) []byte {
	var b bytes.Buffer
	b.WriteString("\x93NUMPY\x01\x00")
	_ = binary.Write(&b, binary.LittleEndian, uint16(len(header)))
	b.WriteString(header)
	for _, e := range elements {
		_ = binary.Write(&b, binary.LittleEndian, e)
	}
	return b.Bytes()
}

func header(descr, shape string) string {
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
}

func archive(coalitions, values []byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, body := range map[string][]byte{"coalitions.npy": coalitions, "values.npy": values} {
		if body == nil {
			continue
		}
		f, _ := w.Create(name)
		_, _ = f.Write(body)
	}
	_ = w.Close()
	return b.Bytes()
}

var (
	goodRows   = npy(header("|b1", "(4, 2)"), []byte{0, 0, 1, 0, 0, 1, 1, 1})
	goodValues = npy(header("<f8", "(4,)"), []float64{0, 1, 2, 3})
)

func TestReadRefuses(t *testing.T) {
	read := func(b []byte) error {
		_, err := stored.Read(bytes.NewReader(b), int64(len(b)))
		return err
	}
	for _, rows := range [][]byte{goodRows, nil} {
		if err := read(archive(rows, goodValues)); err != nil {
			t.Fatal(err)
		}
	}
	for what, c := range map[string]struct{ rows, values []byte }{
		"values is missing":           {goodRows, nil},
		"no .npy array":               {[]byte("hello"), goodValues},
		"version 9":                   {append([]byte("\x93NUMPY\x09\x00"), goodRows[8:]...), goodValues},
		"more than 4096 bytes":        {append([]byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), goodRows...), goodValues},
		"without descr":               {npy("{}"), goodValues},
		"without shape":               {npy("{'descr': '|b1', 'fortran_order': False, "), goodValues},
		"type \"|O8\"":                {npy(header("|O8", "(4, 2)")), goodValues},
		"by columns":                  {npy(strings.Replace(header("|b1", "(4, 2)"), "False", "True", 1)), goodValues},
		"at most 24":                  {npy(header("|b1", "(4, 40)")), goodValues},
		"2^n rows":                    {npy(header("|b1", "(5, 2)"), make([]byte, 10)), goodValues},
		"shape (4, x)":                {npy(header("|b1", "(4, x)")), goodValues},
		"shape (4, -2)":               {npy(header("|b1", "(4, -2)")), goodValues},
		"ends after 0 of 8":           {npy(header("|b1", "(4, 2)"), []byte{0, 0, 1}), goodValues},
		"[16777216], and ends after":  {nil, npy(header("<f8", "(16777216,)"), []float64{1, 2, 3})},
		"[1048576 20], and ends":      {npy(header("|b1", "(1048576, 20)")), goodValues},
		"want 0 or 1":                 {npy(header("|u1", "(4, 2)"), []byte{0, 0, 2, 0, 0, 1, 1, 1}), goodValues},
		"row 3 twice":                 {npy(header("|b1", "(4, 2)"), []byte{0, 0, 1, 0, 0, 1, 0, 1}), goodValues},
		"want a row for every":        {goodRows, npy(header("<f8", "(3,)"), []float64{1, 2, 3})},
		"shape [4 0]":                 {goodRows, npy(header("<f8", "(4, 0)"))},
		"more than 33554432 elements": {goodRows, npy(header("<f8", "(4, 999999999, 999999999)"))},
		"shape [3]":                   {nil, npy(header("<f8", "(3,)"), []float64{1, 2, 3})},
		"shape [33554432]":            {nil, npy(header("<f8", "(33554432,)"))},
		"value NaN in row 2":          {goodRows, npy(header("<f8", "(4,)"), []float64{0, 1, math.NaN(), 3})},
	} {
		if err := read(archive(c.rows, c.values)); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("want an error with %q: err = %v", what, err)
		}
	}
	if err := read([]byte("PK nothing")); err == nil {
		t.Error("no archive passes")
	}
	if _, err := stored.Open("testdata/missing.npz"); err == nil {
		t.Error("a missing file passes")
	}
}

// FuzzRead reads archives of any two arrays: a fuzzer finds no checksums of zip.
func FuzzRead(f *testing.F) {
	f.Add(goodRows, goodValues)
	f.Add([]byte(nil), goodValues)
	f.Add(npy(header("|u1", "(2, 1)"), []byte{1, 0}), npy(header(">f4", "(2, 3)"), []float32{1, 2, 3, 4, 5, 6}))
	f.Add(npy(header("<i2", "(1, 0)")), npy(header("<u8", "(1,)"), []uint64{7}))
	f.Add([]byte(nil), npy(strings.Replace(header("<f8", "(2, 2)"), "False", "True", 1), []float64{1, 2, 3, 4}))
	f.Fuzz(func(t *testing.T, rows, values []byte) {
		b := archive(rows, values)
		g, err := stored.Read(bytes.NewReader(b), int64(len(b)))
		if err == nil && g.Players() < 12 {
			explaintest.TestGame(t, g)
		}
	})
}

// FuzzArchive reads anything as an archive.
func FuzzArchive(f *testing.F) {
	f.Add(archive(goodRows, goodValues))
	f.Fuzz(func(t *testing.T, b []byte) {
		if g, err := stored.Read(bytes.NewReader(b), int64(len(b))); err == nil && g.Players() < 12 {
			explaintest.TestGame(t, g)
		}
	})
}

func ExampleOpen() {
	game, err := stored.Open("testdata/shapiq.npz")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(game.Players(), game.Outputs())
	// Output: 5 1
}

func TestWriteIsReadAgain(t *testing.T) {
	for _, players := range []int{0, 3, 11} {
		g := explain.Func(players, func(c explain.Coalition) float64 {
			sum := 0.25
			for p := range c.Players() {
				sum = -2*sum + float64(p)
			}
			return sum
		})
		var b bytes.Buffer
		if err := stored.Write(t.Context(), &b, g); err != nil {
			t.Fatal(err)
		}
		read, err := stored.Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		all := explain.NewCoalitions(players, 1<<players)
		for bits := range uint64(1 << players) {
			all.Append(explain.Coalition{bits}[:min(players, 1)])
		}
		want, got := make([]float64, all.Len()), make([]float64, all.Len())
		if err := errors.Join(g.Value(t.Context(), want, all), read.Value(t.Context(), got, all)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d players: read %v, want %v", players, got, want)
		}
	}
}
