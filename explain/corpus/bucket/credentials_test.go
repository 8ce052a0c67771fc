package bucket

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoogleCredentials: requests bear a token had for the credentials of the file
// that is named; where there are none, the error of what is not public says so.
func TestGoogleCredentials(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/token" && r.FormValue("refresh_token") == "refresh":
			_, _ = io.WriteString(w, `{"access_token": "secret", "token_type": "Bearer", "expires_in": 3600}`)
		case r.Header.Get("Authorization") == "Bearer secret":
			_, _ = io.WriteString(w, `{"size": "3", "generation": "7"}`)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "credentials.json")
	t.Setenv("STORAGE_EMULATOR_HOST", "")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
	if _, err := newGoogle(); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("credentials that are not there: %v", err)
	}
	content := `{"type": "authorized_user", "client_id": "id", "client_secret": "secret", "refresh_token": "refresh", "token_uri": "` + server.URL + `/token"}`
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := newGoogle()
	if err != nil {
		t.Fatal(err)
	}
	g := r.(*google)
	if g.address != "https://storage.googleapis.com" {
		t.Errorf("asks %s", g.address)
	}
	g.address = server.URL
	if is, err := g.stat(t.Context(), "corpus", "x"); err != nil || is != (info{3, "7"}) {
		t.Errorf("%v (%v)", is, err)
	}
	nobody := &google{Client: server.Client(), address: server.URL, anonymous: errAnonymous}
	if _, err := nobody.stat(t.Context(), "corpus", "x"); err == nil || !strings.Contains(err.Error(), "without credentials") {
		t.Errorf("without credentials: %v", err)
	}
}
