package command

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// requestOfArgs returns the request that a command line makes.
func requestOfArgs(t *testing.T, task request.Task, args ...string) (r request.Request, err error) {
	t.Helper()
	p := &program{stdin: strings.NewReader("from stdin\n")}
	app := p.app()
	action := func(c *cli.Context) error {
		r, err = p.requestOf(c, task)
		return nil
	}
	app.Action = action
	for _, c := range app.Commands {
		c.Action = action
	}
	if wrong := p.execute(context.Background(), app, args); wrong != nil {
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
	hint := err.(*usageError).hint
	if !strings.Contains(hint, "--infill-model names one") || !strings.Contains(hint, "\nhint: --method exact") {
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
