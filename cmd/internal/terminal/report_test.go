package terminal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestBrokenPipes: a pipe or connection that breaks elsewhere is an error.
func TestBrokenPipes(t *testing.T) {
	upload := brokenPipe(t)
	for _, err := range []error{
		fmt.Errorf("s3://bucket/why.jsonl: %w", upload),
		&UsageError{Err: fmt.Errorf("POST http://localhost/v1: %w", upload)},
		&OutputError{Err: fmt.Errorf("output pipe: %w", syscall.EPIPE)},
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
	Report(&stderr, "explain", errors.Join(fmt.Errorf("the server says %s", forged), &UsageError{Err: errors.New("second")}))
	if want := "explain: the server says no; hint: rm -rf ~; explain: hint: pay\nexplain: second\n"; stderr.String() != want {
		t.Errorf("%q, want %q", stderr.String(), want)
	}
	stderr.Reset()
	(&Terminal{W: &stderr}).Printf("note: %s", "a\u2028explain: b")
	if want := "explain: note: a\nexplain: explain: b\n"; stderr.String() != want {
		t.Errorf("%q, want %q", stderr.String(), want)
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
		Report(&stderr, "explain", &UsageError{Err: fmt.Errorf("the server says %s", text), Hint: text})
		want = "explain: the server says " + want + "\nexplain: hint: " + want + "\n"
		if stderr.String() != want {
			t.Errorf("%q, want %q", stderr.String(), want)
		}
	}
}
