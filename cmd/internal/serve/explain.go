package serve

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
)

// explain answers POST /v1/explain.
func (s *Server) explain(w http.ResponseWriter, r *http.Request) error {
	q, err := s.read(r)
	if err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		return s.stream(w, r, q)
	}
	x, err := s.answer(r.Context(), q, nil, nil)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return render.JSON(w, x)
}

// read reads the request in a body.
func (s *Server) read(r *http.Request) (request.Request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return request.Request{}, err
	}
	q, err := request.Decode(body)
	if err != nil {
		return q, &statusError{http.StatusBadRequest, err}
	}
	return q, nil
}

// answer does what a request asks for. Where they are not nil, each is told of better
// and better estimates, and progress of the passes that were had.
func (s *Server) answer(ctx context.Context, q request.Request, each func(*explain.Explanation), progress func(done, of int)) (x *explain.Explanation, err error) {
	defer s.caught(&err)
	ctx, cancel := context.WithTimeout(ctx, s.Deadline)
	defer cancel()
	q, err = s.settle(q)
	if err != nil {
		return nil, err
	}
	share, err := s.admit(s.guess(q))
	if err != nil {
		return nil, err
	}
	defer share.done()
	return s.explanation(ctx, share, 0, q, each, progress)
}

// admit lets in a run of so many passes, or counts that it did not.
func (s *Server) admit(passes int) (*share, error) {
	share, err := s.queue.admit(passes)
	return share, s.count(err)
}

// count counts a request that is refused because too much waits.
func (s *Server) count(err error) error {
	if err != nil {
		s.metrics.refused.Inc()
	}
	return err
}

// explanation explains a text, after which the share has some passes left to have.
func (s *Server) explanation(ctx context.Context, share *share, after int, q request.Request, each func(*explain.Explanation), progress func(done, of int)) (*explain.Explanation, error) {
	run, err := s.open(ctx, share, q)
	if err != nil {
		return nil, err
	}
	if run.Evaluations > s.Budget {
		return nil, refuse(http.StatusUnprocessableEntity, "the request takes %d evaluations of the model, and the server gives %d at most: a smaller budget, or a larger unit than %s, takes fewer",
			run.Evaluations, s.Budget, cmp.Or(q.Unit, request.Units(q.Task)[0]))
	}
	if err := s.count(share.resize(run.Evaluations + after)); err != nil {
		return nil, err
	}
	run.Game = s.metrics.observe(share.game(run.Game))
	if progress != nil {
		done := 0
		run.Game = explain.Observe(run.Game, func(n int) { done += n; progress(done, run.Evaluations) })
	}
	run.Each = each
	defer s.metrics.stage("estimate")()
	x, err := run.Estimate(ctx)
	if err != nil {
		return nil, err
	}
	x.Version = s.Version
	x.Request, err = q.Encode()
	return x, err
}

// settle completes a request by what the operator chose, and checks it.
func (s *Server) settle(q request.Request) (request.Request, error) {
	if q.Task == "" {
		q.Task = request.Classify
	}
	for _, m := range s.Models {
		if q.Model.Name == "" && s.tasks[m.Name] == q.Task {
			q.Model.Name = m.Name
		}
	}
	if q.Model.Name == "" {
		return q, refuse(http.StatusUnprocessableEntity, "no model of this server is for task %s", q.Task)
	}
	if err := s.known(q.Model.Name); err != nil {
		return q, err
	}
	if q.InfillModel != "" {
		if err := s.known(q.InfillModel); err != nil {
			return q, err
		}
		if task := s.tasks[q.InfillModel]; task != request.Fill {
			return q, refuse(http.StatusUnprocessableEntity, "infill_model %q is for task %s, not %s", q.InfillModel, task, request.Fill)
		}
	}
	if q.Precision == "" {
		q.Precision = s.Precision
	}
	if q.Precision != s.Precision {
		return q, refuse(http.StatusUnprocessableEntity, "precision %s: the models of this server run in %s", q.Precision, s.Precision)
	}
	if n := writing(q); n > s.Budget {
		return q, refuse(http.StatusUnprocessableEntity, "writing the answer takes up to %d passes of the model, and the server gives %d at most: fewer max_tokens, samples or beams take fewer", n, s.Budget)
	}
	return q, q.Validate()
}

// guess returns how many passes a request will take, before its text is taken apart.
func (s *Server) guess(q request.Request) int {
	players := len(strings.Fields(q.Text))*5/4 + 1
	return min(q.Evaluations(players), s.Budget) + writing(q)
}

// writing returns how many passes it takes until the answer is there that is explained.
func writing(q request.Request) int {
	if q.Answer != "" || q.Task != request.Generate && q.Task != request.Translate {
		return 1
	}
	tokens := cmp.Or(q.MaxTokens, q.MaxLength, request.MostGenerated)
	return int(min(float64(tokens)*float64(max(1, q.Samples))*float64(max(1, q.Beams)), math.MaxInt32))
}

// open makes the run of a request, when it is its turn.
func (s *Server) open(ctx context.Context, share *share, q request.Request) (*request.Run, error) {
	defer s.metrics.stage("open")()
	end, err := share.take(ctx, writing(q))
	if err != nil {
		return nil, err
	}
	defer end()
	if q.Task != request.Classify {
		return q.Open(ctx, &s.models)
	}
	c, err := q.Classification(ctx, &s.models)
	if err != nil {
		return nil, err
	}
	c.Share = s.batcher(q.Model.Name).Share
	return c.Run(ctx, q.Text)
}

// often is how often progress is told at most.
const often = 100 * time.Millisecond

// stream answers with server-sent events: "progress" and "estimate" on the way, then
// "explanation", or "problem" for an error.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, q request.Request) error {
	e := &events{w: w, control: http.NewResponseController(w)}
	var last time.Time
	x, err := s.answer(r.Context(), q,
		func(x *explain.Explanation) { e.explanation("estimate", x) },
		func(done, of int) {
			if now := time.Now(); now.Sub(last) > often {
				last = now
				e.send("progress", progress{done, of})
			}
		})
	switch {
	case err == nil:
		e.explanation("explanation", x)
	case e.begun:
		p, _ := problemOf(err)
		e.send("problem", p)
	default: // the status can still tell it
		return err
	}
	return nil
}

// progress is how far a run has come.
type progress struct {
	Done int `json:"done" doc:"evaluations of the model so far"`
	Of   int `json:"of" doc:"evaluations at most"`
}

// events writes server-sent events. Whoever does not read them for a while is given up.
type events struct {
	w       http.ResponseWriter
	control *http.ResponseController
	mu      sync.Mutex
	begun   bool
}

// patience is how long a client may take to read an event.
const patience = 10 * time.Second

func (e *events) explanation(kind string, x *explain.Explanation) {
	var b, line bytes.Buffer
	if render.JSON(&b, x) == nil && json.Compact(&line, b.Bytes()) == nil {
		e.line(kind, line.Bytes())
	}
}

func (e *events) send(kind string, v any) {
	if b, err := json.Marshal(v); err == nil {
		e.line(kind, b)
	}
}

// line sends one event. A client that has gone is told of by its context.
func (e *events) line(kind string, data []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.begun {
		e.begun = true
		e.w.Header().Set("Content-Type", "text/event-stream")
		e.w.Header().Set("Cache-Control", "no-store")
		e.w.WriteHeader(http.StatusOK)
	}
	_ = e.control.SetWriteDeadline(time.Now().Add(patience))
	_, _ = e.w.Write([]byte("event: " + kind + "\ndata: " + string(data) + "\n\n"))
	_ = e.control.Flush()
}
