package command

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/model/remote/remotetest"
)

// saved makes an explanation, has change spoil its request, and returns the file.
func saved(t *testing.T, change func(request map[string]any), args ...string) string {
	t.Helper()
	return spoilt(t, func(run map[string]any) {
		if change != nil {
			change(run["request"].(map[string]any))
		}
	}, args...)
}

// former makes an explanation, of a text that is short, as programs saved it before
// requests were.
func former(t *testing.T, command string, settings map[string]string) string {
	t.Helper()
	return spoilt(t, func(run map[string]any) {
		delete(run, "request")
		run["command"], run["settings"] = command, settings
	}, short2...)
}

func spoilt(t *testing.T, change func(run map[string]any), args ...string) string {
	t.Helper()
	var x map[string]any
	if err := json.Unmarshal([]byte(outputOf(t, append(args, "--format", "json")...)), &x); err != nil {
		t.Fatal(err)
	}
	change(x["run"].(map[string]any))
	b, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "why.json")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// refused runs a command line that must be refused in one line, with advice that
// names a flag.
func refused(t *testing.T, want string, args ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := Run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
	first, _, _ := strings.Cut(stderr.String(), "\n")
	if status != terminal.ExitUsage || stdout.Len() > 0 || !strings.Contains(stderr.String(), want) {
		t.Errorf("%q: exit %d, printed %q and %q, want %q", args, status, stdout.String(), first, want)
	}
}

var short2 = []string{"--prompt", "not bad"}

// TestNoProgramOfAFile: what a file calls a program does not run.
func TestNoProgramOfAFile(t *testing.T) {
	ran := filepath.Join(t.TempDir(), "ran")
	for _, command := range []string{"game", "ask"} {
		refused(t, "--command CMD", "verify", former(t, command, map[string]string{"command": "touch " + ran}))
		refused(t, `unknown field "command"`, "verify", saved(t, func(request map[string]any) {
			request["task"], request["command"] = command, "touch "+ran
		}, short2...))
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the file's program ran")
	}
	game := saved(t, nil, "game", "testdata/games/tabular8.npz")
	refused(t, "GAME.npz", "verify", game)
	if out := outputOf(t, "verify", game, "testdata/games/tabular8.npz"); !strings.HasPrefix(out, "Verified") {
		t.Error(out)
	}
}

// TestNoHostOfAFile: no file has a server asked or a key sent; the person does.
func TestNoHostOfAFile(t *testing.T) {
	s := remotetest.New()
	defer s.Close()
	s.Echo = true
	userCache(t)
	t.Setenv("OPENAI_API_KEY", "")
	t.Setenv("SECRET", "sk-secret")
	file := saved(t, nil, "ask", "--endpoint", s.Endpoint(), "--prompt", "The cat sat.", "--answer", " Yes.")
	before := s.Requests()
	refused(t, "--endpoint URL", "verify", file)
	refused(t, "--endpoint URL", "verify", former(t, "ask", map[string]string{
		"endpoint": s.Endpoint(), "key-env": "SECRET", "cache": filepath.Join(t.TempDir(), "cache"),
	}))
	refused(t, `unknown field "endpoint"`, "verify", saved(t, func(request map[string]any) {
		request["task"], request["endpoint"] = "ask", s.Endpoint()
	}, short2...))
	if n := s.Requests() - before; n != 0 {
		t.Errorf("%d requests for a file", n)
	}
	if out := outputOf(t, "verify", file, "--endpoint", s.Endpoint()); !strings.HasPrefix(out, "Verified") || s.Requests() == before {
		t.Errorf("%d requests, %s", s.Requests()-before, out)
	}
	program := `while read -r l; do echo '{"logprobs": [-1]}'; done`
	own := saved(t, nil, "ask", "--command", program, "--prompt", "The cat.", "--answer", " Yes.")
	if out := outputOf(t, "verify", own, "--command", program); !strings.HasPrefix(out, "Verified") {
		t.Error(out)
	}
}

// TestNothingSecretIsSaved: neither keys nor passwords nor arguments of programs.
func TestNothingSecretIsSaved(t *testing.T) {
	s := remotetest.New()
	defer s.Close()
	s.Echo, s.Key = true, "hush-key"
	t.Setenv("HUSH_KEY", "hush-key")
	userCache(t)
	withUser := strings.Replace(s.Endpoint(), "http://", "http://me:hush@", 1)
	for _, args := range [][]string{
		{"ask", "--command", `KEY=hush; while read -r l; do echo '{"logprobs": [-1]}'; done`},
		{"ask", "--endpoint", withUser, "--key-env", "HUSH_KEY"},
	} {
		var stdout, stderr bytes.Buffer
		args = append(args, "--prompt", "The cat.", "--answer", " Yes.", "--format", "json")
		Run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
		if strings.Contains(strings.ToLower(stdout.String()), "hush") {
			t.Errorf("%q saved %s", args[1], stdout.String())
		}
	}
}

