package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/whence-xai/whence/model/hub/hubtest"
	"github.com/whence-xai/whence/model/remote/remotetest"
)

// TestCrashAsk: a model on a server; at most the requests that were under way are
// sent again.
func TestCrashAsk(t *testing.T) {
	const parallel = 4
	c := newCrasher(t)
	server, asked := remotetest.New(), &tally{}
	t.Cleanup(server.Close)
	server.Echo = true
	server.Fault = func(_ http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if r.Method == http.MethodPost {
			asked.add(string(body))
			time.Sleep(2 * time.Millisecond) // so that there is something to kill
		}
		return false
	}
	whole, killed := t.TempDir(), t.TempDir()
	args := []string{"ask", "--endpoint", server.Endpoint(), "--prompt", "one two three four five six seven eight nine ten", "--budget", "300",
		"--parallel", "4", "--cache", "answers", "--output", "out.csv", "--quiet"}
	c.undisturbed(whole, args...)
	asked.take()
	c.undisturbed(whole, args...)
	always := asked.take() // what is not kept: how the server is found to be
	c.disturbed(killed, args...)
	again := 0
	for body, n := range asked.take() {
		if always[body] == 0 {
			again += n - 1
		}
	}
	if again > c.kills*parallel {
		t.Errorf("%d requests were sent again after %d kills", again, c.kills)
	}
	c.undisturbed(killed, args...)
	for body := range asked.take() {
		if always[body] == 0 {
			t.Errorf("asked again, though known: %s", body)
		}
	}
	got, want := tree(t, killed)["out.csv"], tree(t, whole)["out.csv"]
	if got != want || want == "" {
		t.Errorf("after %d kills\n%s\nwant\n%s", c.kills, got, want)
	}
	for name := range tree(t, killed) {
		if name != "out.csv" && name != "answers" {
			t.Errorf("%s is left", name)
		}
	}
}

// TestCrashPull: a model of a hub; a file that is there is not downloaded again.
func TestCrashPull(t *testing.T) {
	const name = "tests/tiny"
	large := make([]byte, 3<<20)
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(large)
	files := map[string][]byte{
		"config.json": []byte(`{"model_type": "bert"}`), "tokenizer.json": bytes.Repeat([]byte("{}\n"), 50000), "tokenizer_config.json": []byte("{}"),
		"model.safetensors": large,
	}
	hub, asked := hubtest.New(name, files), &tally{}
	t.Cleanup(hub.Close)
	hub.Fault = func(_ http.ResponseWriter, r *http.Request) bool {
		if _, file, ok := strings.Cut(r.URL.Path, "/resolve/"+hubtest.Commit("a")+"/"); ok && r.Method == http.MethodGet {
			asked.add(file)
			time.Sleep(20 * time.Millisecond) // so that there is something to kill
		}
		return false
	}
	whole, killed := t.TempDir(), t.TempDir()
	pull := func(home string) *crasher {
		return newCrasher(t, "HF_ENDPOINT="+hub.URL, "HF_HOME="+home, "HF_HUB_CACHE=", "HF_TOKEN=", "HF_HUB_OFFLINE=", "TRANSFORMERS_OFFLINE=")
	}
	snapshot := func(file string) string {
		return filepath.Join(killed, "hub", "models--tests--tiny", "snapshots", hubtest.Commit("a"), file)
	}
	undisturbed := pull(whole)
	undisturbed.undisturbed(whole, "model", "pull", name, "--quiet")
	if len(asked.take()) == 0 {
		t.Fatal("nothing was downloaded")
	}
	c, there := pull(killed), map[string]bool{}
	c.took = undisturbed.took
	check := func() {
		for file := range asked.take() {
			if there[file] {
				t.Errorf("%s was there, and downloaded again", file)
			}
		}
		for file := range files {
			there[file] = exists(snapshot(file))
		}
	}
	c.before = check
	c.disturbed(killed, "model", "pull", name, "--quiet")
	check()
	c.undisturbed(killed, "model", "pull", name, "--quiet")
	check()
	for file := range files {
		if !there[file] {
			t.Errorf("%s is missing", file)
		}
	}
	c.same(killed, whole)
}
