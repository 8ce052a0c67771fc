package hub_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/hub"
	"github.com/whence-xai/whence/model/hub/hubtest"
)

// pickled returns the files of a model whose weights are a pickle only.
func pickled() map[string][]byte {
	files := tinyFiles()
	delete(files, "model.safetensors")
	return files
}

// TestPickle: a pickle is taken where there is nothing else, which one line says.
func TestPickle(t *testing.T) {
	_, o := start(t, pickled())
	var notes []string
	o.Note = func(s string) { notes = append(notes, s) }
	dir, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, dir, pickled(), "README.md", "config.json", "tokenizer.json", "pytorch_model.bin", "1_Pooling/config.json")
	const want = "whence/tiny has its weights as pytorch_model.bin only, a pickle: its tensors are read, nothing in it is run"
	if len(notes) != 1 || notes[0] != want {
		t.Errorf("%q, want %q", notes, want)
	}
	o.Offline = true
	if again, err := hub.Resolve(t.Context(), tiny, o); again != dir || err != nil || len(notes) != 1 {
		t.Errorf("again: %q, %v, %q", again, err, notes)
	}
}

// TestPickleShards: pickles in several files come with what the index names.
func TestPickleShards(t *testing.T) {
	files := pickled()
	delete(files, "pytorch_model.bin")
	files["pytorch_model.bin.index.json"] = []byte(`{"weight_map": {"a": "pytorch_model-1.bin", "b": "pytorch_model-2.bin"}}`)
	files["pytorch_model-1.bin"], files["pytorch_model-2.bin"], files["training_args.bin"] = big, big[1:], big[2:]
	_, o := start(t, files)
	dir, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, dir, files, "README.md", "config.json", "tokenizer.json", "1_Pooling/config.json", "pytorch_model.bin.index.json", "pytorch_model-1.bin", "pytorch_model-2.bin")
	if err := os.Remove(filepath.Join(dir, "pytorch_model-2.bin")); err != nil {
		t.Fatal(err)
	}
	o.Offline = true
	if _, err = hub.Resolve(t.Context(), tiny, o); err == nil || !strings.Contains(err.Error(), "lacks pytorch_model-2.bin") {
		t.Errorf("offline with a shard gone: %v", err)
	}
}

// convert has the hub's bot open a pull request with the weights as safetensors.
func convert(s *hubtest.Server) map[string][]byte {
	files := tinyFiles()
	m := s.Models[tiny]
	m.Converted, m.Refs["refs/pr/45"], m.Commits[hubtest.Commit("b")] = 45, hubtest.Commit("b"), files
	return files
}

// TestPullRequest: a model of a pull request is one as any other, and where the
// branch main has a pickle only, the one with safetensors is named.
func TestPullRequest(t *testing.T) {
	s, o := start(t, pickled())
	files := convert(s)
	note := ""
	o.Note = func(s string) { note = s }
	if _, err := hub.Resolve(t.Context(), tiny, o); err != nil || !strings.HasSuffix(note, "; whence/tiny@refs/pr/45 has them as safetensors") || strings.Contains(note, "\n") {
		t.Errorf("%v, %q", err, note)
	}
	note = ""
	dir, err := hub.Resolve(t.Context(), tiny+"@refs/pr/45", o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, dir, files, needed...)
	commit, err := os.ReadFile(filepath.Join(o.Cache, "models--whence--tiny", "refs", "refs", "pr", "45"))
	if err != nil || string(commit) != hubtest.Commit("b") || note != "" {
		t.Errorf("stands at %q, %v, %q", commit, err, note)
	}
	o.Offline = true
	if again, err := hub.Resolve(t.Context(), tiny+"@refs/pr/45", o); again != dir || err != nil {
		t.Errorf("again: %q, %v", again, err)
	}
}

// TestPullRequestAlone: where the branch main has no weights at all, the error says
// where they are.
func TestPullRequestAlone(t *testing.T) {
	files := pickled()
	delete(files, "pytorch_model.bin")
	s, o := start(t, files)
	convert(s)
	_, err := hub.Resolve(t.Context(), tiny, o)
	var e *hub.Error
	if !errors.As(err, &e) || e.Hint != "whence/tiny@refs/pr/45 has them as safetensors" {
		t.Errorf("%v, %+v", err, e)
	}
}

// TestPullRequestOfOthers: anybody can open a pull request; only the bot's is named,
// and only with what it says it has. That the hub does not tell is no error.
func TestPullRequestOfOthers(t *testing.T) {
	for name, answer := range map[string]string{
		"of another":  `{"discussions": [{"num": 45, "author": {"name": "somebody"}, "isPullRequest": true, "status": "open"}]}`,
		"closed":      `{"discussions": [{"num": 45, "author": {"name": "SFconvertbot"}, "isPullRequest": true, "status": "closed"}]}`,
		"talk":        `{"discussions": [{"num": 45, "author": {"name": "SFconvertbot"}, "isPullRequest": false, "status": "open"}]}`,
		"not there":   `{"discussions": [{"num": 46, "author": {"name": "SFconvertbot"}, "isPullRequest": true, "status": "open"}]}`,
		"no weights":  `{"discussions": [{"num": 47, "author": {"name": "SFconvertbot"}, "isPullRequest": true, "status": "open"}]}`,
		"no number":   `{"discussions": [{"num": "../x", "author": {"name": "SFconvertbot"}, "isPullRequest": true, "status": "open"}]}`,
		"a page":      "<html>",
		"not allowed": "",
	} {
		s, o := start(t, pickled())
		convert(s)
		s.Models[tiny].Refs["refs/pr/47"] = hubtest.Commit("c")
		s.Models[tiny].Commits[hubtest.Commit("c")] = map[string][]byte{"config.json": nil}
		s.Fault = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/discussions") {
				return false
			}
			if answer == "" {
				w.WriteHeader(http.StatusForbidden)
			}
			_, _ = io.WriteString(w, answer)
			return true
		}
		note := ""
		o.Note = func(s string) { note = s }
		if _, err := hub.Resolve(t.Context(), tiny, o); err != nil || !strings.HasSuffix(note, "nothing in it is run") {
			t.Errorf("%s: %v, %q", name, err, note)
		}
	}
}
