package hub_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-xai/whence/model/hub"
	"github.com/whence-xai/whence/model/hub/hubtest"
)

const (
	tiny   = "whence/tiny"
	secret = "hf_doNotTell"
)

// big is a file of weights that takes several reads.
var big = bytes.Repeat([]byte("0123456789abcdef"), 1<<18)

// tinyFiles are those of a model, and others that no model needs.
func tinyFiles() map[string][]byte {
	return map[string][]byte{
		"README.md": []byte("---\nlicense: mit\n---\n"), "config.json": []byte(`{"model_type": "bert"}`),
		"tokenizer.json": []byte(`{}`), "vocab.txt": []byte("not needed"), "model.safetensors": big,
		"1_Pooling/config.json": []byte(`{"pooling": 1}`), "pytorch_model.bin": []byte("a pickle"), "empty": nil,
	}
}

// start starts a hub for a test, with a cache of its own and without the
// environment of whoever runs it.
func start(t *testing.T, files map[string][]byte) (*hubtest.Server, hub.Options) {
	t.Helper()
	for _, name := range []string{"HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_CACHE", "HF_HUB_DISABLE_SYMLINKS"} {
		t.Setenv(name, "")
	}
	t.Setenv("HF_HOME", t.TempDir())
	s := hubtest.New(tiny, files)
	t.Cleanup(s.Close)
	return s, hub.Options{Endpoint: s.URL, Cache: t.TempDir(), Wait: time.Millisecond, Timeout: time.Hour}
}

// same fails unless the folder has these files of all, and no others.
func same(t *testing.T, dir string, all map[string][]byte, names ...string) {
	t.Helper()
	var got []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		got = append(got, filepath.ToSlash(name))
		content, err := os.ReadFile(path)
		if !bytes.Equal(content, all[filepath.ToSlash(name)]) {
			t.Errorf("%s is not what the hub has", name)
		}
		return err
	})
	if diff := cmp.Diff(slices.Sorted(slices.Values(names)), got); diff != "" || err != nil {
		t.Errorf("files: %v %s", err, diff)
	}
}

// needed are the files of [tinyFiles] that a model needs.
var needed = []string{"README.md", "config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json"}

func TestResolve(t *testing.T) {
	s, o := start(t, tinyFiles())
	dir, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, dir, tinyFiles(), needed...)
	asked := len(s.Requests())
	again, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil || again != dir || len(s.Requests()) != asked {
		t.Errorf("again: %q, %v, %d requests more", again, err, len(s.Requests())-asked)
	}
	if folder, err := hub.Resolve(t.Context(), dir, hub.Options{Offline: true}); folder != dir || err != nil {
		t.Errorf("a folder: %q, %v", folder, err)
	}
	if _, err := hub.Resolve(t.Context(), filepath.Join(dir, "config.json"), o); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Errorf("a file: %v", err)
	}
}

// TestPullNewer: a model in the cache is used as it is until it is pulled anew,
// when only what has changed is loaded.
func TestPullNewer(t *testing.T) {
	s, o := start(t, tinyFiles())
	old, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	changed := tinyFiles()
	changed["config.json"] = []byte(`{"model_type": "new"}`)
	s.Models[tiny].Commits[hubtest.Commit("b")] = changed
	s.Models[tiny].Refs["main"] = hubtest.Commit("b")
	if same, err := hub.Resolve(t.Context(), tiny, o); same != old || err != nil {
		t.Errorf("resolved to %s, %v", same, err)
	}
	asked := len(s.Requests())
	dir, err := hub.Pull(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, dir, changed, needed...)
	for _, r := range s.Requests()[asked:] {
		if r.Method == http.MethodGet && !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasSuffix(r.URL.Path, "config.json") {
			t.Errorf("loaded again: %s", r.URL.Path)
		}
	}
	byCommit, err := hub.Resolve(t.Context(), tiny+"@"+hubtest.Commit("a"), o)
	if err != nil || byCommit != old {
		t.Errorf("the old commit: %q, %v", byCommit, err)
	}
}

