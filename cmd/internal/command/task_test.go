package command

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// tiny returns the folder of one of package model's tiny models.
func tiny(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("../../../model/testdata/tasks", name))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestTasksInterrupted: who interrupts a command while its model works or is about to
// is told so and nothing else.
func TestTasksInterrupted(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{
		{"generate", "--prompt", "One day", "--why"},
		{"translate", "--prompt", "bad", "--why"},
		{"answer", "--question", "Who?", "--context", "Ada lives.", "--model", tiny(t, "words-span"), "--why"},
		{"tag", "--prompt", "Ada lives.", "--model", tiny(t, "words-token"), "--why"},
		{"fill", "--prompt", "Ada [MASK].", "--model", tiny(t, "words-masked"), "--why"},
		{"attend", "--prompt", "not bad"},
		{"ask", "--prompt", "not bad", "--endpoint", "http://127.0.0.1:9/v1", "--no-cache", "--model", "x"},
	} {
		var stdout, stderr bytes.Buffer
		status := Run(gone, args, strings.NewReader(""), &stdout, &stderr)
		if status != terminal.ExitInterrupted || strings.TrimSpace(stderr.String()) != "explain: interrupted" {
			t.Errorf("%s: exit %d, %q%s", args[0], status, stdout.String(), stderr.String())
		}
	}
}

// TestSourceRefuses: what names the model to ask is checked before anything is asked
// or started.
func TestSourceRefuses(t *testing.T) {
	for want, args := range map[string][]string{
		"no model given": nil,
		"both --endpoint and --command are given": {"--endpoint", "http://a/v1", "--command", "b"},
		"both --cache and --no-cache are given":   {"--endpoint", "http://a/v1", "--cache", "c", "--no-cache"},
		"--model is for an endpoint":              {"--command", "b", "--model", "m"},
		"--key-env is for an endpoint":            {"--command", "b", "--key-env", "K"},
		"--key-file is for an endpoint":           {"--command", "b", "--key-file", "K"},
		"--chat is for an endpoint":               {"--command", "b", "--chat"},
		"--cache is for an endpoint":              {"--command", "b", "--cache", "c"},
		"--price is for an endpoint":              {"--command", "b", "--price", "1,2"},
		`--price "1,-2" is not two numbers`:       {"--endpoint", "http://a/v1", "--price", "1,-2"},
		"both --key-env and --key-file are given": {"--endpoint", "http://a/v1", "--key-env", "K", "--key-file", "k"},
		"the answer is empty":                     {"--endpoint", "http://a/v1", "--answer", ""},
		`--keep "zebra" is no part of the prompt`: {"--endpoint", "http://a/v1", "--keep", "zebra"},
		`--unit "subword" is none of word`:        {"--endpoint", "http://a/v1", "--unit", "subword"},
		"masker drop needs the model's tokens":    {"--endpoint", "http://a/v1", "--mask", "drop"},
		"needs a budget of at least":              {"--endpoint", "http://a/v1", "--dry-run", "--method", "leave-one-out", "--budget", "2"},
		`--method "shap" is none of auto`:         {"--endpoint", "http://a/v1", "--method", "shap"},
		"--system is for --chat":                  {"--endpoint", "http://a/v1", "--system", "Be brief."},
		`unexpected argument "there"`:             {"--endpoint", "http://a/v1", "there"},
	} {
		var stdout, stderr bytes.Buffer
		status := Run(t.Context(), append([]string{"ask", "--prompt", "The cat sat here."}, args...), strings.NewReader(""), &stdout, &stderr)
		if status != terminal.ExitUsage || !strings.Contains(stderr.String(), want) || stdout.Len() > 0 {
			t.Errorf("%q: exit %d, %q%s, want %q", args, status, stdout.String(), stderr.String(), want)
		}
	}
}

// TestAnswerAndExplanationApart: a file or JSON has the explanation alone, a terminal
// the answer before it.
func TestAnswerAndExplanationApart(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"generate", "--prompt", "One day", "--max-tokens", "2", "--why", "--explain", "answer"}
	for _, format := range []string{"json", "csv"} {
		out := outputOf(t, append(args, "--format", format)...)
		if format == "json" && !json.Valid([]byte(out)) || strings.HasPrefix(out, "One day") {
			t.Errorf("%s begins with the answer:\n%s", format, out)
		}
	}
	if out := outputOf(t, append(args, "--output", "why.txt")...); out != "" {
		t.Errorf("printed beside a file:\n%s", out)
	}
	if b, err := os.ReadFile("why.txt"); err != nil || strings.HasPrefix(string(b), "One day") {
		t.Errorf("the file has %q, error %v", b, err)
	}
	if out := outputOf(t, args...); !strings.HasPrefix(out, "One day") {
		t.Errorf("the answer does not come first:\n%s", out)
	}
}
