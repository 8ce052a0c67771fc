package bucket_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain/corpus/bucket"
)

// serve points the clients of both stores at a server of this process.
func serve(t *testing.T, f http.HandlerFunc) *bucket.Store {
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	t.Setenv("STORAGE_EMULATOR_HOST", server.URL)
	t.Setenv("AWS_ENDPOINT_URL_S3", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "us-east-1")
	return &bucket.Store{}
}

// TestEndlessList: a list whose pages do not end is given up.
func TestEndlessList(t *testing.T) {
	asked := 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		if strings.HasPrefix(r.URL.Path, "/storage/") {
			fmt.Fprintf(w, `{"nextPageToken": "page-%d"}`, asked)
			return
		}
		fmt.Fprintf(w, `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>page-%d</NextContinuationToken></ListBucketResult>`, asked)
	})
	for _, root := range objectStores {
		asked = 0
		_, err := s.List(t.Context(), root+"x/*")
		if err == nil || !strings.Contains(err.Error(), "does not end") || asked > 10001 {
			t.Errorf("%s: %v after %d requests", root, err, asked)
		}
	}
}

// TestImpossibleObjects: a server that tells of sizes below zero, or of no version, is
// not believed.
func TestImpossibleObjects(t *testing.T) {
	for _, is := range []string{`{"size": "-5", "generation": "1"}`, `{"size": "5"}`} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, is) })
		if f, err := s.Open(t.Context(), "gs://corpus/x"); err == nil {
			t.Errorf("%s was opened, of %d bytes", is, f.Size())
		}
	}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "5") }) // without ETag
	if f, err := s.Open(t.Context(), "s3://corpus/x"); err == nil {
		t.Errorf("an object without a version was opened, of %d bytes", f.Size())
	}
}

// TestImpossibleProgress: a server that has more of an upload than was sent is not
// believed.
func TestImpossibleProgress(t *testing.T) {
	for _, last := range []string{"99999999999", "9223372036854775807"} {
		g := newGoogle(t)
		g.fault = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPut {
				return false
			}
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Range", "bytes=0-"+last)
			w.WriteHeader(http.StatusPermanentRedirect)
			return true
		}
		err := put(t, &bucket.Store{}, "gs://corpus/long", strings.Repeat("0123456789abcdef", 1<<20))
		if err == nil || !strings.Contains(err.Error(), "bytes have come") {
			t.Errorf("%s: %v", last, err)
		}
	}
}

// TestEndpointSecrets: no error tells what an address has of a password.
func TestEndpointSecrets(t *testing.T) {
	for _, address := range []string{"https://user:hunter2@host:9000", "ftp://user:hunter2@host", "user:hunter2@host", "http://user:hunter2@host:x/%zz", "https://host/hunter2"} {
		for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"} {
			t.Setenv("AWS_ENDPOINT_URL", "")
			t.Setenv("AWS_ENDPOINT_URL_S3", "")
			t.Setenv(name, address)
			_, err := (&bucket.Store{}).Open(t.Context(), "s3://corpus/x")
			if err == nil || !strings.Contains(err.Error(), name+" ") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s=%s: %v", name, address, err)
			}
		}
	}
	t.Setenv("STORAGE_EMULATOR_HOST", "http://user:hunter2@host:x/%zz")
	if _, err := (&bucket.Store{}).Open(t.Context(), "gs://corpus/x"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("STORAGE_EMULATOR_HOST: %v", err)
	}
}
