package command

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

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
	path, err := filepath.Abs("testdata/remote/ask.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := string(read(t, path))
	there := strings.NewReplacer("http://server/", server.URL+"/", "http://locked/", locked.URL+"/")
	back := strings.NewReplacer(server.URL+"/", "http://server/", locked.URL+"/", "http://locked/")
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
	if status := Run(context.Background(), args, strings.NewReader(""), &first, &stderr); status != exitFailed || !strings.Contains(first.String(), "cut short") || !strings.Contains(stderr.String(), "answered 418") {
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

// scoresOf returns the part of an explanation as JSON that numbers are in.
func scoresOf(t *testing.T, explanation string) string {
	t.Helper()
	var x struct{ Terms json.RawMessage }
	if err := json.Unmarshal([]byte(explanation), &x); err != nil || len(x.Terms) == 0 {
		t.Fatal(explanation, err)
	}
	return string(x.Terms)
}
