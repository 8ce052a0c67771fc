package program_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/whence-xai/whence/explain/program"
)

// openModel starts the test binary as a model in a part.
func openModel(t *testing.T, part string, timeout time.Duration) *program.Model {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PART=model "+part)
	m, err := program.StartModel(cmd, timeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func TestModel(t *testing.T) {
	m := openModel(t, "words", 0)
	begins, logProbs, err := m.Continuation(t.Context(), "who\nsat?", " the cat 😀")
	if err != nil || !slices.Equal(begins, []int{0, 5, 9}) || !slices.Equal(logProbs, []float64{-5, -4, -4}) {
		t.Errorf("%v, %v, %v", begins, logProbs, err)
	}
	if answer, err := m.Answer(t.Context(), "<who>"); err != nil || answer != "you said <who>" {
		t.Errorf("%q, %v", answer, err)
	}
	if m.Name() != os.Args[0] {
		t.Errorf("called %q", m.Name())
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if _, err := m.Answer(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), "was closed") {
		t.Errorf("closed: %v", err)
	}
}

// TestModelFails: what a program says wrong is told, with what it said.
func TestModelFails(t *testing.T) {
	for part, want := range map[string]string{
		`say {"logprobs": [-1, -2]}`:                       "has 0 tokens and 2 logprobs",
		`say {"logprobs": [-1], "tokens": ["a", "b"]}`:     "has 2 tokens and 1 logprobs",
		`say {"logprobs": [-1, -1], "tokens": ["a", "c"]}`: "not those of the continuation",
		`say {"logprobs": [null]}`:                         "no log-probability for token 0",
		`say {"logprobs": [1]}`:                            "no log-probability for token 0",
		`say {"text": "a"}`:                                `answered "{\"text\": \"a\"}", which has no logprobs`,
		`say {"error": "too \u001b[31mlong"}`:              "says: too long",
		`say hello`:                                        `answered "hello": invalid character`,
		`die`:                                              "ended its output (exit status 4); its last words:\n  out of memory",
		`stall`:                                            "gave no answer within 100ms",
		`say ` + `{"logprobs": "` + strings.Repeat("x", 200) + `"}`: "answered",
	} {
		timeout := time.Duration(0)
		if part == "stall" {
			timeout = 100 * time.Millisecond
		}
		m := openModel(t, part, timeout)
		_, _, err := m.Continuation(t.Context(), "p", "ab")
		var failed *program.Error
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", part, err, want)
		}
	}
	m := openModel(t, `say {"logprobs": [-1]}`, 0)
	if _, err := m.Answer(t.Context(), "p"); err == nil || !strings.Contains(err.Error(), "has no text") {
		t.Errorf("%v", err)
	}
	m = openModel(t, "stall", 0)
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := m.Answer(ctx, "p"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if _, err := program.StartModel(exec.Command("/no/such/program"), 0); err == nil {
		t.Error("started what is not there")
	}
}
