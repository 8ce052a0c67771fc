package hub

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzName: a name that is taken stays within the cache, and is read from there.
func FuzzName(f *testing.F) {
	for _, s := range []string{"org/name", "gpt2", "a/b@refs/pr/1", "../x", "a/..", "a--b/c", "a/b@../../c", "a/b@-x", `a\\b`, "a/b@main", "0@0.."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseName(s)
		if err != nil {
			return
		}
		for _, path := range []string{n.folder(), filepath.Join(n.folder(), "refs", filepath.FromSlash(n.Revision))} {
			if !filepath.IsLocal(path) || strings.Contains(path, "..") {
				t.Errorf("%q is at %q", s, path)
			}
		}
		if strings.ContainsAny(n.folder(), `/\`) {
			t.Errorf("%q is at %q", s, n.folder())
		}
		if repo, ok := repoOf(n.folder()); !ok || repo != n.Repo {
			t.Errorf("%q is read as %q, %v", s, repo, ok)
		}
		if again, err := ParseName(n.String()); err != nil || again != n {
			t.Errorf("%q is written as %q", s, n)
		}
	})
}

// FuzzListing: whatever a server says of a model, no file leads out of its folder.
func FuzzListing(f *testing.F) {
	f.Add(`{"sha": "`+strings.Repeat("a", 40)+`", "siblings": [{"rfilename": "config.json"}, {"rfilename": "model.safetensors"}]}`, "a.safetensors")
	f.Add(`{"weight_map": {"a": "b.safetensors", "c": "../d.safetensors"}}`, "a/../b.safetensors")
	f.Add(`{"weight_map": {"a": "x/../../b.safetensors"}}`, `a\b.safetensors`)
	f.Add(`[]`, "../.safetensors")
	f.Fuzz(func(t *testing.T, text, place string) {
		if l, err := parseListing([]byte(text)); err == nil {
			files, err := choose(l.has)
			for _, name := range files {
				if err == nil && !safe(name) {
					t.Errorf("takes %q", name)
				}
			}
		}
		// A name is found sooner where all else is as it should be.
		index, err := json.Marshal(map[string]any{"weight_map": map[string]string{"a": place, "b": "b.safetensors"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{text, string(index)} {
			names, err := parseIndex(strings.NewReader(text), ".safetensors")
			for _, name := range names {
				if err == nil && (!filepath.IsLocal(name) || strings.Contains("/"+name+"/", "/../")) {
					t.Errorf("takes %q", name)
				}
			}
		}
	})
}

// FuzzStat: whatever a server says of a file, what is taken can be a name.
func FuzzStat(f *testing.F) {
	f.Add("aaaa", "5", "\""+strings.Repeat("a", 40)+"\"", false)
	f.Add("../..", "-1", "W/\"x\"", true)
	f.Fuzz(func(t *testing.T, commit, size, etag string, redirected bool) {
		r := &http.Response{StatusCode: http.StatusOK, ContentLength: 7, Header: http.Header{
			"X-Repo-Commit": {commit}, "X-Linked-Size": {size}, "X-Linked-Etag": {etag},
		}}
		if redirected {
			r.StatusCode = http.StatusFound
		}
		got, err := parseStat(remote{name: "a"}, commit, r)
		if err == nil && (!fileHash.MatchString(got.hash) || got.size < 0) {
			t.Errorf("takes %+v", got)
		}
	})
}

// FuzzIndex: whatever an index of weights says, the files that it names are weights in
// the folder of the model.
func FuzzIndex(f *testing.F) {
	f.Add(`{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}`)
	f.Add(`{"weight_map": {"a": "../../x.safetensors"}}`)
	f.Add(`{"weight_map": {}}`)
	f.Fuzz(func(t *testing.T, index string) {
		names, err := parseIndex(strings.NewReader(index), ".safetensors")
		if err == nil && len(names) == 0 {
			t.Error("no files")
		}
		for i, name := range names {
			if !filepath.IsLocal(filepath.Join("folder", filepath.FromSlash(name))) || strings.Contains("/"+name, "/../") || i > 0 && name <= names[i-1] {
				t.Errorf("%q", names)
			}
		}
	})
}