// TestShards: weights in several files come with what the index names.
func TestShards(t *testing.T) {
	files := tinyFiles()
	delete(files, "model.safetensors")
	files["model.safetensors.index.json"] = []byte(`{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}`)
	files["model-1.safetensors"], files["model-2.safetensors"], files["model-3.safetensors"] = big, big[1:], big[2:]
	_, o := start(t, files)
	dir, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, dir, files, append(needed[:3:3], "1_Pooling/config.json", "model.safetensors.index.json", "model-1.safetensors", "model-2.safetensors")...)
	if err := os.Remove(filepath.Join(dir, "model-2.safetensors")); err != nil {
		t.Fatal(err)
	}
	o.Offline = true
	if _, err = hub.Resolve(t.Context(), tiny, o); err == nil || !strings.Contains(err.Error(), "lacks model-2.safetensors") {
		t.Errorf("offline with a shard gone: %v", err)
	}
}

// TestVocabulary: without tokenizer.json, the files that came before it are taken.
func TestVocabulary(t *testing.T) {
	files := tinyFiles()
	delete(files, "tokenizer.json")
	s, o := start(t, files)
	dir, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, dir, files, "README.md", "config.json", "vocab.txt", "model.safetensors", "1_Pooling/config.json")
	asked := len(s.Requests())
	if _, err := hub.Resolve(t.Context(), tiny, o); err != nil || len(s.Requests()) != asked {
		t.Errorf("asked again, %v", err)
	}
}

// TestToken: the hub gets the token, the server of large files does not, and no
// error has it.
func TestToken(t *testing.T) {
	s, o := start(t, tinyFiles())
	s.Models[tiny].Token = secret
	for _, test := range []struct{ token, want string }{
		{"", "gated"}, {"hf_anotherOne", "not open to your token"}, {"not a\ttoken", "HF_TOKEN holds no token"},
	} {
		t.Setenv("HF_TOKEN", test.token)
		_, err := hub.Resolve(t.Context(), tiny, o)
		if err == nil || !strings.Contains(err.Error(), test.want) || test.token != "" && strings.Contains(fmt.Sprintf("%+v", err), test.token) {
			t.Errorf("token %q: %v", test.token, err)
		}
		var e *hub.Error
		if errors.As(err, &e) && !strings.Contains(e.Hint, s.URL+"/"+tiny) {
			t.Errorf("hint %q does not name the page", e.Hint)
		}
	}
	t.Setenv("HF_TOKEN", "")
	if err := os.WriteFile(filepath.Join(os.Getenv("HF_HOME"), "token"), []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := hub.Resolve(t.Context(), tiny, o); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Requests() {
		if "http://"+r.Host == s.CDN && (r.Header.Get("Authorization") != "" || r.Header.Get("Referer") != "") {
			t.Errorf("%s %s got the token", r.Method, r.URL)
		}
	}
}

// TestFaults: a hub that fails for a while is asked until it answers.
func TestFaults(t *testing.T) {
	type fault func(w http.ResponseWriter, r *http.Request, n int) bool // n: times that this was asked
	faults := map[string]fault{
		"busy": func(w http.ResponseWriter, _ *http.Request, n int) bool {
			if n < 2 {
				w.Header().Set("Retry-After", "0")
				w.WriteHeader([]int{http.StatusTooManyRequests, http.StatusServiceUnavailable}[n])
			}
			return n < 2
		},
		"cut before the answer": func(_ http.ResponseWriter, _ *http.Request, n int) bool {
			if n < 2 {
				panic(http.ErrAbortHandler)
			}
			return false
		},
		"cut within the answer": func(w http.ResponseWriter, r *http.Request, _ int) bool {
			return large(r) && cut(w, r, len(big)/7)
		},
		"cut, and all of it again": func(w http.ResponseWriter, r *http.Request, n int) bool {
			r.Header.Del("Range")
			return large(r) && n < 3 && cut(w, r, len(big)/7)
		},
		"wrong bytes at first": func(w http.ResponseWriter, r *http.Request, n int) bool {
			return large(r) && n < 1 && write(w, bytes.ToUpper(big))
		},
		"another part at first": func(w http.ResponseWriter, r *http.Request, n int) bool {
			if large(r) && n == 1 {
				r.Header.Set("Range", "bytes=7-")
			}
			return large(r) && n < 2 && cut(w, r, len(big)/7)
		},
		"too many bytes at first": func(w http.ResponseWriter, r *http.Request, n int) bool {
			return large(r) && n < 1 && write(w, append(bytes.Clone(big), "more"...))
		},
		"too few bytes at first": func(w http.ResponseWriter, r *http.Request, n int) bool {
			return large(r) && n < 1 && write(w, big[:1000])
		},
		"a range that cannot be": func(w http.ResponseWriter, r *http.Request, n int) bool {
			if large(r) && n == 1 {
				w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				return true
			}
			return large(r) && n < 1 && cut(w, r, len(big)/7)
		},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			s, o := start(t, tinyFiles())
			var mu sync.Mutex
			seen := map[string]int{}
			s.Fault = func(w http.ResponseWriter, r *http.Request) bool {
				mu.Lock()
				n := seen[r.Method+r.URL.Path]
				seen[r.Method+r.URL.Path]++
				mu.Unlock()
				return fault(w, r, n)
			}
			var done, total int64
			o.Progress = func(d, of int64) { done, total = d, of }
			dir, err := hub.Resolve(t.Context(), tiny, o)
			if err != nil {
				t.Fatal(err)
			}
			same(t, dir, tinyFiles(), needed...)
			if done != total || total < int64(len(big)) {
				t.Errorf("progress ended at %d of %d", done, total)
			}
		})
	}
}

