package corpus_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
)

// TestHostileManifests: a manifest that cannot be true is refused in a line, and
// nothing is reserved for what it tells.
func TestHostileManifests(t *testing.T) {
	file := write(t, "in.jsonl", texts(6, ""))
	for name, change := range map[string]struct{ field, value, want string }{
		"shards without end":   {"shards", "1000000000000", "1000000000000 shards are not between"},
		"no shards":            {"shards", "0", "0 shards are not between"},
		"shards below zero":    {"shards", "-2", "-2 shards are not between"},
		"shard behind the end": {"shard", "2", "shard 2 is none of 2"},
		"shard below zero":     {"shard", "-7", "shard -7 is none of 2"},
		"a part twice":         {"shard", "1", "made with other settings"},
		"a whole as a part":    {"shard", "-1", "is no manifest of a part"},
		"rows below zero":      {"dead", "-3", "rows are not"},
		"rows that differ":     {"rows", "7", "7 rows are not 3 explained and 0 dead"},
		"rows that overflow":   {"good", "9223372036854775807", "rows are not"},
		"fewer rows":           {"rows", "2,\n \"good\": 2, \"was\": 3", "rows are not"},
		"a row less":           {"good", "2,\n \"dead\": 1, \"was\": 3", "rows are not"},
		"evaluations":          {"evaluations", "-6", "no -6 evaluations"},
		"settings":             {"method", `"other"`, "is not that of the settings"},
		"a command":            {"method", `"letters", "command": "touch owned"`, "is not that of the settings"},
		"hash of the input":    {"input", `"../../x"`, `input "../../x" is no SHA-256`},
		"hash of the output":   {"sha256", `"\u001b[2J"`, "SHA-256"},
		"another hash":         {"sha256", `"` + sum(nil) + `"`, "holds something else than its manifest says"},
		"bytes below zero":     {"bytes", "-1", "output of -1 bytes"},
		"other bytes":          {"bytes", "1", "holds something else than its manifest says"},
		"another type":         {"rows", `"3"`, "no manifest"},
		"two of them":          {"schema", `1}, {"schema": 1`, "no manifest"},
		"another schema":       {"schema", "99", "is no manifest of a part"},
	} {
		t.Run(name, func(t *testing.T) {
			r := onDisk(t, newRun(t, 2, file))
			for shard := range 2 {
				if _, err := r.Shard(t.Context(), shard); err != nil {
					t.Fatal(err)
				}
			}
			manifest := filepath.Join(r.Output+".parts", "00000-of-00002.manifest.json")
			b, err := os.ReadFile(manifest)
			if err != nil {
				t.Fatal(err)
			}
			at := regexp.MustCompile(`"` + change.field + `": [^,\n]*`).FindIndex(b)
			changed := slices.Concat(b[:at[0]], []byte(`"`+change.field+`": `+change.value), b[at[1]:])
			if err := os.WriteFile(manifest, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err = corpus.Merge(t.Context(), r.Store, r.Output)
			if err == nil || !strings.Contains(err.Error(), change.want) || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("error %q, want one with %q", err, change.want)
			}
			if _, err := os.Stat(r.Output); err == nil {
				t.Error("an output was written")
			}
		})
	}
}

// TestRunsThatCannotBe: a run of no shards, or of more than anybody can do, is refused.
func TestRunsThatCannotBe(t *testing.T) {
	for _, shards := range []int{-1, 0, 1_000_001, 100_000_000_000} {
		r := newRun(t, 1, write(t, "in.jsonl", texts(3, "")))
		r.Shards = shards
		_, all := r.All(t.Context())
		_, one := r.Shard(t.Context(), 0)
		for _, err := range []error{all, one} {
			if err == nil || !strings.Contains(err.Error(), "shards are not between 1 and 1000000") {
				t.Errorf("%d shards: %v", shards, err)
			}
		}
	}
}

// FuzzManifest: whatever stands in a manifest, it is refused, or counts add up.
func FuzzManifest(f *testing.F) {
	const zeros = "0000000000000000000000000000000000000000000000000000000000000000"
	f.Add([]byte(`{"schema":1,"shard":0,"shards":1000000000000}`))
	f.Add([]byte(`{"schema":1,"shard":-1,"shards":2,"rows":3,"good":2,"dead":1,"input":"` + zeros + `","settings":null,"settings_sha256":"` +
		sum([]byte("null")) + `","output":{"bytes":5,"sha256":"` + zeros + `"},"dead_letters":{"bytes":0,"sha256":"` + zeros + `"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		store := &memory{files: map[string][]byte{corpus.ManifestOf("x"): b}}
		m, err := corpus.ReadManifest(t.Context(), store, "x")
		switch {
		case err == nil && m.Schema == 1 && (m.Shards < 1 || m.Shard >= m.Shards || m.Rows != m.Good+m.Dead || m.Good < 0 || m.Dead < 0 || m.Evaluations < 0):
			t.Errorf("%+v", m)
		case err != nil && strings.ContainsAny(err.Error(), "\n\x1b"):
			t.Errorf("%q", err)
		}
	})
}

// FuzzMerge: whatever stands in parts whose manifests vouch for them, they are joined
// to as many rows, or refused.
func FuzzMerge(f *testing.F) {
	f.Add([]byte(`{"row":1,"full":[1],"baseline":[0]}`+"\n"), []byte(`{"row":2,"reason":"too loud"}`+"\n"), int64(1), int64(1), false)
	f.Add([]byte(`{"row":9223372036854775807,"full":[1],"baseline":[0]}`), []byte(nil), int64(1), int64(0), true)
	f.Add([]byte(`{"row":1,"players":[{"score":[1,2]}],"interactions":[{"players":[-1]}]}`), []byte(nil), int64(1), int64(0), true)
	f.Fuzz(func(t *testing.T, rows, dead []byte, good, lost int64, parquet bool) {
		output := "dir/out.jsonl"
		if parquet {
			output = "dir/out.parquet"
		}
		m := corpus.Manifest{
			Schema: 1, Shards: 2, Rows: good + lost, Good: good, Dead: lost, Input: sum(nil), Hash: sum([]byte("null")),
			Output: corpus.Content{Bytes: int64(len(rows)), SHA256: sum(rows)}, DeadLetters: corpus.Content{Bytes: int64(len(dead)), SHA256: sum(dead)},
		}
		store := &memory{files: map[string][]byte{}}
		for shard, stem := range []string{"00000-of-00002", "00001-of-00002"} {
			m.Shard = shard
			manifest, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			stem = output + ".parts/" + stem
			store.files[stem+".manifest.json"], store.files[stem+".jsonl"], store.files[stem+".dead.jsonl"] = manifest, rows, dead
		}
		whole, err := corpus.Merge(t.Context(), store, output)
		for row, err := range corpus.Rows(t.Context(), store, output) {
			if err == nil && row.Row < 0 {
				t.Errorf("row %d", row.Row)
			}
		}
		if err != nil {
			if store.files[output] != nil {
				t.Errorf("an output was written (%v)", err)
			}
			return
		}
		if n := int64(bytes.Count(store.files[output], []byte("\n"))); whole.Rows != 2*(good+lost) || !parquet && n != 2*good {
			t.Errorf("%d rows from %d and %d: %+v", n, good, lost, whole)
		}
	})
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
