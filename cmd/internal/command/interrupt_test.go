package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// TestEveryCommandIsInterrupted: whoever ends a command is told so and nothing else,
// and no output is there that is not whole.
func TestEveryCommandIsInterrupted(t *testing.T) {
	saved := filepath.Join(t.TempDir(), "why.json")
	outputOf(t, "--prompt", "not bad", "--output", saved)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{
		{"--prompt", "not bad at all"},
		{"game", "testdata/games/words12.npz", "--method", "kernel"},
		{"game", "--command", `"$GAME" play well`},
		{"corpus", "testdata/corpus/reviews.csv"},
		{"evaluate", "--prompt", "not bad at all"},
		{"evaluate", saved},
		{"evaluate", "--rationales", "testdata/rationales.jsonl"},
		{"compare", "--masks", "drop,hide", "--prompt", "not bad at all"},
		{"verify", saved},
		{"diff", saved, saved},
		{"show", saved},
		{"audit", "--axes", "gender"},
		{"audit", "--corpus", "testdata/reviews.csv"},
	} {
		var stdout, stderr bytes.Buffer
		dir := t.TempDir()
		file := filepath.Join(dir, "out.json")
		if args[0] == "corpus" {
			file = filepath.Join(dir, "out.jsonl")
		}
		status := Run(gone, append(args, "--output", file), strings.NewReader(""), &stdout, &stderr)
		if status != terminal.ExitInterrupted || stderr.String() != "explain: interrupted\n" || stdout.Len() > 0 {
			t.Errorf("%q: exit %d, printed %q and %q", args, status, stdout.String(), stderr.String())
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%q: an output is there", args)
		}
	}
}
