package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/hub/hubtest"
)

// tinyHub starts a hub with a model at two commits, one that is gated, and one
// that is a pickle but on a branch, for the commands of a test.
func tinyHub(t *testing.T) *hubtest.Server {
	t.Helper()
	files := map[string][]byte{"README.md": []byte("---\nlicense: mit\n---\n")}
	paths, err := filepath.Glob("../../../model/testdata/bert-tiny/sharded/*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no tiny model", err)
	}
	for _, path := range paths {
		files[filepath.Base(path)] = read(t, path)
	}
	newer := map[string][]byte{}
	for name, content := range files {
		newer[name] = content
	}
	newer["README.md"] = []byte("---\nlicense: apache-2.0\n---\n")
	s := hubtest.New("whence/tiny", files)
	t.Cleanup(s.Close)
	s.Models["whence/tiny"].Commits[hubtest.Commit("b")] = newer
	s.Models["whence/tiny"].Refs["v2"] = hubtest.Commit("b")
	main := map[string]string{"main": hubtest.Commit("c")}
	s.Models["whence/gated"] = &hubtest.Model{Token: "hf_another", Refs: main, Commits: map[string]map[string][]byte{hubtest.Commit("c"): files}}
	pickled := map[string][]byte{"pytorch_model.bin": read(t, "../../../model/testdata/bert-tiny/pickled/zip/pytorch_model.bin")}
	for _, name := range []string{"config.json", "tokenizer.json"} {
		pickled[name] = files[name]
	}
	s.Models["whence/pickle"] = &hubtest.Model{
		Converted: 45, Refs: map[string]string{"main": hubtest.Commit("c"), "refs/pr/45": hubtest.Commit("d")},
		Commits: map[string]map[string][]byte{hubtest.Commit("c"): pickled, hubtest.Commit("d"): files},
	}
	for _, name := range []string{"HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"} {
		t.Setenv(name, "")
	}
	t.Setenv("HF_HOME", "home") // of the folder where the session runs
	t.Setenv("HF_HUB_CACHE", "models")
	t.Setenv("HF_ENDPOINT", s.URL)
	return s
}

var dates = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T][\d:.]+(?:Z|[+-]\d\d:\d\d)?`)

// TestModels runs the session in testdata/hub with a hub on this machine.
func TestModels(t *testing.T) {
	s := tinyHub(t)
	path, err := filepath.Abs("testdata/hub/model.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := string(read(t, path))
	got := play(t, filepath.Dir(filepath.Dir(path)), want)
	got = dates.ReplaceAllString(strings.ReplaceAll(got, s.URL, "http://hub"), "2026-01-01 00:00")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != want {
		t.Errorf("went otherwise:\n%s", difference(want, got))
	}
}
