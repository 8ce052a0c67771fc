package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/render"
)

// TestCorpusCommandsNoTerminal: neither how a corpus is written nor what its fields
// are called reaches the terminal as anything but text.
func TestCorpusCommandsNoTerminal(t *testing.T) {
	const field = "\x1b[31mred\x1b]0;title\a"
	for _, x := range []struct {
		file   string
		flags  []string
		status int
		said   string
	}{
		{"cr.csv", nil, 0, "2 rows: 2 explained"},
		{"utf16.csv", nil, 0, "2 rows: 2 explained"},
		{"cr.csv", []string{"--text-field", "good"}, terminal.ExitUsage, `no field "good", there are: text, label`},
		{"utf16.csv", []string{"--text-field", "good"}, terminal.ExitUsage, `no field "good", there are: text, label`},
		{"esc.csv", nil, terminal.ExitUsage, `there are: "\x1b[31mred\x1b]0;title\a", label`},
		{"esc.csv", []string{"--text-field", field}, 0, "1 rows: 1 explained"},
		{"esc.csv", []string{"--text-field", "label", "--id-field", field + field}, terminal.ExitUsage, "no field"},
		{"esc.jsonl", nil, terminal.ExitUsage, `there are: "\x1b[31mx"`},
		{"esc.jsonl", []string{"--text-field", "\x1b[31mx"}, terminal.ExitFailed, "1 could not be"},
	} {
		// Results are text on a screen, messages everywhere.
		var screen, stderr bytes.Buffer
		args := append([]string{"corpus", "../../../explain/corpus/testdata/rows/" + x.file, "--output", filepath.Join(t.TempDir(), "why.jsonl")}, x.flags...)
		status := Run(context.Background(), args, strings.NewReader(""), &screen, &stderr)
		shown := string(render.Screen(screen.Bytes())) + stderr.String()
		if status != x.status || !strings.Contains(shown, x.said) {
			t.Errorf("%q: exit %d: %q, want %q", args, status, shown, x.said)
		}
		if at := strings.IndexFunc(shown, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); at >= 0 {
			t.Errorf("%q: byte %d commands the terminal: %q", args, at, shown)
		}
	}
}

// TestLikelyField: a hint names the field that was meant, as it can be typed.
func TestLikelyField(t *testing.T) {
	for want, content := range map[string]string{
		"--text-field review":       "id,review\n1,good\n2,\"not, so\nbad\"\n",
		"--text-field review.text":  `{"review": {"stars": 5, "text": "good"}, "summary": "better than ever"}`,
		"--text-field body":         `{"author": "Ann", "body": "a good film", "stars": 5}`,
		`--text-field $'ein\nText'`: `{"ein\nText": "gut"}`,
		"--text-field 'the one'":    `{"the one": 1}`,
		"--text-field texts":        `{"id": "a long name", "texts": "x"}`,
	} {
		name := filepath.Join(t.TempDir(), "in.jsonl")
		if content[0] != '{' {
			name += ".csv"
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, said := failureOf(t, "corpus", name, "--output", name+".out.jsonl"); !strings.Contains(said, want+"\n") {
			t.Errorf("%s: %s, want %s", content, said, want)
		}
	}
}