// TestNoOutputOfAFile: a saved explanation neither says where to write nor how.
func TestNoOutputOfAFile(t *testing.T) {
	target := filepath.Join(t.TempDir(), "profile")
	file := former(t, "explain", map[string]string{"output": target, "format": "json", "threads": "4096", "file": "/etc/hostname"})
	refused(t, `unknown field "output"`, "verify", saved(t, func(request map[string]any) { request["output"] = target }, short2...))
	for _, args := range [][]string{{"verify", file}, {"evaluate", file, "--edits", "0", "--redraws", "0"}} {
		if out := outputOf(t, args...); out == "" || strings.HasPrefix(out, "{") {
			t.Errorf("%s printed %q", args[0], out)
		}
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("a file was written where a file said")
	}
}

// TestNoModelOfAFile: nothing is downloaded for a file, and a folder that it names
// must hold the very weights.
func TestNoModelOfAFile(t *testing.T) {
	var asked atomic.Int32
	hub := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer hub.Close()
	t.Setenv("HF_ENDPOINT", hub.URL)
	t.Setenv("HF_HUB_CACHE", t.TempDir())
	for flag, name := range map[string]string{"model": "org/name", "infill-model": "org/other"} {
		settings := map[string]string{flag: name}
		if flag != "model" {
			settings["mask"] = "infill"
		}
		file := saved(t, func(request map[string]any) {
			for name, value := range settings {
				request[strings.ReplaceAll(name, "-", "_")] = value
			}
		}, short2...)
		for _, file := range []string{file, former(t, "explain", settings)} {
			refused(t, "--"+flag+" NAME", "verify", file)
			refused(t, "--"+flag+" NAME", "evaluate", file)
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the hub was asked %d times for a file", n)
	}
	const folder = "../../../model/testdata/tasks/"
	others, err := filepath.Glob(folder + "*")
	if err != nil || len(others) == 0 {
		t.Fatal("no models", err)
	}
	wrong := saved(t, func(request map[string]any) { request["model"] = others[0] }, short2...)
	refused(t, "--model NAME", "verify", wrong)
	refused(t, `on another machine`, "verify", saved(t, func(request map[string]any) { request["model"] = `\\host\share` }, short2...))
}

// TestNoMethodOfAFile: settings are checked as flags are.
func TestNoMethodOfAFile(t *testing.T) {
	for setting, value := range map[string]string{
		"method": "none", "budget": "-1", "unit": "nothing", "precision": "float1", "seed": "x", "max-error": "7", "index": "XX",
	} {
		for _, file := range []string{
			former(t, "explain", map[string]string{setting: value}),
			saved(t, func(request map[string]any) {
				request[strings.ReplaceAll(setting, "-", "_")] = value
				if number := json.Number(value); json.Unmarshal([]byte(value), new(float64)) == nil {
					request[strings.ReplaceAll(setting, "-", "_")] = number
				}
			}, short2...),
		} {
			refused(t, strings.TrimPrefix(value, "x"), "evaluate", file)
			refused(t, strings.TrimPrefix(value, "x"), "verify", file)
		}
	}
}

// TestNoTextOfAFile: what takes a text or the file that has it takes the text.
func TestNoTextOfAFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	template, fact, muted := write("template", "{fact} Lily was"), write("fact", "@It\nrained."), write("muted", "rained\nball, red")
	args := []string{"generate", "--template", template, "--set", "fact=@" + fact, "--set", "fact=@@home", "--why", "--unit", "field", "--answer", " sad"}
	file := saved(t, nil, args...)
	plain := saved(t, nil, "--prompt", "It rained.", "--neutralize", muted)
	for _, name := range []string{template, fact, muted} {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{file, plain} {
		if out := outputOf(t, "verify", name); !strings.HasPrefix(out, "Verified") {
			t.Error(out)
		}
	}
	secret := write("secret", "the secret")
	write("template", "{fact} Lily was")
	write("fact", "one")
	for _, settings := range []map[string]string{
		{"template": secret, "set": "fact=x"}, {"template": "{fact} Lily was", "set": "fact=@" + secret},
	} {
		refused(t, "the explanation names a file", "verify", former(t, "generate", settings))
	}
	for _, given := range []map[string]any{{"template": secret}, {"fields": []any{map[string]any{"name": "fact", "text": "@" + secret}}}} {
		file := saved(t, func(request map[string]any) { maps.Copy(request, given) }, args...)
		var stdout, stderr bytes.Buffer
		Run(t.Context(), []string{"verify", file}, strings.NewReader(""), &stdout, &stderr)
		if told := stdout.String() + stderr.String(); strings.HasPrefix(told, "Verified") || strings.Contains(told, "the secret") {
			t.Errorf("%v is read as %s", given, told)
		}
	}
}
