// Package serve answers requests for explanations over HTTP: its own API, and the
// protocols of KServe and the Open Inference Protocol beside it, so that whatever
// speaks these can use explain as predictor and explainer.
//
// Requests share the machine: all that are in flight fill the batches of the model
// together, each has its fair share of passes, and what cannot be answered soon is
// refused at once. No request can name a path, a host, a program or a key; its model
// is one of those that the operator named.
package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/summary"
)

// A Model is one that requests may name.
type Model struct {
	Name string
	Open func(ctx context.Context) (model.Checkpoint, error)
}

// Limits are how much a server takes on. Each has a default, which Defaults returns.
type Limits struct {
	Queue       int           // passes of the models that may wait or run, of all requests together
	Budget      int           // evaluations of one request
	Body        int64         // bytes of one request
	Deadline    time.Duration // of one request
	Drain       time.Duration // for what still runs when the server stops
	Connections int           // open at a time
}

// Defaults returns limits that suit a machine of a few cores.
func Defaults() Limits {
	return Limits{
		Queue: 20_000, Budget: 10_000, Body: 1 << 20, Deadline: time.Minute,
		Drain: 20 * time.Second, Connections: 1000,
	}
}

// Options are what the operator says. The zero value of a field is its default.
type Options struct {
	Models    []Model // the first of those that serve a task is its default
	Precision string  // of all models
	Threads   int     // of each model; 0: all processors
	Token     string  // that every request must bear; empty for none
	Origins   []string
	AnyHost   bool // whatever the Host of a request is; else it must be this machine's own
	Version   string
	Log       *slog.Logger
	Limits
}

// A Server answers requests. Make one with New.
type Server struct {
	Options
	models   request.Models
	tasks    map[string]request.Task // of each model
	queue    *queue
	metrics  *metrics
	drawing  chan struct{} // has room for whoever draws an explanation, which takes memory
	mu       sync.Mutex
	batchers map[string]*text.Batcher // of each classifier
}

// New opens the models and returns a server of them, all of which are ready.
func New(ctx context.Context, o Options) (*Server, error) {
	o.Models = slices.Clone(o.Models)
	s := &Server{
		Options: o, queue: newQueue(o.Queue), tasks: map[string]request.Task{},
		batchers: map[string]*text.Batcher{}, drawing: make(chan struct{}, 1),
	}
	s.metrics = newMetrics(s.queue)
	s.models = request.Models{Find: s.find, Threads: o.Threads, Note: func(message string) { o.Log.Warn(message) }}
	for i := range s.Models {
		if err := s.load(ctx, &s.Models[i]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// load finds out what a model is for, and makes it ready for that.
func (s *Server) load(ctx context.Context, m *Model) error {
	files, err := m.Open(ctx)
	if err != nil {
		return err
	}
	m.Open = func(context.Context) (model.Checkpoint, error) { return files, nil } // once is enough
	about, err := summary.New(files.Config, files.TokenizerConfig, files.Weights)
	if err != nil {
		return err
	}
	task, ok := tasks[about.Task]
	if !ok {
		return fmt.Errorf("model %s: a model for %s has nothing to explain here", m.Name, cmp.Or(about.Task, "nothing that its config names"))
	}
	s.tasks[m.Name] = task
	return s.models.Load(ctx, task, request.Model{Name: m.Name, Precision: s.Precision})
}

// tasks are what models are for, by their summaries.
var tasks = map[string]request.Task{
	"text classification":     request.Classify,
	"text generation":         request.Generate,
	"text to text":            request.Translate,
	"question answering":      request.Answer,
	"token classification":    request.Tag,
	"filling in masked words": request.Fill,
}

// find opens a model that a request names.
func (s *Server) find(ctx context.Context, name string) (model.Checkpoint, error) {
	if err := s.known(name); err != nil {
		return model.Checkpoint{}, err
	}
	return s.Models[slices.IndexFunc(s.Models, func(m Model) bool { return m.Name == name })].Open(ctx)
}

func (s *Server) names() []string {
	var names []string
	for _, m := range s.Models {
		names = append(names, m.Name)
	}
	return names
}

// batcher returns what gathers the sequences for one classifier.
func (s *Server) batcher(name string) *text.Batcher {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.batchers[name] == nil {
		s.batchers[name] = &text.Batcher{}
	}
	return s.batchers[name]
}

// Serve answers what comes in on a listener until ctx is done. Then it takes on
// nothing more, and gives what still runs some time to come to its end.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second, // the body's included
		WriteTimeout:      s.Deadline + 30*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(netutil.LimitListener(l, s.Connections)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Drain)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("requests were cut short: %w", err), server.Close())
	}
	return nil
}
