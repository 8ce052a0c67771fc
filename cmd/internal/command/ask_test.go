package command

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/model/remote/remotetest"
)

// TestAsk runs the session in testdata/remote with servers on this machine: one
// that tells log-probabilities, and one that wants a key and tells none.
func TestAsk(t *testing.T) {
	server, locked := remotetest.New(), remotetest.New()
	defer server.Close()
	defer locked.Close()
	server.Echo, locked.Key = true, "sk-right"
	t.Setenv("OPENAI_API_KEY", "")
	answers := userCache(t)
	path, err := filepath.Abs("testdata/remote/ask.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := string(read(t, path))
	there := strings.NewReplacer("http://server/", server.URL+"/", "http://locked/", locked.URL+"/")
	back := strings.NewReplacer(server.URL+"/", "http://server/", locked.URL+"/", "http://locked/", answers, "ANSWERS")
	got := back.Replace(play(t, filepath.Dir(filepath.Dir(path)), there.Replace(want)))
	if strings.Count(got, "sk-secret") > 1 || strings.Count(got, "sk-right") > 1 {
		t.Error("a key is told")
	}
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != want {
		t.Errorf("went otherwise:\n%s", difference(want, got))
	}
}

// TestAskInterrupted: a run that a server ends on the way prints what is known by
// then, and the next one pays for the rest only.
func TestAskInterrupted(t *testing.T) {
	s := remotetest.New()
	defer s.Close()
	s.Echo = true
	t.Chdir(t.TempDir())
	args := []string{"ask", "--endpoint", s.Endpoint(), "--prompt", "a b c d e f g h i j k l", "--answer", " m",
		"--method", "permutation", "--budget", "100", "--cache", "answers", "--parallel", "1", "--format", "json"}
	var asked atomic.Int32
	s.Fault = func(w http.ResponseWriter, _ *http.Request) bool {
		if asked.Add(1) > 60 {
			w.WriteHeader(http.StatusTeapot)
		}
		return asked.Load() > 60
	}
	var first, stderr bytes.Buffer
	if status := Run(context.Background(), args, strings.NewReader(""), &first, &stderr); status != terminal.ExitFailed || !strings.Contains(first.String(), "cut short") || !strings.Contains(stderr.String(), "answered 418") {
		t.Fatalf("exit %d: %s%s", status, stderr.String(), first.String())
	}
	s.Fault = nil
	before := s.Requests()
	resumed := outputOf(t, args...)
	paid := s.Requests() - before
	before = s.Requests()
	whole := outputOf(t, append(args, "--cache", "fresh")...) // the last one counts
	if all := s.Requests() - before; paid >= all || paid < all-60 {
		t.Errorf("%d requests, %d without what was known", paid, all)
	}
	if scoresOf(t, resumed) != scoresOf(t, whole) {
		t.Errorf("resumed:\n%s\nwhole:\n%s", resumed, whole)
	}
}

// userCache moves the user's cache and returns the folder that answers are kept in.
func userCache(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, variable := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(variable, dir)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(cache, "whence", "answers")
}

// TestAskRemembers: what was paid is known to the next run, unless it shall not be,
// and nobody else can read it.
func TestAskRemembers(t *testing.T) {
	s := remotetest.New()
	defer s.Close()
	s.Echo, s.Key = true, "sk-right-and-long-enough"
	folder := userCache(t)
	t.Setenv("SOME_KEY", s.Key)
	args := []string{"ask", "--endpoint", s.Endpoint(), "--model", "tiny", "--prompt", "a b c", "--key-env", "SOME_KEY"}
	run := func(more ...string) (paid int, stderr string) {
		var out, told bytes.Buffer
		before := s.Requests()
		if status := Run(context.Background(), append(args, more...), strings.NewReader(""), &out, &told); status != 0 {
			t.Fatalf("exit %d: %s", status, told.String())
		}
		return s.Requests() - before, told.String()
	}
	all, told := run()
	if want := "explain: answers are kept in " + folder + " (--no-cache keeps none)\n"; told != want {
		t.Errorf("said %q, want %q", told, want)
	}
	if again, _ := run(); all == 0 || again != 0 {
		t.Errorf("paid %d, then %d", all, again)
	}
	if anew, told := run("--no-cache"); anew != all || told != "" {
		t.Errorf("paid %d of %d without a cache, said %q", anew, all, told)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	path := filepath.Join(folder, files[0].Name())
	info, err := os.Stat(path)
	if kept := string(read(t, path)); err != nil || info.Mode().Perm() != 0o600 || strings.Contains(kept, s.Key) {
		t.Errorf("%v, %v, %s", info.Mode(), err, kept)
	}
	if err := os.WriteFile(path, []byte("spoilt"), 0o600); err != nil {
		t.Fatal(err)
	}
	if anew, _ := run(); anew != all || string(read(t, path+".spoilt")) != "spoilt" {
		t.Errorf("paid %d of %d after the file was spoilt", anew, all)
	}
	if err := os.WriteFile(folder+"file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", folder+"file")
	if anew, told := run(); runtime.GOOS == "linux" && (anew != all || !strings.Contains(told, "answers are not kept: ") || !strings.Contains(told, "--cache FILE")) {
		t.Errorf("paid %d of %d without a place, said %q", anew, all, told)
	}
}

// TestPrune: files that were not used for longest go first.
func TestPrune(t *testing.T) {
	folder := t.TempDir()
	for i, name := range []string{"old", "used", "new"} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, make([]byte, 100), 0o600); err != nil {
			t.Fatal(err)
		}
		when := time.Unix(int64(i)*1000, 0)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	prune(folder, filepath.Join(folder, "used"), 250)
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) != 2 || filepath.Base(files[0]) != "new" || filepath.Base(files[1]) != "used" {
		t.Errorf("%v, %v", files, err)
	}
}

