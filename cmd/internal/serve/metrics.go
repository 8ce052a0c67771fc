package serve

import (
	"context"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/whence-xai/whence/explain"
)

// metrics are what GET /metrics tells.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	stages   *prometheus.HistogramVec
	batches  prometheus.Histogram
	passes   prometheus.Counter
	refused  prometheus.Counter
}

func newMetrics(q *queue) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "explain_requests_total", Help: "Requests answered."}, []string{"route", "code"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "explain_request_seconds", Help: "Seconds from request to answer.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 18)}, []string{"route"}),
		stages:   prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "explain_stage_seconds", Help: "Seconds by stage of an explanation.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 18)}, []string{"stage"}),
		batches:  prometheus.NewHistogram(prometheus.HistogramOpts{Name: "explain_batch_coalitions", Help: "Coalitions valued in one call.", Buckets: prometheus.ExponentialBuckets(1, 2, 13)}),
		passes:   prometheus.NewCounter(prometheus.CounterOpts{Name: "explain_passes_total", Help: "Coalitions valued."}),
		refused:  prometheus.NewCounter(prometheus.CounterOpts{Name: "explain_refused_total", Help: "Requests refused because too much was waiting."}),
	}
	pending := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "explain_queue_passes", Help: "Passes that wait or run."}, func() float64 {
		q.mu.Lock()
		defer q.mu.Unlock()
		return float64(q.pending)
	})
	m.registry.MustRegister(m.requests, m.seconds, m.stages, m.batches, m.passes, m.refused, pending,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// stage begins a stage of an explanation, which ends when the function is called.
func (m *metrics) stage(name string) (end func()) {
	begin := time.Now()
	return func() { m.stages.WithLabelValues(name).Observe(time.Since(begin).Seconds()) }
}

// answered counts a request.
func (m *metrics) answered(route string, code int, begin time.Time) {
	m.requests.WithLabelValues(route, strconv.Itoa(code)).Inc()
	m.seconds.WithLabelValues(route).Observe(time.Since(begin).Seconds())
}

// observe returns a game whose batches are counted.
func (m *metrics) observe(g explain.Game) explain.Game {
	return explain.Observe(g, func(coalitions int) {
		m.passes.Add(float64(coalitions))
		m.batches.Observe(float64(coalitions))
	})
}

// A recorder notes the status of a reply.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write notes that the status was not told.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap returns the writer within.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// record counts and logs the requests of a route, and tells of its errors. No text
// of a request is logged.
func (s *Server) record(route string, handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin, rec := time.Now(), &recorder{ResponseWriter: w}
		err := s.handled(handle, rec, r)
		if err != nil && rec.status == 0 {
			fail(rec, err)
		}
		s.metrics.answered(route, rec.status, begin)
		level := s.Log.Info
		if rec.status >= http.StatusInternalServerError && context.Cause(r.Context()) == nil {
			level = s.Log.Error
		}
		level("request", "route", route, "status", rec.status, "seconds", time.Since(begin).Seconds(), "remote", r.RemoteAddr)
	})
}

// handled returns the error of a handler, even where it panics.
func (s *Server) handled(handle func(http.ResponseWriter, *http.Request) error, w http.ResponseWriter, r *http.Request) (err error) {
	defer s.caught(&err)
	return handle(w, r)
}

// caught makes an error of a panic: what one text does to the program is no concern
// of those who sent others.
func (s *Server) caught(err *error) {
	if v := recover(); v != nil {
		s.Log.Error("panic", "error", v, "stack", string(debug.Stack()))
		*err = refuse(http.StatusInternalServerError, "the program has a fault, which its log tells")
	}
}
