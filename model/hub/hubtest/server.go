// Package hubtest is a hub of models for tests: a server on this machine that
// speaks the protocol of the Hugging Face hub, as far as models are downloaded.
package hubtest

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // git names its blobs so
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Model is a repository of the hub: its commits by hash, and where its
// branches stand.
type Model struct {
	Refs    map[string]string
	Commits map[string]map[string][]byte
	Token   string // without which nothing is given, if not empty
	// Converted is the number of the pull request that the hub's bot has opened with
	// the weights as safetensors; 0 for none.
	Converted int
}

// A Server is a hub. Large files, those whose names end in .safetensors or .bin, are on
// a server with an address of its own, as on the real one.
// The behaviour is that of huggingface.co as far as package hub depends on it: headers,
// codes of errors, redirections of large files.
type Server struct {
	URL, CDN string
	Models   map[string]*Model
	// Fault, if not nil, is asked before every answer; where it returns true it
	// has answered itself.
	Fault func(w http.ResponseWriter, r *http.Request) bool

	mu       sync.Mutex
	requests []*http.Request
	servers  [2]*httptest.Server
}

// Commit returns the hash that a test calls by one digit.
func Commit(digit string) string { return strings.Repeat(digit, 40) }

// New starts a hub with a model of that name, whose branch main has files.
func New(name string, files map[string][]byte) *Server {
	s := &Server{Models: map[string]*Model{name: {
		Refs:    map[string]string{"main": Commit("a")},
		Commits: map[string]map[string][]byte{Commit("a"): files},
	}}}
	hub := http.NewServeMux()
	hub.HandleFunc("/api/models/", s.list)
	hub.HandleFunc("/", s.resolve)
	s.servers[0] = httptest.NewServer(s.guard(hub.ServeHTTP))
	s.servers[1] = httptest.NewServer(s.guard(s.large))
	s.URL, s.CDN = s.servers[0].URL, s.servers[1].URL
	return s
}

// Close ends the hub.
func (s *Server) Close() {
	for _, server := range s.servers {
		server.CloseClientConnections()
		server.Close()
	}
}

// Requests returns what was asked until now.
func (s *Server) Requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// guard notes requests, and lets faults happen.
func (s *Server) guard(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r)
		fault := s.Fault
		s.mu.Unlock()
		if fault == nil || !fault(w, r) {
			next(w, r)
		}
	})
}

// list answers /api/models/{repo}/revision/{rev}.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/api/models/")
	if repo, ok := strings.CutSuffix(path, "/discussions"); ok {
		s.discuss(w, repo)
		return
	}
	repo, revision, _ := strings.Cut(path, "/revision/")
	commit, files := s.find(w, r, repo, revision)
	if files == nil {
		return
	}
	type sibling struct {
		Name string `json:"rfilename"`
	}
	answer := struct {
		ID       string    `json:"id"`
		SHA      string    `json:"sha"`
		Siblings []sibling `json:"siblings"`
	}{ID: repo, SHA: commit}
	for name := range files {
		answer.Siblings = append(answer.Siblings, sibling{name})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// discuss answers /api/models/{repo}/discussions with the bot's pull request.
func (s *Server) discuss(w http.ResponseWriter, repo string) {
	w.Header().Set("Content-Type", "application/json")
	m := s.Models[repo]
	if m == nil || m.Converted == 0 {
		fmt.Fprint(w, `{"discussions": [], "count": 0, "start": 0}`)
		return
	}
	fmt.Fprintf(w, `{"discussions": [{"num": %d, "author": {"name": "SFconvertbot", "type": "user"}, "isPullRequest": true, "status": "open",
		"title": "Adding ~safetensors~ variant of this model"}], "count": 1, "start": 0}`, m.Converted)
}

// find returns the files of a revision, or answers that there are none.
// A model that is not there and one that is hidden are answered alike, by 401.
func (s *Server) find(w http.ResponseWriter, r *http.Request, repo, revision string) (string, map[string][]byte) {
	revision, _ = url.PathUnescape(revision)
	m := s.Models[repo]
	switch {
	case m == nil:
		refuse(w, http.StatusUnauthorized, "RepoNotFound")
		return "", nil
	case m.Token != "" && r.Header.Get("Authorization") == "":
		refuse(w, http.StatusUnauthorized, "GatedRepo")
		return "", nil
	case m.Token != "" && r.Header.Get("Authorization") != "Bearer "+m.Token:
		refuse(w, http.StatusForbidden, "GatedRepo")
		return "", nil
	}
	if commit, ok := m.Refs[revision]; ok {
		revision = commit
	}
	files := m.Commits[revision]
	if files == nil {
		refuse(w, http.StatusNotFound, "RevisionNotFound")
	}
	return revision, files
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("X-Error-Code", code)
	w.WriteHeader(status)
}

// resolve answers /{repo}/resolve/{rev}/{file}.
func (s *Server) resolve(w http.ResponseWriter, r *http.Request) {
	repo, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/resolve/")
	revision, escaped, _ := strings.Cut(rest, "/")
	name, _ := url.PathUnescape(escaped)
	commit, files := s.find(w, r, repo, revision)
	if files == nil {
		return
	}
	w.Header().Set("X-Repo-Commit", commit)
	content, ok := files[name]
	if !ok {
		refuse(w, http.StatusNotFound, "EntryNotFound")
		return
	}
	if !strings.HasSuffix(name, ".safetensors") && !strings.HasSuffix(name, ".bin") {
		w.Header().Set("ETag", `"`+gitHash(content)+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
		return
	}
	w.Header().Set("X-Linked-Etag", `"`+largeHash(content)+`"`)
	w.Header().Set("X-Linked-Size", fmt.Sprint(len(content)))
	// a client that takes this one for the file's finds its hash wrong
	w.Header().Set("ETag", `"of-the-redirection"`)
	// a signed address, which no error may show
	w.Header().Set("Location", s.CDN+"/"+largeHash(content)+"?signature=secret")
	w.WriteHeader(http.StatusFound)
}

// large answers with a large file by its hash.
func (s *Server) large(w http.ResponseWriter, r *http.Request) {
	for _, m := range s.Models {
		for _, files := range m.Commits {
			for _, content := range files {
				if "/"+largeHash(content) == r.URL.Path {
					http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
					return
				}
			}
		}
	}
	http.NotFound(w, r)
}

// gitHash is how git names the blob of a file.
func gitHash(content []byte) string {
	h := sha1.New() //nolint:gosec // it is what git does
	fmt.Fprintf(h, "blob %d\x00%s", len(content), content)
	return hex.EncodeToString(h.Sum(nil))
}

// largeHash is how a large file is named.
func largeHash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
