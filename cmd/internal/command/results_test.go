package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
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

// TestBrokenPipes: a pipe or connection that breaks elsewhere is an error.
func TestBrokenPipes(t *testing.T) {
	upload := brokenPipe(t)
	for _, err := range []error{
		fmt.Errorf("s3://bucket/why.jsonl: %w", upload),
		&usageError{err: fmt.Errorf("POST http://localhost/v1: %w", upload)},
		&outputError{err: fmt.Errorf("output pipe: %w", syscall.EPIPE)},
	} {
		var stderr bytes.Buffer
		status := Report(&stderr, "explain", err)
		if status == 0 || !regexp.MustCompile(`^explain: .*broken pipe\n$`).MatchString(stderr.String()) {
			t.Errorf("%v: exit %d: %q", err, status, stderr.String())
		}
	}
}

// brokenPipe returns the error of writing to a socket that the other end has closed.
func brokenPipe(t *testing.T) error {
	t.Helper()
	dir, err := os.MkdirTemp("", "") // names of sockets are short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Skip("no such sockets here: ", err)
	}
	defer l.Close()
	w, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	_, err = w.Write([]byte("x"))
	if !errors.Is(err, syscall.EPIPE) {
		t.Fatalf("a broken connection says %v", err)
	}
	return err
}

// TestOneLine: what a server says makes no line that looks like one of the program's;
// errors that were joined have a line each.
func TestOneLine(t *testing.T) {
	const forged = "no\nhint: rm -rf ~\u2028explain: hint: pay"
	var stderr bytes.Buffer
	Report(&stderr, "explain", errors.Join(fmt.Errorf("the server says %s", forged), &usageError{err: errors.New("second")}))
	if want := "explain: the server says no; hint: rm -rf ~; explain: hint: pay\nexplain: second\n"; stderr.String() != want {
		t.Errorf("%q, want %q", stderr.String(), want)
	}
	stderr.Reset()
	(&terminal{w: &stderr}).printf("note: %s", "a\u2028explain: b")
	if want := "explain: note: a\nexplain: explain: b\n"; stderr.String() != want {
		t.Errorf("%q, want %q", stderr.String(), want)
	}
}

// TestUnwritableAnswers: a text that cannot be written is a failure and no mistake in
// the command.
func TestUnwritableAnswers(t *testing.T) {
	args := []string{"generate", "--prompt", "Once upon a time", "--max-tokens", "2"}
	var stderr bytes.Buffer
	if status := Run(context.Background(), args, strings.NewReader(""), failingWriter{}, &stderr); status != exitFailed {
		t.Errorf("standard output: exit %d: %s", status, stderr.String())
	}
	file := filepath.Join(t.TempDir(), "missing", "x.txt")
	if status, said := failureOf(t, append(args, "--output", file)...); status != exitFailed || !strings.HasPrefix(said, "explain: output "+file+": ") {
		t.Errorf("a file: exit %d: %s", status, said)
	}
}

// commands are texts that terminals obey or are led astray by, and how they are shown.
var commands = map[string]string{
	"\x1b]52;c;cm0gLXJmIH4=\a": "␛]52;c;cm0gLXJmIH4=␇",
	"\x1b[2J\x1b[H":            "␛[2J␛[H",
	"a\u202eb\u2066c":          "abc",
	"a\u009b2Jb":               "a\ufffd2Jb",
	"over\rwritten\x00\x7f\b":  "over␍written␀␡␈",
	"\x9b31m":                  "\ufffd31m",
	"a\u2028b":                 "a\nb",
	"plain ünïcödé\t\n":        "plain ünïcödé\t\n",
	"\x1b[8mhidden":            "␛[8mhidden",
	"\x1b[30;40mblack":         "␛[30;40mblack",
}

// TestScreen: on a terminal nothing of the results is obeyed but colours; elsewhere
// they stay as they are.
func TestScreen(t *testing.T) {
	for text, want := range commands {
		const red, off = "\x1b[38;5;208m", "\x1b[0m"
		var screen, pipe bytes.Buffer
		for _, w := range []io.Writer{results{&screen, true}, results{&pipe, false}} {
			if n, err := io.WriteString(w, red+text+off); err != nil || n != len(red+text+off) {
				t.Errorf("%q: %d bytes (%v)", text, n, err)
			}
		}
		if got := screen.String(); got != red+want+off {
			t.Errorf("%q is shown as %q", text, got)
		}
		if got := pipe.String(); got != red+text+off {
			t.Errorf("%q is written as %q", text, got)
		}
	}
}

// TestMessages: what an error says commands no terminal, not even by colours.
func TestMessages(t *testing.T) {
	messages := maps.Clone(commands)
	messages["\x1b[8m hidden"] = "␛[8m hidden"
	for text, want := range messages {
		if strings.Contains(want, "\n") {
			continue // of which each line begins with the program's name
		}
		var stderr bytes.Buffer
		Report(&stderr, "explain", &usageError{err: fmt.Errorf("the server says %s", text), hint: text})
		want = "explain: the server says " + want + "\nexplain: hint: " + want + "\n"
		if stderr.String() != want {
			t.Errorf("%q, want %q", stderr.String(), want)
		}
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
