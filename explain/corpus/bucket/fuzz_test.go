package bucket

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"testing"
)

// FuzzAnswer: whatever a server of objects says, there is what was asked for or an
// error, and that is no longer than a page.
func FuzzAnswer(f *testing.F) {
	f.Add(404, []byte(`{"error": {"message": "no such object"}}`))
	f.Add(412, []byte("changed\x1b[2J"))
	f.Add(503, []byte(nil))
	f.Add(200, []byte(`{"size": "5", "generation": "1"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		content := bytes.NewReader(body)
		answer := &http.Response{
			StatusCode: status, Status: http.StatusText(status), Header: http.Header{}, Body: io.NopCloser(content),
			Request: &http.Request{URL: &url.URL{Host: "store"}},
		}
		err := (&google{}).refusal(answer)
		if err == nil || len(err.Error()) > 3000 || errors.Is(err, fs.ErrNotExist) && status != http.StatusNotFound {
			t.Errorf("%d: %.200q", status, err)
		}
		content.Reset(body)
		var is googleObject
		if err := decode(answer, &is); err == nil {
			if i, err := newInfo(is.Size, is.Generation); err == nil && (i.size < 0 || i.version == "") {
				t.Errorf("%+v", i)
			}
		}
	})
}
