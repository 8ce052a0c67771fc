package bucket_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/whence-xai/whence/explain/corpus/bucket"
)

// A google is a server of the JSON API of Google's store with a bucket "corpus", as
// far as it is used here. It lists two objects a page.
type google struct {
	*httptest.Server
	mu       sync.Mutex
	objects  map[string]version
	sessions []*session // of uploads, by number
	last     int64      // generation
	asked    int        // how many requests there were

	// fault, where it is not nil, may answer in the stead of the server.
	fault func(w http.ResponseWriter, r *http.Request) bool
}

type version struct {
	generation int64
	content    []byte
}

type session struct {
	key, condition string
	come           []byte
	done           bool
}

// newGoogle starts a server and points clients at it.
func newGoogle(t *testing.T) *google {
	g := &google{objects: map[string]version{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /storage/v1/b/corpus/o", g.list)
	mux.HandleFunc("GET /storage/v1/b/corpus/o/{key}", g.get)
	mux.HandleFunc("DELETE /storage/v1/b/corpus/o/{key}", g.remove)
	mux.HandleFunc("POST /upload/storage/v1/b/corpus/o", g.upload)
	mux.HandleFunc("PUT /session/{number}", g.resume)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "The specified bucket does not exist.")
	})
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.asked++; g.fault == nil || !g.fault(w, r) {
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(g.Close)
	t.Setenv("STORAGE_EMULATOR_HOST", g.URL)
	return g
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	answer(w, map[string]any{"error": map[string]any{"code": status, "message": message}})
}

func answer(w io.Writer, v any) { _ = json.NewEncoder(w).Encode(v) }

func (g *google) list(w http.ResponseWriter, r *http.Request) {
	var page struct {
		Items         []map[string]string `json:"items"`
		NextPageToken string              `json:"nextPageToken,omitempty"`
	}
	for _, key := range slices.Sorted(maps.Keys(g.objects)) {
		if !strings.HasPrefix(key, r.FormValue("prefix")) || key <= r.FormValue("pageToken") {
			continue
		}
		if len(page.Items) == 2 {
			page.NextPageToken = page.Items[1]["name"]
			break
		}
		page.Items = append(page.Items, map[string]string{"name": key})
	}
	answer(w, page)
}

func (g *google) get(w http.ResponseWriter, r *http.Request) {
	o, ok := g.objects[r.PathValue("key")]
	generation := strconv.FormatInt(o.generation, 10)
	switch want := r.FormValue("generation"); {
	case !ok || want != "" && want != generation:
		refuse(w, http.StatusNotFound, "No such object: corpus/"+r.PathValue("key"))
	case r.FormValue("alt") == "media":
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(o.content))
	default:
		answer(w, map[string]string{"size": strconv.Itoa(len(o.content)), "generation": generation})
	}
}

func (g *google) remove(w http.ResponseWriter, r *http.Request) {
	if _, ok := g.objects[r.PathValue("key")]; !ok {
		refuse(w, http.StatusNotFound, "No such object: corpus/"+r.PathValue("key"))
		return
	}
	delete(g.objects, r.PathValue("key"))
	w.WriteHeader(http.StatusNoContent)
}

func (g *google) upload(w http.ResponseWriter, r *http.Request) {
	s := &session{key: r.URL.Query().Get("name"), condition: r.URL.Query().Get("ifGenerationMatch")}
	if r.URL.Query().Get("uploadType") == "resumable" {
		w.Header().Set("Location", fmt.Sprintf("%s/session/%d", g.URL, len(g.sessions)))
		g.sessions = append(g.sessions, s)
		return
	}
	s.come, _ = io.ReadAll(r.Body)
	g.finish(w, s)
}

// finish makes an object of what has come, if its condition is met.
func (g *google) finish(w http.ResponseWriter, s *session) {
	if s.condition != "" && s.condition != strconv.FormatInt(g.objects[s.key].generation, 10) {
		refuse(w, http.StatusPreconditionFailed, "At least one of the pre-conditions you specified did not hold.")
		return
	}
	g.last++
	g.objects[s.key] = version{g.last, s.come}
	answer(w, map[string]string{"generation": strconv.FormatInt(g.last, 10)})
}

func (g *google) resume(w http.ResponseWriter, r *http.Request) {
	number, _ := strconv.Atoi(r.PathValue("number"))
	s := g.sessions[number]
	span, size, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Content-Range"), "bytes "), "/")
	if span != "*" && !strings.HasPrefix(span, strconv.Itoa(len(s.come))+"-") {
		refuse(w, http.StatusBadRequest, "want bytes from "+strconv.Itoa(len(s.come))+" on, not "+span)
		return
	}
	b, err := io.ReadAll(r.Body)
	s.come = append(s.come, b...)
	switch {
	case s.done:
		w.WriteHeader(http.StatusOK)
	case err == nil && strconv.Itoa(len(s.come)) == size:
		s.done = true
		g.finish(w, s)
	default:
		if len(s.come) > 0 {
			w.Header().Set("Range", fmt.Sprintf("bytes=0-%d", len(s.come)-1))
		}
		w.WriteHeader(http.StatusPermanentRedirect)
	}
}

