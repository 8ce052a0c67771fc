package corpus_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
)

// TestDeadLetters: rows that are no documents are told with place and reason, and
// those around them are explained.
func TestDeadLetters(t *testing.T) {
	long := `{"text": "` + strings.Repeat("x", 5<<20) + `"}`
	for _, c := range []struct{ name, content, reasons string }{
		{"bad.jsonl", `{"text": "good"}` + "\n\n" + `{"text": 5}` + "\n" + `{"txt": "?"}` + "\n{\"text\"\n[1]\n" + `{"text": null}` + "\n" +
			"{\"text\": \"\xff\"}\n" + long + "\n" + `{"text": "good", "id": [1]}` + "\n" + `{"text": "also"}`,
			"2 text 5 is no string; 3 text missing; 4  no object in JSON: unexpected end of JSON input; 5  no object in JSON: json: cannot unmarshal array into Go value of type corpus.object; " +
				"6 text null is no string; 7 text not UTF-8; 8  the row is longer than 4 MiB; 9 id [1] is no string but a list"},
		{"bad.csv", "id,text\n1,good\n2\n3,a,b\n4,\"good\n\"\n5,\xff\n6,g\"o\"od\n", "2  1 fields, the header has 2; 3  3 fields, the header has 2; 5 text not UTF-8"},
		{"bad.tsv", "text\tid\ngood\t1\nbad\n\"good\t\n", "2  1 fields, the header has 2"},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := corpus.Open(t.Context(), corpus.Folder{}, []string{path}, corpus.Fields{Text: "text", ID: "id"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		r := newRun(t, 2, write(t, "other.jsonl", nil))
		r.Input = in
		all(t, r)
		rows, dead := results(t, r)
		var reasons []string
		for line := range strings.Lines(dead) {
			var d corpus.DeadLetter
			if err := json.Unmarshal([]byte(line), &d); err != nil {
				t.Fatal(err)
			}
			if d.File != path || !strings.HasPrefix(c.content[d.Offset:], strings.TrimSuffix(strings.ToValidUTF8(d.Raw, "\xff"), "…")[:1]) {
				t.Errorf("%s: place %+v", c.name, d)
			}
			reasons = append(reasons, strings.Join([]string{json.Number(itoa(d.Row)).String(), d.Field, d.Reason}, " "))
		}
		if got := strings.Join(reasons, "; "); got != c.reasons {
			t.Errorf("%s: reasons\n%s\nwant\n%s", c.name, got, c.reasons)
		}
		if n := strings.Count(rows, "\n"); n != 2 && c.name != "bad.csv" || n != 3 && c.name == "bad.csv" {
			t.Errorf("%s: %d good rows:\n%s", c.name, n, rows)
		}
	}
}

func itoa(n int64) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// TestOpenRefuses: inputs that cannot be are told at once, by name.
func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.jsonl", "{}\n")
	for _, c := range []struct {
		files []string
		want  string
	}{
		{[]string{filepath.Join(dir, "none.jsonl")}, "no such file"},
		{[]string{filepath.Join(dir, "*.none")}, "no such file"},
		{[]string{dir + "/"}, "no known format"},
		{[]string{file("a.txt", "")}, "no known format"},
		{[]string{file("a.parquet.gz", "")}, "no known format"},
		{[]string{file("other.jsonl", "{\"b\": 1}\n?\n{\"a\": 1}\n")}, `no field "text", there are: a, b`},
		{[]string{file("empty.csv", "")}, "no header"},
		{[]string{file("other.csv", "a,b\n")}, `no field "text", there are: a, b`},
		{[]string{file("damaged.jsonl.gz", "not compressed")}, "damaged.jsonl.gz: "},
		{[]string{file("damaged.csv.zst", "not compressed")}, "damaged.csv.zst: "},
		{[]string{file("damaged.parquet", "PAR1 not Parquet PAR1")}, "damaged.parquet: "},
		{[]string{good, write(t, "in.parquet", texts(3, ""))}, "Parquet and other files"},
	} {
		_, err := corpus.Open(t.Context(), corpus.Folder{}, c.files, fields, 0)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.files, err, c.want)
		}
	}
	var missing *corpus.MissingFieldError
	_, err := corpus.Open(t.Context(), corpus.Folder{}, []string{file("c.tsv", "x\ty\n")}, fields, 0)
	if !errors.As(err, &missing) || len(missing.Have) != 2 {
		t.Errorf("error %v", err)
	}
}

// TestDamaged: files that are cut or changed anywhere end in an error or in
// rows, never in a panic.
func TestDamaged(t *testing.T) {
	for _, name := range []string{"in.parquet", "in.jsonl.gz", "in.csv.zst", "in.csv"} {
		content, err := os.ReadFile(write(t, name, texts(60, ".csv")))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), name)
		for i := 0; i < len(content); i += 1 + len(content)/97 {
			damaged := append([]byte(nil), content...)
			if damaged[i] ^= 0xff; i%2 == 1 {
				damaged = damaged[:i]
			}
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			in, err := corpus.Open(t.Context(), corpus.Folder{}, []string{path}, fields, 0)
			if err != nil {
				continue
			}
			r := newRun(t, 2, write(t, "other.jsonl", nil))
			r.Input = in
			_, _ = r.Shard(t.Context(), 0)
			_, _ = r.Shard(t.Context(), 1)
		}
	}
}

// TestEmpty: rows without a text are told apart from those that were explained.
func TestEmpty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.jsonl")
	content := `{"text": "good", "name": "a", "class": 1}` + "\n" + `{"text": "", "name": "b"}` + "\n" + `{"text": " \t", "name": "c"}` + "\n{}\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	r := newRun(t, 2, path)
	m := all(t, r)
	_, dead := results(t, r)
	if m.Good != 1 || m.Dead != 3 || m.Empty != 2 || strings.Count(dead, `"field":"text","reason":"empty: there is nothing to explain"`) != 2 || !strings.Contains(dead, `"id":"c"`) {
		t.Errorf("%d explained, %d dead, %d empty\n%s", m.Good, m.Dead, m.Empty, dead)
	}
}

// TestNamedLikeAPattern: a file of the very name wins over what it matches.
func TestNamedLikeAPattern(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"part[1].jsonl", "part1.jsonl", "half[.jsonl"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(`{"text": "of `+name+`"}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for pattern, want := range map[string]string{"part[1].jsonl": "of part[1].jsonl", "part[12].jsonl": "of part1.jsonl", "half[.jsonl": "of half[.jsonl"} {
		in, err := corpus.Open(t.Context(), corpus.Folder{}, []string{filepath.Join(dir, pattern)}, corpus.Fields{Text: "text"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for d, err := range in.Documents(t.Context()) {
			if err != nil || d.Text != want {
				t.Errorf("%s: %q, want %q (%v)", pattern, d.Text, want, err)
			}
		}
	}
}
