package serve

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// builtin are the models inside the program.
func builtin() []Model {
	var all []Model
	for _, name := range []string{"sentiment", "stories"} {
		all = append(all, Model{name, func(context.Context) (model.Checkpoint, error) { return pretrained.Checkpoint(name) }})
	}
	return all
}

// newServer returns a server of the built-in models, its options changed by edit.
func newServer(t *testing.T, edit func(*Options)) *Server {
	t.Helper()
	o := Options{Models: builtin(), Precision: "float32", Version: "test", Log: slog.New(slog.DiscardHandler), Limits: Defaults()}
	if edit != nil {
		edit(&o)
	}
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shared is a server for tests that change nothing of it.
var shared = sync.OnceValue(func() *Server {
	s, err := New(context.Background(), Options{Models: builtin(), Precision: "float32", Version: "test", Log: slog.New(slog.DiscardHandler), Limits: Defaults()})
	if err != nil {
		panic(err)
	}
	return s
})

// call has a server answer.
func call(t *testing.T, s *Server, method, path, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://localhost:7070"+path, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// decoded returns a reply of status 200.
func decoded[T any](t *testing.T, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return v
}

const film = `{"text": "The plot is thin, but the acting is wonderful.", "budget": 100}`

// TestExplain: the answer is what the same request gives anywhere.
func TestExplain(t *testing.T) {
	w := call(t, shared(), "POST", "/v1/explain", film)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%d %v: %s", w.Code, w.Header(), w.Body)
	}
	x, err := render.ReadJSON(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	q, err := request.Decode([]byte(film))
	if err != nil {
		t.Fatal(err)
	}
	models := request.Models{Find: func(_ context.Context, name string) (model.Checkpoint, error) { return pretrained.Checkpoint(name) }}
	run, err := q.Open(t.Context(), &models)
	if err != nil {
		t.Fatal(err)
	}
	want, err := run.Estimate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want.Seconds, want.Version, want.Request = x.Seconds, x.Version, x.Request
	var a, b bytes.Buffer
	if err := render.JSON(&a, x); err != nil {
		t.Fatal(err)
	}
	if err := render.JSON(&b, want); err != nil {
		t.Fatal(err)
	}
	if a.String() != b.String() {
		t.Errorf("over HTTP\n%s\nhere\n%s", &a, &b)
	}
	if len(x.Request) == 0 {
		t.Error("the explanation does not tell its request")
	}
}

// event is a server-sent one.
type event struct{ kind, data string }

func eventsOf(t *testing.T, r io.Reader) (all []event) {
	t.Helper()
	var e event
	for lines := bufio.NewScanner(bufio.NewReaderSize(r, 1<<20)); lines.Scan(); {
		switch line := lines.Text(); {
		case line == "":
			all, e = append(all, e), event{}
		case strings.HasPrefix(line, "event: "):
			e.kind = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			e.data = line[len("data: "):]
		default:
			t.Errorf("line %q", line)
		}
	}
	return all
}

// TestEvents: estimates come before the explanation, which is that of a plain call.
func TestEvents(t *testing.T) {
	body := `{"text": "The plot is thin, but the acting is truly wonderful in this film, I must say.", "budget": 400}`
	w := call(t, shared(), "POST", "/v1/explain", body, "Accept", "text/event-stream")
	all := eventsOf(t, w.Body)
	if len(all) < 3 || all[len(all)-1].kind != "explanation" {
		t.Fatalf("%d %v", len(all), all)
	}
	kinds := map[string]int{}
	for _, e := range all {
		kinds[e.kind]++
		if e.kind != "progress" {
			if _, err := render.ReadJSON(strings.NewReader(e.data)); err != nil {
				t.Errorf("%s: %v", e.kind, err)
			}
		}
	}
	if kinds["estimate"] < 2 || kinds["progress"] == 0 {
		t.Errorf("events %v", kinds)
	}
	last, err := render.ReadJSON(strings.NewReader(all[len(all)-1].data))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := render.ReadJSON(call(t, shared(), "POST", "/v1/explain", body).Body)
	if err != nil {
		t.Fatal(err)
	}
	for i, term := range plain.Terms {
		if term.Score[0] != last.Terms[i].Score[0] {
			t.Errorf("player %d: %v by events, %v else", i, last.Terms[i].Score, term.Score)
		}
	}
}

// TestProblems: what is wrong is told with its place, and what to do.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/v1/explain", `{`, 400, "unexpected EOF"},
		{"POST", "/v1/explain", `{"txt": "a"}`, 400, `unknown field \"txt\"`},
		{"POST", "/v1/explain", `{"text": "a", "method": "kernl", "budget": -1}`, 422, `"location":"body.method"`},
		{"POST", "/v1/explain", `{"text": "a", "method": "kernl", "budget": -1}`, 422, `"location":"body.budget"`},
		{"POST", "/v1/explain", `{"text": "a", "method": "kernl"}`, 422, "did you mean method kernel?"},
		{"POST", "/v1/explain", `{"text": "a", "class": "SAD"}`, 422, "body.class"},
		{"POST", "/v1/explain", `{"text": "a", "model": "/etc/passwd"}`, 404, "is none of sentiment, stories"},
		{"POST", "/v1/explain", `{"text": "a", "mask": "infill", "infill_model": "org/name"}`, 404, "is none of sentiment, stories"},
		{"POST", "/v1/explain", `{"text": "a", "task": "ask"}`, 422, "no model of this server is for task ask"},
		{"POST", "/v1/explain", `{"text": "a", "precision": "int8"}`, 422, "run in float32"},
		{"POST", "/v1/explain", `{"text": "` + strings.Repeat("a ", 20) + `", "method": "lime", "budget": 20000}`, 422, "the server gives 10000 at most"},
		{"POST", "/v1/explain", `{"text": "` + strings.Repeat("word ", 600) + `"}`, 422, "the model reads at most"},
		{"POST", "/v1/explain", `{"text": "` + strings.Repeat("x", 1<<20) + `"}`, 413, "the body has more than"},
		{"GET", "/v1/explain", "", 405, "/openapi.json"},
		{"GET", "/nothing", "", 404, "/openapi.json"},
		{"GET", "/v1/models/none", "", 404, "is none of"},
		{"POST", "/v1/models/sentiment", `{"instances": ["a"]}`, 404, "MODEL:predict"},
		{"POST", "/v1/models/sentiment:train", `{"instances": ["a"]}`, 404, "MODEL:predict"},
		{"POST", "/v1/models/sentiment:predict", `{"instances": []}`, 422, "1 to 256"},
		{"POST", "/v1/models/sentiment:predict", `{"instances": [3]}`, 400, "instances[0]"},
		{"POST", "/v1/models/stories:predict", `{"instances": ["a"]}`, 422, "only classifiers"},
		{"POST", "/v2/models/sentiment/infer", `{"inputs": [{"name": "text", "datatype": "FP32", "shape": [1], "data": []}]}`, 422, "BYTES"},
		{"POST", "/v2/models/none/infer", `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}`, 404, "is none of"},
	} {
		w := call(t, shared(), c.method, c.path, c.body)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s %.60s: %d %s, want %d with %s", c.method, c.path, c.body, w.Code, w.Body, c.status, c.want)
		}
	}
}

