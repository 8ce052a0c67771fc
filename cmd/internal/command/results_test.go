package command

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// TestClosedPipe: whoever reads the results has seen enough, and that is no error:
// of the program's own standard output, which a signal may end, and of any other.
func TestClosedPipe(t *testing.T) {
	closed := func() *os.File {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { w.Close() })
		r.Close()
		return w
	}
	var stderr bytes.Buffer
	c := exec.Command(os.Args[0], "main", "game", "testdata/games/tabular8.npz")
	c.Stdout, c.Stderr = closed(), &stderr
	if err := c.Run(); stderr.Len() > 0 || err != nil && c.ProcessState.Exited() {
		t.Errorf("%v: %s", err, stderr.String())
	}
	status := Run(context.Background(), []string{"game", "testdata/games/tabular8.npz"}, strings.NewReader(""), closed(), &stderr)
	if status != 0 || stderr.Len() > 0 {
		t.Errorf("exit %d: %s", status, stderr.String())
	}
}

// TestUnwritableAnswers: a text that cannot be written is a failure and no mistake in
// the command.
func TestUnwritableAnswers(t *testing.T) {
	args := []string{"generate", "--prompt", "Once upon a time", "--max-tokens", "2"}
	var stderr bytes.Buffer
	if status := Run(context.Background(), args, strings.NewReader(""), failingWriter{}, &stderr); status != terminal.ExitFailed {
		t.Errorf("standard output: exit %d: %s", status, stderr.String())
	}
	file := filepath.Join(t.TempDir(), "missing", "x.txt")
	if status, said := failureOf(t, append(args, "--output", file)...); status != terminal.ExitFailed || !strings.HasPrefix(said, "explain: output "+file+": ") {
		t.Errorf("a file: exit %d: %s", status, said)
	}
}

// TestModelInfo: what a checkpoint says of itself commands no terminal and stays in
// its line.
func TestModelInfo(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../../model/testdata/tasks/words-multi")); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "config.json")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b = regexp.MustCompile(`"0": "[^"]*"`).ReplaceAll(b, []byte(`"0": "\u001b]52;c;eA==\u0007\r\n\tmodel\u202e"`))
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out := outputOf(t, "model", "info", dir)
	if !strings.Contains(out, "␛]52;c;eA==␇␍␊␉model") || strings.ContainsAny(out, "\x1b\a\r\u202e") {
		t.Errorf("%q", out)
	}
}
