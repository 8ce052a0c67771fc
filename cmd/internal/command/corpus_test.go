package command

import (
	"bytes"
	"context"
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
