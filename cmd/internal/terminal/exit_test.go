package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/whence-xai/whence/model/hub"
)

// TestExitStatus: what a program says in the end, and returns, tells an interruption,
// a mistake in the command and a failure apart, however the error is wrapped.
func TestExitStatus(t *testing.T) {
	away := &hub.Error{Name: hub.Name{Repo: "org/name"}, Err: errors.New("no route"), Temporary: true}
	gone := &hub.Error{Name: hub.Name{Repo: "org/name"}, Err: errors.New("not found"), Hint: "is it spelt so?"}
	for _, c := range []struct {
		err    error
		status int
		said   string
	}{
		{nil, 0, ""},
		{&OutputError{syscall.EPIPE, true}, 0, ""},
		{fmt.Errorf("reading: %w", context.Canceled), ExitInterrupted, "explain: interrupted\n"},
		{&UsageError{Err: context.Canceled}, ExitInterrupted, "explain: interrupted\n"},
		{Usage("--unit %q is none of word", "wrod").Or("did you mean --unit %s?", "word"), ExitUsage, "explain: --unit \"wrod\" is none of word\nexplain: hint: did you mean --unit word?\n"},
		{fmt.Errorf("mask blur: %w", Usage("no such mask")), ExitUsage, "explain: mask blur: no such mask\n"},
		{errors.New("model: out of memory"), ExitFailed, "explain: out of memory\n"},
		{context.DeadlineExceeded, ExitFailed, "explain: context deadline exceeded\n"},
		{&OutputError{Err: errors.New("output x.json: disk full")}, ExitFailed, "explain: output x.json: disk full\n"},
		{HubError(away), ExitFailed, "explain: " + strings.TrimPrefix(away.Error(), "hub: ") + "\nexplain: hint: try again later\n"},
		{HubError(gone), ExitUsage, "explain: " + strings.TrimPrefix(gone.Error(), "hub: ") + "\nexplain: hint: is it spelt so?\n"},
		{HubError(errors.New("no folder")), ExitUsage, "explain: no folder\n"},
		{HubError(context.Canceled), ExitInterrupted, "explain: interrupted\n"},
	} {
		var stderr bytes.Buffer
		if status := Report(&stderr, "explain", c.err); status != c.status || stderr.String() != c.said {
			t.Errorf("%v: exit %d, %q, want %d, %q", c.err, status, stderr.String(), c.status, c.said)
		}
	}
}

// TestBlame: an error becomes the command's mistake, but not that the user ended it or
// that a result could not be written.
func TestBlame(t *testing.T) {
	hinted := Usage("no text").Or("give one")
	for _, c := range []struct {
		err    error
		status int
	}{
		{nil, 0},
		{errors.New("no such class"), ExitUsage},
		{fmt.Errorf("text: %w", context.Canceled), ExitInterrupted},
		{fmt.Errorf("printing: %w", &OutputError{Err: errors.New("disk full")}), ExitFailed},
		{hinted, ExitUsage},
	} {
		var stderr bytes.Buffer
		if status := Report(&stderr, "explain", Blame(c.err)); status != c.status {
			t.Errorf("%v: exit %d, want %d", c.err, status, c.status)
		}
	}
	var wrong *UsageError
	if !errors.As(Blame(fmt.Errorf("text: %w", hinted)), &wrong) || wrong != hinted {
		t.Error("the advice is lost")
	}
}

// TestReason: the name of a file is said once.
func TestReason(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	_, err := os.Open(missing)
	if got := Reason(fmt.Errorf("font: %w", err)); !errors.Is(got, fs.ErrNotExist) || strings.Contains(got.Error(), missing) {
		t.Errorf("%v", got)
	}
	if got := Reason(os.Rename(missing, missing+"2")); strings.Contains(got.Error(), missing) {
		t.Errorf("%v", got)
	}
	plain := errors.New("plain")
	if !errors.Is(Reason(plain), plain) {
		t.Error("another error is not as it was")
	}
}

// TestSteps: steps are told to who asks for them, and nobody else.
func TestSteps(t *testing.T) {
	var stderr bytes.Buffer
	for _, term := range []*Terminal{{W: &stderr}, {W: &stderr, Quiet: true}} {
		term.Step(time.Now(), "model %s", "x")
	}
	if stderr.Len() > 0 {
		t.Errorf("told unasked: %q", stderr.String())
	}
	(&Terminal{W: &stderr, Name: "explain-beam", Verbose: true}).Step(time.Now(), "model %s", "x")
	if got := stderr.String(); !strings.HasPrefix(got, "explain-beam: model x (") || !strings.HasSuffix(got, " s)\n") {
		t.Errorf("%q", got)
	}
}

// TestBytes: sizes have three digits and the unit that fits.
func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1 kB", 1536: "1.54 kB", 999_499: "999 kB", 999_500: "1 MB", 5_000_000_000: "5 GB", 7e15: "7e+03 TB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d bytes are %q, want %q", n, got, want)
		}
	}
}

// TestNobodyWatches: where standard error is no terminal, nothing is counted on it.
func TestNobodyWatches(t *testing.T) {
	var stderr bytes.Buffer
	add, done := (&Terminal{W: &stderr}).Count("texts", 3)
	add(3)
	done()
	if o, done := (&Terminal{W: &stderr}).hubOptions(); o.Progress != nil {
		t.Error("a download is shown to a buffer")
	} else {
		done()
		o.Note("a note")
	}
	if stderr.String() != "explain: a note\n" {
		t.Errorf("%q", stderr.String())
	}
}