// TestKServe: predictions and explanations by KServe's V1 protocol.
func TestKServe(t *testing.T) {
	if got := decoded[ModelList](t, call(t, shared(), "GET", "/v1/models", "")); len(got.Models) != 2 || got.Models[0] != "sentiment" {
		t.Error(got)
	}
	if got := decoded[ModelStatus](t, call(t, shared(), "GET", "/v1/models/sentiment", "")); !got.Ready {
		t.Error(got)
	}
	p := decoded[Predictions](t, call(t, shared(), "POST", "/v1/models/sentiment:predict", `{"instances": ["a gripping, funny film", {"text": "awful"}]}`))
	if len(p.Predictions) != 2 || p.Predictions[0].Label != "POSITIVE" || p.Predictions[1].Label != "NEGATIVE" || len(p.Predictions[0].Scores) != 2 {
		t.Error(p)
	}
	x := decoded[Explanations](t, call(t, shared(), "POST", "/v1/models/sentiment:explain", `{"instances": ["a funny film", {"text": "not bad", "index": "k-SII"}]}`))
	if len(x.Explanations) != 2 {
		t.Fatal(x)
	}
	for i, terms := range []int{3, 3} {
		one, err := render.ReadJSON(bytes.NewReader(x.Explanations[i]))
		if err != nil || len(one.Terms) != terms {
			t.Errorf("explanation %d: %v, %d terms", i, err, len(one.Terms))
		}
	}
}