func large(r *http.Request) bool { return r.URL.RawQuery == "signature=secret" }

func write(w http.ResponseWriter, b []byte) bool {
	_, _ = w.Write(b)
	return true
}

// cut answers with so many bytes of the file, or of the rest that is asked for,
// and hangs up.
func cut(w http.ResponseWriter, r *http.Request, n int) bool {
	from := 0
	_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
	w.Header().Set("Content-Length", fmt.Sprint(len(big)-from))
	if from > 0 {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(big)-1, len(big)))
		w.WriteHeader(http.StatusPartialContent)
	}
	_, _ = w.Write(big[from:min(from+n, len(big))])
	return true // what lacks of the length hangs up
}

// TestForever: a server that gives a part and all of it by turns, and never the end,
// is not asked for ever; one that is slow is, as long as more comes.
func TestForever(t *testing.T) {
	for _, test := range []struct {
		first, more int // bytes of all of it, and of a part
		ends        bool
	}{{10, 1, false}, {len(big) / 2, 1, false}, {1 << 20, 1, false}, {len(big) / 9, len(big) / 9, true}} {
		s, o := start(t, tinyFiles())
		asked := 0
		s.Fault = func(w http.ResponseWriter, r *http.Request) bool {
			if !large(r) {
				return false
			}
			if asked++; asked%2 == 1 && !test.ends {
				r.Header.Del("Range")
				return cut(w, r, test.first)
			}
			return cut(w, r, test.more)
		}
		_, err := hub.Resolve(t.Context(), tiny, o)
		if asked > 30 || (err == nil) != test.ends || err != nil && !strings.Contains(err.Error(), "(tried 5 times)") {
			t.Errorf("%+v: asked %d times, %v", test, asked, err)
		}
	}
}

