package serve

import (
	"net/http"
	"reflect"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/render"
)

// A route is a way to ask, and what the description of the API says of it.
type route struct {
	method, path string
	about        string
	in, out      reflect.Type // nil for none
	handle       func(http.ResponseWriter, *http.Request) error
	also         []ending // of the path, where the pattern stands for several calls
}

func (s *Server) routes() []route {
	return []route{
		{"POST", "/v1/explain", "Explains a text. With Accept: text/event-stream it answers with events: progress and estimate on the way, then explanation, or problem.",
			reflect.TypeFor[request.Request](), render.Document(), s.explain, nil},
		{"POST", "/v1/values", "Tells what the model answers without some words.", reflect.TypeFor[WhatIf](), reflect.TypeFor[Values](), s.values, nil},
		{"POST", "/v1/flip", "Finds the fewest words without which the answer is another.", reflect.TypeFor[FlipRequest](), reflect.TypeFor[Flip](), s.flip, nil},
		{"POST", "/v1/render", "Draws an explanation as Accept says: text/html, text/csv, text/markdown, text/plain, image/svg+xml or image/png.", render.Document(), nil, s.render, nil},
		{"GET", "/v1/about", "Tells what the server can do.", nil, reflect.TypeFor[About](), s.about, nil},
		{"GET", "/v1/models", "Names the models.", nil, reflect.TypeFor[ModelList](), s.listModels, nil},
		{"GET", "/v1/models/{model}", "Tells whether a model can be asked.", nil, reflect.TypeFor[ModelStatus](), s.modelStatus, nil},
		{"POST", "/v1/models/{model}", "Predicts or explains several texts (KServe V1).", reflect.TypeFor[Instances](), nil, s.act, []ending{{":predict", reflect.TypeFor[Predictions]()}, {":explain", reflect.TypeFor[Explanations]()}}},
		{"GET", "/v2", "Tells what the server is (Open Inference Protocol).", nil, reflect.TypeFor[ServerMetadata](), s.serverMetadata, nil},
		{"GET", "/v2/health/live", "Tells that the server is there.", nil, nil, s.live, nil},
		{"GET", "/v2/health/ready", "Tells that the models can be asked.", nil, nil, s.ready, nil},
		{"GET", "/v2/models/{model}", "Tells what a model takes and gives.", nil, reflect.TypeFor[ModelMetadata](), s.modelMetadata, nil},
		{"GET", "/v2/models/{model}/ready", "Tells that a model can be asked.", nil, reflect.TypeFor[ModelStatus](), s.modelStatus, nil},
		{"POST", "/v2/models/{model}/infer", "Classifies texts.", reflect.TypeFor[InferRequest](), reflect.TypeFor[InferResponse](), s.infer, nil},
		{"GET", "/healthz", "Tells that the server is there.", nil, nil, s.live, nil},
	}
}

// Handler returns what answers requests.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	routes := s.routes()
	for _, r := range routes {
		mux.Handle(r.method+" "+r.path, s.record(r.method+" "+r.path, r.handle))
	}
	description := describe(s.Version, routes)
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(description)
	})
	for path, file := range pageFiles {
		mux.HandleFunc("GET "+path, servePage(file))
	}
	mux.Handle("GET /metrics", s.metrics.handler())
	return s.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		rec := &recorder{ResponseWriter: nothing{w.Header()}}
		handler.ServeHTTP(rec, r) // tells the status, and the methods that a path has
		fail(w, refuse(rec.status, "%s %s is no call: GET /openapi.json tells what is", r.Method, r.URL.Path))
	}))
}

// nothing is a reply of which but the header is kept.
type nothing struct{ header http.Header }

func (n nothing) Header() http.Header       { return n.header }
func (nothing) Write(b []byte) (int, error) { return len(b), nil }
func (nothing) WriteHeader(int)             {}