// TestInfer: predictions by the Open Inference Protocol, of texts in JSON and behind it.
func TestInfer(t *testing.T) {
	for _, path := range []string{"/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/sentiment/ready", "/healthz"} {
		if w := call(t, shared(), "GET", path, ""); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	about := decoded[ModelMetadata](t, call(t, shared(), "GET", "/v2/models/sentiment", ""))
	if about.Inputs[0].Datatype != "BYTES" || about.Outputs[1].Shape[1] != 2 {
		t.Error(about)
	}
	inJSON := `{"id": "7", "inputs": [{"name": "text", "datatype": "BYTES", "shape": [2], "data": ["wonderful", "awful"]}]}`
	head := `{"id": "7", "inputs": [{"name": "text", "datatype": "BYTES", "shape": [2], "parameters": {"binary_data_size": 22}}]}`
	behind := head + "\x09\x00\x00\x00wonderful\x05\x00\x00\x00awful"
	var replies []string
	for _, w := range []*httptest.ResponseRecorder{
		call(t, shared(), "POST", "/v2/models/sentiment/infer", inJSON),
		call(t, shared(), "POST", "/v2/models/sentiment/infer", behind, "Inference-Header-Content-Length", strconv.Itoa(len(head))),
	} {
		got := decoded[InferResponse](t, w)
		if got.ID != "7" || got.Outputs[0].Data[0] != "POSITIVE" || got.Outputs[0].Data[1] != "NEGATIVE" || len(got.Outputs[1].Data) != 4 {
			t.Error(got)
		}
		replies = append(replies, w.Body.String())
	}
	if replies[0] != replies[1] {
		t.Errorf("in JSON %s\nbehind it %s", replies[0], replies[1])
	}
	for _, spoilt := range []string{head + "\xff\xff\xff\xffx", head + "\x01\x00", head} {
		if w := call(t, shared(), "POST", "/v2/models/sentiment/infer", spoilt, "Inference-Header-Content-Length", strconv.Itoa(len(head))); w.Code != 422 {
			t.Errorf("%q: %d", spoilt[len(head):], w.Code)
		}
	}
}

// TestGuard: who may ask.
func TestGuard(t *testing.T) {
	s := newServer(t, func(o *Options) { o.Token, o.Origins = "secret", []string{"https://friend.example"} })
	bearer := []string{"Authorization", "Bearer secret"}
	for _, c := range []struct {
		about, method, path, host string
		header                    []string
		status                    int
	}{
		{"with the token", "POST", "/v1/explain", "localhost:7070", bearer, 200},
		{"without it", "POST", "/v1/explain", "localhost:7070", nil, 401},
		{"with another", "POST", "/v1/explain", "localhost:7070", []string{"Authorization", "Bearer secreT"}, 401},
		{"is it there", "GET", "/healthz", "localhost:7070", nil, 200},
		{"metrics without the token", "GET", "/metrics", "localhost:7070", nil, 401},
		{"a name that was made to lead here", "POST", "/v1/explain", "evil.example:7070", bearer, 421},
		{"by address", "POST", "/v1/explain", "127.0.0.1:7070", bearer, 200},
		{"by address of version 6", "POST", "/v1/explain", "[::1]:7070", bearer, 200},
		{"a page of somebody else's", "POST", "/v1/explain", "localhost:7070", append([]string{"Origin", "https://evil.example"}, bearer...), 403},
		{"a page of a friend's", "POST", "/v1/explain", "localhost:7070", append([]string{"Origin", "https://friend.example"}, bearer...), 200},
		{"a browser that asks first", "OPTIONS", "/v1/explain", "localhost:7070", []string{"Origin", "https://friend.example", "Access-Control-Request-Method", "POST"}, 204},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader(`{"text": "good"}`))
		r.Host = c.host
		for i := 0; i < len(c.header); i += 2 {
			r.Header.Set(c.header[i], c.header[i+1])
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: %d %s, want %d", c.about, w.Code, w.Body, c.status)
		}
		if allowed := w.Header().Get("Access-Control-Allow-Origin"); (allowed != "") != strings.Contains(strings.Join(c.header, " "), "friend") {
			t.Errorf("%s: allows origin %q", c.about, allowed)
		}
	}
}