// TestNoPartOfToken: what a server makes of a token is in no error.
func TestNoPartOfToken(t *testing.T) {
	const token = "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123"
	for name, fault := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"hash": func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("X-Linked-Etag", `"`+strings.Repeat("x", 60)+token+`"`)
			w.Header().Set("X-Repo-Commit", hubtest.Commit("a"))
			return r.Method == http.MethodHead
		},
		"commit": func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("X-Repo-Commit", "xxxx "+token)
			return r.Method == http.MethodHead
		},
		"list": func(w http.ResponseWriter, r *http.Request) bool {
			return strings.HasPrefix(r.URL.Path, "/api/") && write(w, []byte(`{"sha": "`+strings.Repeat("x", 30)+token+`"}`))
		},
		"redirection": func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Location", "http://%zz/"+token)
			w.WriteHeader(http.StatusFound)
			return true
		},
	} {
		s, o := start(t, tinyFiles())
		t.Setenv("HF_TOKEN", token)
		s.Fault, o.Attempts = fault, 1
		_, err := hub.Resolve(t.Context(), tiny, o)
		if err == nil || strings.Contains(err.Error(), token[:9]) || strings.Contains(err.Error(), token[3:11]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRefusals: what is not to be had says so, and nothing of it gets its name.
func TestRefusals(t *testing.T) {
	answer := func(status int, header, value string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set(header, value)
			w.WriteHeader(status)
			return true
		}
	}
	listing := func(text string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			return strings.HasPrefix(r.URL.Path, "/api/") && write(w, []byte(text))
		}
	}
	tests := map[string]struct {
		name  string
		files map[string][]byte
		fault func(http.ResponseWriter, *http.Request) bool
		want  []string
	}{
		"no such model":    {name: "whence/other", want: []string{"whence/other: ", "no such model"}},
		"no such revision": {name: tiny + "@v9", want: []string{tiny + "@v9: ", `no revision "v9"`}},
		"no weights":       {files: map[string][]byte{"config.json": nil}, want: []string{"neither model.safetensors nor pytorch_model.bin"}},
		"other weights":    {files: map[string][]byte{"config.json": nil, "tf_model.h5": nil}, want: []string{`but "tf_model.h5", which is weights of TensorFlow`}},
		"a graph":          {files: map[string][]byte{"onnx/model.onnx": nil}, want: []string{`but "onnx/model.onnx", which is a graph of ONNX`}},
		"no model":         {files: map[string][]byte{"README.md": nil}, want: []string{"no config.json"}},
		"busy for good":    {fault: answer(503, "Retry-After", "0"), want: []string{"answered 503 Service Unavailable (tried 5 times)"}},
		"busy for long":    {fault: answer(429, "Retry-After", "9999"), want: []string{"asks to be left alone for 2h46m39s"}},
		"unknown status":   {fault: answer(418, "X", ""), want: []string{"answered 418 I'm a teapot"}},
		"a page":           {fault: listing("<html>"), want: []string{"list of files", "invalid character '<'"}},
		"no commit":        {fault: listing(`{"sha": "../../etc"}`), want: []string{`"../../etc", which is no commit`}},
		"another commit": {name: tiny + "@" + hubtest.Commit("c"), fault: listing(`{"sha": "` + hubtest.Commit("d") + `"}`),
			want: []string{"speaks of commit ddd"}},
		"a path that leads out": {files: map[string][]byte{"config.json": []byte("{}"),
			"model.safetensors.index.json": []byte(`{"weight_map": {"a": "../../../evil.safetensors"}}`)}, want: []string{`"../../../evil.safetensors", which is no file of weights`}},
		"a pickle that is none": {files: map[string][]byte{"config.json": []byte("{}"),
			"pytorch_model.bin.index.json": []byte(`{"weight_map": {"a": "run.py"}}`)}, want: []string{`"run.py", which is no file of weights`}},
		"a shard that lacks": {files: map[string][]byte{"config.json": []byte("{}"),
			"model.safetensors.index.json": []byte(`{"weight_map": {"a": "b.safetensors"}}`)}, want: []string{"names b.safetensors, which the model does not have"}},
		"a wrong hash": {fault: func(w http.ResponseWriter, r *http.Request) bool {
			return large(r) && write(w, bytes.ToUpper(big))
		}, want: []string{"model.safetensors: what came has the hash"}},
		"a hash that is a path": {fault: func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("X-Linked-Etag", `"../../../evil"`)
			w.Header().Set("X-Repo-Commit", hubtest.Commit("a"))
			return r.Method == http.MethodHead
		}, want: []string{`gives "../../../evil" for its hash`}},
		"no size": {fault: func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("X-Linked-Etag", `"`+hubtest.Commit("e")+`"`)
			w.Header().Set("X-Repo-Commit", hubtest.Commit("a"))
			w.Header().Set("X-Linked-Size", "-5")
			return r.Method == http.MethodHead
		}, want: []string{"does not say how large"}},
		"no hub": {fault: func(_ http.ResponseWriter, r *http.Request) bool {
			return r.Method == http.MethodHead
		}, want: []string{"speaks of commit"}},
		"silent": {fault: func(w http.ResponseWriter, r *http.Request) bool {
			if !large(r) {
				return false
			}
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return true
		}, want: []string{"nothing came for 50ms"}},
		"a size that cannot be": {fault: func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("X-Linked-Etag", `"`+hubtest.Commit("e")+`"`)
			w.Header().Set("X-Repo-Commit", hubtest.Commit("a"))
			w.Header().Set("X-Linked-Size", "9000000000000000000")
			return r.Method == http.MethodHead
		}, want: []string{"says that it has 9000000000000000000 bytes"}},
		"a list without end": {fault: func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/api/") {
				return false
			}
			_, _ = io.WriteString(w, `{"siblings": [`)
			for {
				if _, err := io.WriteString(w, strings.Repeat(`{"rfilename": "a"}, `, 1000)); err != nil {
					return true
				}
			}
		}, want: []string{"list of files has more than 16777216 bytes"}},
		"a circle": {fault: func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
			return strings.HasPrefix(r.URL.Path, "/api/")
		}, want: []string{"redirected too often"}},
		"a status that commands": {fault: func(w http.ResponseWriter, _ *http.Request) bool {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "HTTP/1.1 418 \x1b[2J\x1b]52;c;aGk=\a\r\nContent-Length: 0\r\n\r\n")
				_ = conn.Close()
			}
			return true
		}, want: []string{"answered 418 I'm a teapot"}},
		"a bad name":     {name: "a/b/c", want: []string{`no folder "a/b/c"`}},
		"a bad revision": {name: "a/b@../c", want: []string{`"../c" is no revision`}},
		"dots":           {name: "a/b@0..", want: []string{`"0.." is no revision`}},
	}
	for title, test := range tests {
		t.Run(title, func(t *testing.T) {
			if test.files == nil {
				test.files = tinyFiles()
			}
			if test.name == "" {
				test.name = tiny
			}
			s, o := start(t, test.files)
			s.Fault = test.fault
			if title == "silent" {
				o.Timeout = 50 * time.Millisecond
			}
			_, err := hub.Resolve(t.Context(), test.name, o)
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "signature") {
					t.Errorf("%v, want %q", err, want)
				}
			}
			if blob := filepath.Join(o.Cache, "models--whence--tiny/blobs", hash(big)); exists(blob) {
				t.Errorf("%s got its name", blob)
			}
			if o.Offline = true; exists(filepath.Join(o.Cache, "models--whence--tiny/refs/main")) {
				t.Error("the branch stands at what is not there")
			}
		})
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// TestResume: what was loaded before an interruption is not loaded again.
func TestResume(t *testing.T) {
	s, o := start(t, tinyFiles())
	ctx, stop := context.WithCancel(t.Context())
	o.Progress = func(done, _ int64) {
		if done > 1_000_000 {
			stop()
		}
	}
	if _, err := hub.Resolve(ctx, tiny, o); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	part := filepath.Join(o.Cache, "models--whence--tiny/blobs", hash(big)+".incomplete")
	info, err := os.Stat(part)
	if err != nil || info.Size() == 0 {
		t.Fatalf("%v, nothing kept", err)
	}
	dir, err := hub.Resolve(t.Context(), tiny, hub.Options{Endpoint: s.URL, Cache: o.Cache})
	if err != nil {
		t.Fatal(err)
	}
	same(t, dir, tinyFiles(), needed...)
	ranges := 0
	for _, r := range s.Requests() {
		if r.Header.Get("Range") == fmt.Sprintf("bytes=%d-", info.Size()) {
			ranges++
		}
	}
	if ranges == 0 || exists(part) {
		t.Errorf("resumed by %d requests from byte %d; the part is left: %v", ranges, info.Size(), exists(part))
	}
}

