package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// requestOfArgs returns the request that a command line makes.
func requestOfArgs(t *testing.T, task request.Task, args ...string) (r request.Request, err error) {
	t.Helper()
	p := &program{stdin: strings.NewReader("from stdin\n")}
	app := p.app()
	action := func(c *cli.Context) error {
		r, err = flags.RequestOf(c, task, p.stdin)
		return nil
	}
	app.Action = action
	for _, c := range app.Commands {
		c.Action = action
	}
	if wrong := flags.Execute(context.Background(), app, args); wrong != nil {
		t.Fatal(wrong)
	}
	return r, err
}

func TestFlagsMakeRequests(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fact")
	if err := os.WriteFile(file, []byte("@It\nrained.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := filepath.Join(t.TempDir(), "said.json")
	if err := os.WriteFile(said, []byte(`{"messages": [{"role": "user", "content": "hi"}], "tools": [{}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EXPLAIN_BUDGET", "64")
	none := 0
	seed, zero := uint64(0), 0.0
	budget := request.Method{Budget: 64}
	for _, c := range []struct {
		task request.Task
		args []string
		want request.Request
	}{
		{"", nil, request.Request{Input: request.Input{Text: "from stdin"}, Method: budget}},
		{"", []string{"--prompt", "x", "--class", "all", "--neutralize", "a, b", "--seed", "0", "--budget", "7", "--quiet", "--threads", "3"}, request.Request{
			Input: request.Input{Text: "x"}, Target: request.Target{Class: "all"}, Game: request.Game{Neutralize: []string{"a", "b"}},
			Method: request.Method{Budget: 7, Seed: &seed},
		}},
		{request.Play, []string{"game", "--method", "kernel"}, request.Request{Method: request.Method{Name: "kernel", Budget: 64}}},
		{request.Generate, []string{"generate", "--template", "{a} {b}", "--set", "a=@" + file, "--set", "b=@@home", "--keep", "b", "--stop", "x,", "--stop", "", "--temperature", "0", "--top-k", "0"}, request.Request{
			Input:   request.Input{Template: "{a} {b}", Fields: []request.Field{{Name: "a", Text: "@It\nrained."}, {Name: "b", Text: "@home"}}},
			Writing: request.Writing{Stop: []string{"x,", ""}, Temperature: &zero, TopK: &none}, Game: request.Game{Keep: []string{"b"}}, Method: budget,
		}},
		{request.Answer, []string{"answer", "--question", "who?", "--context", "me"}, request.Request{Input: request.Input{Question: "who?", Text: "me"}, Method: budget}},
	} {
		c.want.Task = c.task
		if got, err := requestOfArgs(t, c.task, c.args...); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q:\n%+v, error %v, want\n%+v", c.args, got, err, c.want)
		}
	}
	r, err := requestOfArgs(t, request.Generate, "generate", "--chat", "--file", said)
	if err != nil || len(r.Messages) != 1 || r.Messages[0].Content != "hi" || string(r.Tools) != "[{}]" || r.Text != "" {
		t.Errorf("a conversation came as %+v, error %v", r, err)
	}
}

// TestFaultsOfFlags: all faults are told, in the words of the command line.
func TestFaultsOfFlags(t *testing.T) {
	_, err := requestOfArgs(t, "", "--prompt", "x", "--mask", "infill", "--index", "SII", "--method", "kernel")
	if err == nil || !strings.Contains(err.Error(), "--mask infill needs a model") || !strings.Contains(err.Error(), "method kernel does not estimate SII") {
		t.Fatalf("error %v", err)
	}
	var wrong *terminal.UsageError
	if !errors.As(err, &wrong) {
		t.Fatalf("error %v", err)
	}
	if hint := wrong.Hint; !strings.Contains(hint, "--infill-model names one") || !strings.Contains(hint, "\nhint: --method exact") {
		t.Errorf("advice %q", hint)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"generate", "--set", "a=b"}, "--set without a template"},
		{[]string{"generate", "--template", "{a}", "--set", "a"}, `--set "a" is not FIELD=TEXT`},
		{[]string{"generate", "--template", "{a}", "--prompt", "x"}, "neither --prompt nor --file"},
		{[]string{"generate", "--system", "x", "--prompt", "y"}, "--system is for --chat"},
		{[]string{"generate", "--template", "none", "--set", "a=b"}, "no such file"},
		{[]string{"generate", "--template", "{a}", "--set", "a=@none"}, "no such file"},
	} {
		if _, err := requestOfArgs(t, request.Generate, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %q", c.args, err, c.want)
		}
	}
}

// TestAllFlagsAreChecked: one mistake does not hide the next.
func TestAllFlagsAreChecked(t *testing.T) {
	status, said := failureOf(t, "--prompt", "x", "--unit", "wrod", "--budget=-1", "--max-error", "3")
	want := `explain: --unit "wrod" is none of word, subword, sentence, character, run
explain: --budget -1 is negative
explain: --max-error 3 is no share between 0 and 1
explain: hint: did you mean --unit word?
`
	if lines := strings.Split(said, "\n"); status != terminal.ExitUsage || len(lines) != 5 {
		t.Errorf("exit %d: %s", status, said)
	}
	for line := range strings.Lines(want) {
		if !strings.Contains(said, line) {
			t.Errorf("%q is not in %s", line, said)
		}
	}
}

// idle are flags that say nothing of what is asked for: where texts come from, what is
// printed, how the program runs, and what is the person's alone to name.
var idle = []string{
	"prompt", "file", "context", "version", "format", "output", "sort", "top", "picture", "font", "compare", "why",
	"threads", "batch", "quiet", "verbose",
	"endpoint", "key-env", "key-file", "command", "cache", "no-cache", "parallel", "timeout", "price", "dry-run",
}

// TestEveryFlagIsAskedFor: who adds a flag to a command that explains says whether it
// is part of the request. One that were not, and should be, would be missing in what
// is saved.
func TestEveryFlagIsAskedFor(t *testing.T) {
	app := (&program{}).app()
	commands := map[request.Task][]cli.Flag{request.Classify: app.Flags}
	for _, task := range request.Tasks()[1:] {
		commands[task] = app.Command(string(task)).Flags
	}
	given := map[string]string{"mask": "drop", "index": "FSII", "template": "{a}", "set": "a=x", "order": "1", "precision": "int8", "system": "x", "infill-model": "x"}
	for task, flags := range commands {
		for _, f := range flags {
			name := f.Names()[0]
			value := given[name]
			switch f := f.(type) {
			case interface{ Values() []string }:
				value = f.Values()[len(f.Values())-1]
			case *cli.BoolFlag:
				value = "true"
			}
			if value == "" {
				value = "3"
			}
			if name == "max-error" {
				value = "0.5"
			}
			text := "--prompt=x"
			switch {
			case task == request.Answer:
				text = "--context=x"
			case task == request.Play:
				text = "--seed=1"
			case name == "template" || name == "set":
				text = "--quiet"
			}
			args := []string{text, "--" + name + "=" + value}
			if slices.Contains(idle, name) {
				continue
			}
			if task != request.Classify {
				args = append([]string{string(task)}, args...)
			}
			r, _ := requestOfArgs(t, task, args...) // faults are told elsewhere
			base := request.Request{Task: task}
			if text != "--quiet" && task != request.Play {
				base.Text = "x"
			}
			if name != "seed" && task == request.Play {
				one := uint64(1)
				base.Seed = &one
			}
			if reflect.DeepEqual(r, base) {
				t.Errorf("explain %s --%s=%s asks for nothing", task, name, value)
			}
		}
	}
}