// TestAskOddServers: what servers do otherwise does not change what is asked of
// them without a word.
func TestAskOddServers(t *testing.T) {
	userCache(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Prompt string }
		_ = json.NewDecoder(r.Body).Decode(&q)
		tokens := remotetest.Split(q.Prompt)
		logProbs := []any{nil}
		for i := range tokens[1:] {
			logProbs = append(logProbs, -float64(1+i%3))
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"usage": nil, "choices": []any{map[string]any{
			"text": q.Prompt, "logprobs": map[string]any{"tokens": tokens, "token_logprobs": logProbs}}}})
	}))
	defer s.Close()
	args := []string{"ask", "--endpoint", s.URL, "--model", "tiny", "--prompt", "a-b", "--unit", "character", "--answer", " Yes it did", "--format", "json", "--score", "token"}
	var x struct {
		Warnings []string
		Subject  struct{ Masker string }
		Players  []struct{ Text string }
	}
	explained := outputOf(t, args...)
	if err := json.Unmarshal([]byte(explained), &x); err != nil || !strings.Contains(strings.Join(x.Warnings, "; "), "a line end stood before the answer") {
		t.Errorf("%v, %s", err, explained)
	}
	kept := outputOf(t, append(args, "--keep", "a", "--keep", "-")...)
	if err := json.Unmarshal([]byte(kept), &x); err != nil || len(x.Players) != 1 || strings.Contains(kept, "a line end stood") {
		t.Errorf("%v, %s", err, kept)
	}
	var out, told bytes.Buffer
	if status := Run(context.Background(), append(args, "--keep", "dog"), strings.NewReader(""), &out, &told); status != terminal.ExitUsage || !strings.Contains(told.String(), `--keep "dog" is no part of the prompt`) {
		t.Errorf("exit %d: %s", status, told.String())
	}
}

// scoresOf returns the part of an explanation as JSON that numbers are in.
func scoresOf(t *testing.T, explanation string) string {
	t.Helper()
	var x struct{ Terms json.RawMessage }
	if err := json.Unmarshal([]byte(explanation), &x); err != nil || len(x.Terms) == 0 {
		t.Fatal(explanation, err)
	}
	return string(x.Terms)
}
