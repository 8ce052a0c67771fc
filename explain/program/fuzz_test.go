package program

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// FuzzMessages: whatever a program says, there is a value or an error that is
// short and commands no terminal.
func FuzzMessages(f *testing.F) {
	for _, line := range []string{
		`{"n": 3, "outputs": 2, "players": ["a", "b", "c"]}`, `{"n": 2}`, `{"error": "no\u001b[2J"}`, `{"values": [1, -2.5e3]}`,
		`{"values": [[1, 2], [3, 4]]}`, `{"logprobs": [-1, -2], "tokens": ["a", "b"]}`, `{"text": "a"}`, `null`, `[]`, `{"n": null}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		players, outputs, names, err := readHello(bufio.NewReader(bytes.NewReader(line)))
		if checkLine(t, err); err == nil && (players < 0 || players > maxPlayers || outputs < 1 || outputs > maxOutputs || len(names) != 0 && len(names) != players) {
			t.Errorf("%d players, %d outputs, %d names", players, outputs, len(names))
		}
		for outputs := range 3 {
			dst := make([]float64, 2*(outputs+1))
			err := readAnswer(bufio.NewReader(bytes.NewReader(line)), dst, 2, outputs+1)
			checkLine(t, err)
			for _, v := range dst {
				if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
					t.Errorf("%v of %q", dst, line)
				}
			}
		}
		var s spoken
		if json.Unmarshal(line, &s) == nil {
			begins, logProbs, err := s.continuation("ab")
			for i := range begins {
				if err == nil && (begins[i] > 2 || logProbs[i] > 0) {
					t.Errorf("%v, %v", begins, logProbs)
				}
			}
		}
		if c, err := parseMask(string(line), 70); err == nil {
			if back, err := parseMask(string(appendMask(nil, c)), 70); err != nil || back.Key() != c.Key() {
				t.Errorf("%q became %q", line, appendMask(nil, c))
			}
		}
	})
}

func checkLine(t *testing.T, err error) {
	t.Helper()
	if err != nil && (len(err.Error()) > 1<<13 || strings.ContainsAny(err.Error(), "\x1b\x00\r\u202e")) {
		t.Errorf("%.300q", err)
	}
}

// FuzzKeep: a file of values may hold anything: it is refused and stays as it is,
// or what it tells are values of the game, and what is added is found later.
func FuzzKeep(f *testing.F) {
	const head = `{"n":2,"outputs":1,"players":["",""]}` + "\n"
	f.Add([]byte(nil))
	f.Add([]byte(`{"n": 2}` + "\n"))
	f.Add([]byte(head + `{"masks":["1","3"],"values":[0.5,1]}` + "\n"))
	f.Add([]byte(head + `{"masks":["1","3"],"val`))
	f.Add([]byte(head[:9]))
	f.Fuzz(func(t *testing.T, content []byte) {
		name := filepath.Join(t.TempDir(), "values")
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		g := explain.Func(2, func(c explain.Coalition) float64 { return float64(c.Size()) })
		batch := explain.NewCoalitions(2, 0)
		for i := range 4 {
			batch.Append(explain.Coalition{uint64(i)})
		}
		var first []float64
		for range 2 {
			k, err := Keep(g, name)
			if err != nil {
				if now, _ := os.ReadFile(name); first != nil || !bytes.Equal(now, content) {
					t.Fatalf("%v, and the file is not as it was", err)
				}
				return
			}
			dst := make([]float64, 4)
			if err := k.Value(t.Context(), dst, batch); err != nil {
				t.Fatal(err)
			}
			if first != nil && !equalBits(first, dst) {
				t.Errorf("%v, then %v", first, dst)
			}
			first = dst
			if err := k.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func equalBits(a, b []float64) bool {
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return false
		}
	}
	return true
}