// TestBusy: what cannot be answered soon is refused at once, and said when to come again.
func TestBusy(t *testing.T) {
	s := newServer(t, func(o *Options) { o.Queue = 100 })
	share, err := s.queue.admit(90)
	if err != nil {
		t.Fatal(err)
	}
	w := call(t, s, "POST", "/v1/explain", film)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v: %s", w.Code, w.Header(), w.Body)
	}
	share.done()
	if w := call(t, s, "POST", "/v1/explain", film); w.Code != http.StatusOK {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
	if s.queue.pending != 0 || s.queue.running != 0 {
		t.Errorf("%d passes are pending, %d turns running, when all is done", s.queue.pending, s.queue.running)
	}
	metrics := call(t, s, "GET", "/metrics", "").Body.String()
	for _, want := range []string{`explain_requests_total{code="429",route="POST /v1/explain"} 1`, "explain_refused_total 1", "explain_queue_passes 0"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}

// TestDeadline: an answer that takes too long is given up.
func TestDeadline(t *testing.T) {
	s := newServer(t, func(o *Options) { o.Deadline = time.Nanosecond })
	if w := call(t, s, "POST", "/v1/explain", film); w.Code != http.StatusGatewayTimeout {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
	if s.queue.pending != 0 || s.queue.running != 0 {
		t.Errorf("%d passes are pending, %d turns running", s.queue.pending, s.queue.running)
	}
}

// TestHangUp: whoever ends the connection ends the work.
func TestHangUp(t *testing.T) {
	s := newServer(t, nil)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	body := `{"text": "` + strings.Repeat("a fine film and more ", 20) + `", "budget": 9000}`
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/explain", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := answer.Body.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	cancel()
	answer.Body.Close()
	server.Close() // waits for the handler
	if s.queue.pending != 0 || s.queue.running != 0 {
		t.Errorf("%d passes are pending, %d turns running", s.queue.pending, s.queue.running)
	}
	if text := call(t, s, "GET", "/metrics", "").Body.String(); strings.Contains(text, "explain_passes_total 9000") {
		t.Error("all passes were had")
	}
}

// TestGenerate: what a model writes is explained, too.
func TestGenerate(t *testing.T) {
	w := call(t, shared(), "POST", "/v1/explain", `{"task": "generate", "text": "Lily had a red ball.", "max_tokens": 3, "budget": 40}`)
	x, err := render.ReadJSON(w.Body)
	if err != nil {
		t.Fatalf("%d: %v", w.Code, err)
	}
	if x.Subject.Answer == "" || len(x.Outputs) == 0 {
		t.Errorf("%+v", x.Subject)
	}
}

// TestOpenAPI: the description has every route and field.
func TestOpenAPI(t *testing.T) {
	var api struct {
		OpenAPI    string
		Paths      map[string]map[string]json.RawMessage
		Components struct {
			Schemas map[string]struct{ Properties map[string]json.RawMessage }
		}
	}
	if err := json.Unmarshal(call(t, shared(), "GET", "/openapi.json", "").Body.Bytes(), &api); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/v1/explain", "/v1/models/{model}:predict", "/v1/models/{model}:explain", "/v2/models/{model}/infer"} {
		if api.Paths[path]["post"] == nil {
			t.Errorf("%s is not told", path)
		}
	}
	for schema, field := range map[string]string{"Request": "max_error", "Explanation": "terms", "Problem": "detail"} {
		if api.Components.Schemas[schema].Properties[field] == nil {
			t.Errorf("%s has no %s", schema, field)
		}
	}
}

// TestServeStops: what runs when the server stops is answered.
func TestServeStops(t *testing.T) {
	s := newServer(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	l := listen(t)
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	answered := make(chan int, 1)
	began := make(chan struct{})
	s.Models = append(s.Models, Model{Name: "slow", Open: func(context.Context) (model.Checkpoint, error) {
		close(began)
		<-ctx.Done()
		return pretrained.Checkpoint("sentiment")
	}})
	s.tasks["slow"] = request.Classify
	go func() {
		r, err := http.Post("http://"+l.Addr().String()+"/v1/explain", "application/json", strings.NewReader(`{"text": "good", "model": "slow"}`)) //nolint:noctx // a test
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		defer r.Body.Close()
		answered <- r.StatusCode
	}()
	<-began
	stop()
	if code := <-answered; code != http.StatusOK {
		t.Errorf("status %d", code)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