// TestTogether: processes that load the same model load each file once.
func TestTogether(t *testing.T) {
	s, o := start(t, tinyFiles())
	errs := make(chan error)
	for range 4 {
		go func() {
			_, err := hub.Resolve(t.Context(), tiny, o)
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	loads := 0
	for _, r := range s.Requests() {
		if large(r) {
			loads++
		}
	}
	if loads != 1 {
		t.Errorf("loaded %d times", loads)
	}
}

// TestOffline: what is here is used, and what lacks is named.
func TestOffline(t *testing.T) {
	s, o := start(t, tinyFiles())
	t.Setenv("HF_HUB_OFFLINE", "1")
	if _, err := hub.Resolve(t.Context(), tiny, o); err == nil || !strings.Contains(err.Error(), "is not in "+o.Cache) {
		t.Errorf("an empty cache: %v", err)
	}
	t.Setenv("HF_HUB_OFFLINE", "0")
	dir, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	asked := len(s.Requests())
	t.Setenv("HF_HUB_OFFLINE", "yes")
	if got, err := hub.Resolve(t.Context(), tiny, o); got != dir || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	// Python may not know of files that it does not use.
	var notes []string
	o.Note = func(m string) { notes = append(notes, m) }
	if err := os.Remove(filepath.Join(o.Cache, "models--whence--tiny/.no_exist", hubtest.Commit("a"), "added_tokens.json")); err != nil {
		t.Fatal(err)
	}
	if got, err := hub.Resolve(t.Context(), tiny, o); got != dir || err != nil || len(notes) != 1 || !strings.Contains(notes[0], "added_tokens.json") {
		t.Errorf("%s, %v, %q", got, err, notes)
	}
	if err := os.Remove(filepath.Join(dir, "model.safetensors")); err != nil {
		t.Fatal(err)
	}
	if _, err := hub.Resolve(t.Context(), tiny, o); err == nil || !strings.Contains(err.Error(), "lacks model.safetensors") {
		t.Errorf("without weights: %v", err)
	}
	if _, err := hub.Pull(t.Context(), tiny, o); err == nil || len(s.Requests()) != asked {
		t.Errorf("asked the hub, %v", err)
	}
}

// TestAway: a hub that is not there is not needed for a model that is here.
func TestAway(t *testing.T) {
	s, o := start(t, tinyFiles())
	dir, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(o.Cache, "models--whence--tiny/.no_exist")); err != nil {
		t.Fatal(err)
	}
	s.Close()
	o.Wait = time.Hour // which nobody waits for
	var e *hub.Error
	if _, err := hub.Pull(t.Context(), tiny, o); !errors.As(err, &e) || !e.Temporary || !strings.Contains(err.Error(), "cannot reach 127.0.0.1") {
		t.Errorf("%v", err)
	}
	notes := 0
	o.Note = func(string) { notes++ }
	if got, err := hub.Resolve(t.Context(), tiny, o); got != dir || err != nil || notes != 1 {
		t.Errorf("%s, %v, %d notes", got, err, notes)
	}
}

// TestNoLinks: where there are no links, the files themselves are in the snapshot.
func TestNoLinks(t *testing.T) {
	_, o := start(t, tinyFiles())
	t.Setenv("HF_HUB_DISABLE_SYMLINKS", "1")
	dir, err := hub.Resolve(t.Context(), tiny, o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, dir, tinyFiles(), needed...)
	if info, err := os.Lstat(filepath.Join(dir, "model.safetensors")); err != nil || !info.Mode().IsRegular() {
		t.Errorf("%v, %v", info, err)
	}
}

// TestUnwritable: a cache that cannot be written says so, and where it can be moved.
func TestUnwritable(t *testing.T) {
	_, o := start(t, tinyFiles())
	o.Cache = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(o.Cache, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := hub.Resolve(t.Context(), tiny, o); err == nil || !strings.Contains(err.Error(), o.Cache) {
		t.Errorf("%v", err)
	}
}