// TestGoogleCut: what is cut off on its way goes on from there.
func TestGoogleCut(t *testing.T) {
	content := strings.Repeat("0123456789abcde\n", 1<<20)
	for _, come := range []int64{0, 1, 5 << 20, int64(len(content))} {
		g, cut := newGoogle(t), false
		g.fault = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPut || cut {
				return false
			}
			cut = true
			r.Body = io.NopCloser(io.LimitReader(r.Body, come))
			g.resume(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		s := &bucket.Store{}
		if err := put(t, s, "gs://corpus/long", content); err != nil || get(t, s, "gs://corpus/long") != content {
			t.Errorf("after %d bytes: %v", come, err)
		}
	}
}

// TestGooglePieces: whoever reads an object in small pieces asks seldom.
func TestGooglePieces(t *testing.T) {
	g := newGoogle(t)
	s := &bucket.Store{}
	content := strings.Repeat("0123456789abcde\n", 1<<16)
	if err := put(t, s, "gs://corpus/x", content); err != nil {
		t.Fatal(err)
	}
	f, err := s.Open(t.Context(), "gs://corpus/x")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g.asked = 0
	var got bytes.Buffer
	if _, err := io.CopyBuffer(&got, struct{ io.Reader }{io.NewSectionReader(f, 0, f.Size())}, make([]byte, 4001)); err != nil || got.String() != content {
		t.Errorf("%d bytes (%v)", got.Len(), err)
	}
	if g.asked > 15 {
		t.Errorf("%d requests for %d bytes", g.asked, len(content))
	}
	b := make([]byte, 5)
	if n, err := f.ReadAt(b, f.Size()-3); n != 3 || !errors.Is(err, io.EOF) {
		t.Errorf("behind the end are %q (%v)", b[:n], err)
	}
	if n, err := f.ReadAt(b, 16); n != 5 || err != nil || string(b) != "01234" {
		t.Errorf("back at 16 are %q (%v)", b[:n], err)
	}
}

// TestGoogleFaults: what passes is tried again, what does not is told with the name
// of the object and the words of the server.
func TestGoogleFaults(t *testing.T) {
	g := newGoogle(t)
	t.Setenv("STORAGE_EMULATOR_HOST", strings.TrimPrefix(g.URL, "http://")) // as it may be written too
	s := &bucket.Store{}
	busy := map[string]bool{}
	g.fault = func(w http.ResponseWriter, r *http.Request) bool {
		kind := r.Method + r.FormValue("alt")
		if !busy[kind] {
			busy[kind] = true
			refuse(w, http.StatusServiceUnavailable, "busy")
			return true
		}
		return false
	}
	if err := put(t, s, "gs://corpus/a b?%2F#ü", "content"); err != nil || get(t, s, "gs://corpus/a b?%2F#ü") != "content" {
		t.Error(err)
	}
	if err := s.Remove(t.Context(), "gs://corpus/a b?%2F#ü"); err != nil || len(g.objects) > 0 {
		t.Errorf("%d objects are left (%v)", len(g.objects), err)
	}
	g.fault = func(w http.ResponseWriter, _ *http.Request) bool {
		refuse(w, http.StatusForbidden, "not for you"+strings.Repeat(".", 5000))
		return true
	}
	for what, try := range map[string]func() error{
		"open":   func() error { _, err := s.Open(t.Context(), "gs://corpus/x"); return err },
		"create": func() error { _, err := s.Create(t.Context(), "gs://corpus/x"); return err },
		"list":   func() error { _, err := s.List(t.Context(), "gs://corpus/x"); return err },
		"remove": func() error { return s.Remove(t.Context(), "gs://corpus/x") },
	} {
		if err := try(); err == nil || !strings.HasPrefix(err.Error(), "gs://corpus/x: ") || !strings.Contains(err.Error(), "answered 403 Forbidden: ") ||
			!strings.Contains(err.Error(), "not for you") || len(err.Error()) > 3000 {
			t.Errorf("%s: %v", what, err)
		}
	}
	g.fault = nil
	if _, err := s.Create(t.Context(), "gs://nowhere/x"); err == nil || !strings.Contains(err.Error(), "bucket does not exist") {
		t.Errorf("a bucket that is not there: %v", err)
	}
}
