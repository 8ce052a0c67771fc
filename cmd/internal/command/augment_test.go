package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAugmentBehindMark: a byte-order mark is no part of the first field.
func TestAugmentBehindMark(t *testing.T) {
	for format, text := range map[string]string{
		".csv": "text,label\nhis own film,1\n", ".tsv": "text\tlabel\nhis own film\t1\n", ".jsonl": `{"text": "his own film"}` + "\n",
	} {
		in, out := filepath.Join(t.TempDir(), "in"+format), filepath.Join(t.TempDir(), "out"+format)
		if err := os.WriteFile(in, []byte("\ufeff"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		outputOf(t, "audit", "--augment", in, "--output", out)
		if got := string(read(t, out)); !strings.HasPrefix(got, text) || !strings.Contains(got, "her own film") {
			t.Errorf("%s: %q", format, got)
		}
	}
}
