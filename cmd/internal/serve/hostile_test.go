package serve

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// TestPanic: a fault of the program is told as one, and harms nobody else.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	s := newServer(t, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	s.Models = append(s.Models, Model{"broken", func(context.Context) (model.Checkpoint, error) { panic("a bad text") }})
	s.tasks["broken"] = request.Classify
	for range 2 * sideBySide {
		for _, c := range [][2]string{
			{"/v1/explain", `{"text": "good", "model": "broken"}`},
			{"/v1/values", `{"request": {"text": "good", "model": "broken"}, "absent": [[0]]}`},
			{"/v1/models/broken:predict", `{"instances": ["good"]}`},
		} {
			if w := call(t, s, "POST", c[0], c[1]); w.Code != http.StatusInternalServerError || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Fatalf("%s: %d %s", c[0], w.Code, w.Body)
			}
		}
	}
	if !strings.Contains(log.String(), "a bad text") || !strings.Contains(log.String(), "hostile_test.go") {
		t.Errorf("the log says %.200s", &log)
	}
	if w := call(t, s, "POST", "/v1/explain", film); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if s.queue.pending != 0 || s.queue.running != 0 {
		t.Errorf("%d pending, %d running", s.queue.pending, s.queue.running)
	}
}

// TestInstancesTogether: all texts of one call are let in together, and in the time of one.
func TestInstancesTogether(t *testing.T) {
	s := newServer(t, func(o *Options) { o.Queue = 100 })
	other, err := s.queue.admit(10)
	if err != nil {
		t.Fatal(err)
	}
	three := `{"instances": [` + strings.Repeat(film+",", 2) + film + `]}`
	if w := call(t, s, "POST", "/v1/models/sentiment:explain", three); w.Code != http.StatusTooManyRequests {
		t.Errorf("%d: %.200s", w.Code, w.Body)
	}
	other.done()
	if w := call(t, s, "POST", "/v1/models/sentiment:explain", three); w.Code != http.StatusOK {
		t.Errorf("%d: %.200s", w.Code, w.Body)
	}
	if s.queue.pending != 0 || s.queue.running != 0 {
		t.Errorf("%d pending, %d running", s.queue.pending, s.queue.running)
	}
}

// TestDeadlineOfPredictions: a prediction that takes too long is no fault of the text.
func TestDeadlineOfPredictions(t *testing.T) {
	s := newServer(t, func(o *Options) { o.Deadline = time.Nanosecond })
	for _, c := range [][2]string{
		{"/v1/models/sentiment:predict", `{"instances": ["good"]}`},
		{"/v1/models/sentiment:explain", `{"instances": ["good"]}`},
		{"/v2/models/sentiment/infer", `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}`},
	} {
		if w := call(t, s, "POST", c[0], c[1]); w.Code != http.StatusGatewayTimeout {
			t.Errorf("%s: %d %s", c[0], w.Code, w.Body)
		}
	}
}

// TestPlaces: what is wrong is told with its place in the whole body.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		path, body string
		status     int
		want       []string
	}{
		{"/v1/models/sentiment:explain", `{"instances": ["good", {"text": "a", "method": "kernl", "budget": -1}]}`, 422,
			[]string{`"body.instances[1].method"`, `"body.instances[1].budget"`}},
		{"/v1/models/sentiment:explain", `{"instances": ["good", {"text": "a", "class": "SAD"}]}`, 422, []string{`"body.instances[1].class"`}},
		{"/v1/values", `{"request": {"text": "a", "class": "SAD"}, "absent": [[0]]}`, 422, []string{`"body.request.class"`}},
		{"/v1/values", `{"reqest": {"text": "a"}, "absent": [[0]]}`, 400, []string{`unknown field \"reqest\"`}},
		{"/v1/flip", `{"request": {"text": "a", "methd": "kernel"}, "order": [0]}`, 400, []string{`unknown field \"methd\"`}},
		{"/v1/explain", `{"text": "a", "mask": "infill", "infill_model": "stories"}`, 422, []string{"is for task generate, not fill"}},
		{"/v1/explain", `{"text": "a", "neutralize": ["a"` + strings.Repeat(`,"b"`, 10_000) + `]}`, 422, []string{`"body.neutralize"`, "10000 are the most"}},
		{"/v1/explain", `{"task": "generate", "template": "` + strings.Repeat("{a}", 100_000) + `", "fields": [{"name": "a", "text": "b"}]}`, 422, []string{`"body.template"`, "10000 fields"}},
		{"/v1/explain", `{"task": "generate", "text": "a", "max_tokens": 1000, "samples": 4000, "temperature": 1}`, 422, []string{"4000000 passes", "max_tokens, samples or beams"}},
		{"/v1/explain", `{"task": "generate", "text": "a", "max_tokens": 9000000000000000000, "samples": 4000, "beams": 4000}`, 422, []string{"max_tokens, samples or beams"}},
	} {
		w := call(t, shared(), "POST", c.path, c.body)
		for _, want := range c.want {
			if w.Code != c.status || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s %.90s: %d %s, want %d with %s", c.path, c.body, w.Code, w.Body, c.status, want)
			}
		}
	}
}

// TestNoNumber: an answer that JSON cannot carry is no empty reply.
func TestNoNumber(t *testing.T) {
	w := httptest.NewRecorder()
	reply(w, http.StatusOK, Predictions{[]Prediction{{Label: "POSITIVE", Score: math.NaN()}}})
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "NaN") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

// TestReady: once there is a server, no request waits for a model's files.
func TestReady(t *testing.T) {
	ready := false
	s := newServer(t, func(o *Options) {
		o.Models = []Model{{"g2p", func(context.Context) (model.Checkpoint, error) {
			if ready {
				t.Error("the files are read with a request")
			}
			return pretrained.Checkpoint("g2p")
		}}}
	})
	ready = true
	if w := call(t, s, "POST", "/v1/explain", `{"task": "translate", "text": "good"}`); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestDrawnInTurn: pictures, which take memory, are drawn one at a time, and nobody
// waits for longer than a request may take.
func TestDrawnInTurn(t *testing.T) {
	s := newServer(t, func(o *Options) { o.Deadline = time.Minute })
	x := call(t, s, "POST", "/v1/explain", film).Body.String()
	s.drawing <- struct{}{}
	s.Deadline = time.Nanosecond
	if w := call(t, s, "POST", "/v1/render", x, "Accept", "image/png"); w.Code != http.StatusGatewayTimeout {
		t.Errorf("%d", w.Code)
	}
	<-s.drawing
	s.Deadline = time.Minute
	for kind := range formats {
		if w := call(t, s, "POST", "/v1/render", x, "Accept", kind); w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: %d %.200s", kind, w.Code, w.Body)
		}
	}
	for _, hostile := range []string{"", "null", "{}", `{"schema": 1}`, strings.Replace(x, `"start": 0`, `"start": -5`, 1), strings.ReplaceAll(x, "The", "電")} {
		if w := call(t, s, "POST", "/v1/render", hostile, "Accept", "image/png"); w.Code != http.StatusBadRequest && w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%.40q: %d %.200s", hostile, w.Code, w.Body)
		}
	}
}
