package corpus

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// allocated returns how many bytes f reserves, in all.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestSmallFiles: files of some kilobytes that ask for gigabytes cost a line each,
// or their rows do, and little memory.
func TestSmallFiles(t *testing.T) {
	for file, wants := range map[string][]string{
		"alloc4g.parquet":   {`column "id", row group 0: damaged: a page that does not decompress`},
		"bomb.parquet":      {"9.5 MiB long, where 1 is the most", `column "text", row group 0: damaged: a page of 860000351 bytes, where 128 MiB are read at most`},
		"rows15m.jsonl.zst": {"the row is longer than 4 MiB"},
	} {
		var dead []string
		var err error
		n := allocated(func() {
			in := open(t, filepath.Join("testdata/attack", file), Fields{Text: "text", ID: "id"})
			_, dead, err = read(t.Context(), in, 1)
		})
		if told := fmt.Sprint(err); err != nil {
			dead = append(dead, told)
		}
		for _, want := range wants {
			if !slices.ContainsFunc(dead, func(s string) bool { return strings.Contains(s, want) && !strings.Contains(s, "\n") }) {
				t.Errorf("%s: %q\nwant %s", file, dead, want)
			}
		}
		if n > 100<<20 {
			t.Errorf("%s: %d bytes were reserved", file, n)
		}
	}
}
