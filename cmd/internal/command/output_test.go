package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// failureOf runs a command line that must fail, and returns the status and what was said.
func failureOf(t *testing.T, args ...string) (status int, said string) {
	t.Helper()
	var stderr bytes.Buffer
	status = Run(context.Background(), args, strings.NewReader(""), io.Discard, &stderr)
	if status == 0 || stderr.Len() == 0 {
		t.Errorf("explain %q: exit %d: %q", args, status, stderr.String())
	}
	return status, stderr.String()
}

// TestLeftovers: what killed runs left, also those with the same process id as this
// one, is in nobody's way and does not stay.
func TestLeftovers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.csv")
	mine := fmt.Sprintf("%s.%d.tmp", file, os.Getpid())
	for _, name := range []string{mine, file + "." + strings.Repeat("A", 26) + ".tmp"} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	outputOf(t, "game", "testdata/games/tabular8.npz", "--output", file)
	left, _ := os.ReadDir(filepath.Dir(file))
	if len(left) != 2 || filepath.Join(filepath.Dir(file), left[1].Name()) != mine {
		t.Errorf("left: %v", left)
	}
}

// TestKeepsInputs: no command writes over what it reads, however the two are named.
func TestKeepsInputs(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	const text = "{}\n"
	for _, name := range []string{"x.json", "x.csv"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"show", "./x.json", "--output", "x.json"},
		{"evaluate", "x.json", "--output", filepath.Join(dir, "x.json")},
		{"verify", "x.json", "-o", "./x.json"},
		{"report", "./x.json", "-o", "x.json"},
		{"audit", "--augment", "./x.csv", "-o", "x.csv"},
		{"generate", "--file", "./x.json", "--output", "x.json"},
		{"--file", "x.json", "--output", "./x.json"},
		{"generate", "--template", "x.json", "--output", "./x.json"},
		{"generate", "--template", "{a} b", "--set", "a=@x.json", "--output", "./x.json"},
		{"--prompt", "a", "--neutralize", "x.json", "--output", "./x.json"},
	} {
		if status, said := failureOf(t, args...); status != terminal.ExitUsage || !strings.Contains(said, "both input and output") {
			t.Errorf("%q: exit %d: %s", args, status, said)
		}
	}
	for _, name := range []string{"x.json", "x.csv"} {
		if b, err := os.ReadFile(name); err != nil || string(b) != text {
			t.Errorf("%s holds %q (%v)", name, b, err)
		}
	}
}

// TestEndless: files without an end are refused, whatever they are given for.
func TestEndless(t *testing.T) {
	const zeros = "/dev/zero"
	if _, err := os.Stat(zeros); err != nil {
		t.Skip("no such file here")
	}
	outputOf(t, "game", "testdata/games/tabular8.npz", "--output", os.DevNull)
	for _, args := range [][]string{
		{"--file", zeros},
		{"--prompt", "good", "--format", "png", "--font", zeros, "--output", os.DevNull},
		{"generate", "--template", zeros},
		{"audit", "--lexicon", zeros, "--corpus", "testdata/unsigned.json"},
		{"audit", zeros},
		{"evaluate", "--rationales", zeros},
	} {
		if status, said := failureOf(t, args...); status != terminal.ExitUsage || !strings.Contains(said, zeros+": more than ") {
			t.Errorf("%q: exit %d: %s", args, status, said)
		}
	}
}

// TestInterruptedAtPipes: where nothing comes, the first interrupt ends a command.
func TestInterruptedAtPipes(t *testing.T) {
	for _, args := range [][]string{{"show", "-"}, {"verify", "-"}, {"evaluate", "-"}, {"diff", "-", "testdata/unsigned.json"}} {
		ctx, cancel := context.WithCancel(t.Context())
		r, w := io.Pipe()
		ended := make(chan int)
		go func() { ended <- Run(ctx, args, r, io.Discard, io.Discard) }()
		if _, err := w.Write([]byte("{")); err != nil { // it reads
			t.Fatal(err)
		}
		cancel()
		if status := <-ended; status != terminal.ExitInterrupted {
			t.Errorf("%q: exit %d", args, status)
		}
		w.Close()
	}
}

// TestClashHint: a corpus that would be written over is told where else to write.
func TestClashHint(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("why.dead.jsonl", []byte(`{"text": "good"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, said := failureOf(t, "corpus", "why.dead.jsonl", "-o", "why.jsonl"); status != terminal.ExitUsage || !strings.HasSuffix(said, "explain: hint: --output why.2.jsonl\n") {
		t.Errorf("exit %d: %s", status, said)
	}
}

// TestInterruptedAtFIFOs: a pipe that nobody has opened to write keeps no command.
func TestInterruptedAtFIFOs(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "x.csv")
	if err := exec.Command("mkfifo", fifo).Run(); err != nil {
		t.Skip("no mkfifo here: ", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{
		{"evaluate", "--rationales", fifo},
		{"audit", fifo},
		{"audit", "--corpus", "testdata/unsigned.json", "--lexicon", fifo},
		{"audit", "--augment", fifo, "--output", fifo + ".csv"},
	} {
		if status := Run(ctx, args, strings.NewReader(""), io.Discard, io.Discard); status != terminal.ExitInterrupted {
			t.Errorf("%q: exit %d", args, status)
		}
	}
}
