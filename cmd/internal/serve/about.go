package serve

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model"
)

// About tells what the server can do, for a page that offers it.
type About struct {
	Version string        `json:"version"`
	SIMD    string        `json:"simd" doc:"the instructions that the models run on"`
	Budget  int           `json:"budget" doc:"evaluations that a request may ask for"`
	Models  []AboutModel  `json:"models"`
	Methods []AboutMethod `json:"methods"`
	Masks   []string      `json:"masks"`
	Scales  []string      `json:"scales"`
	Views   []string      `json:"views" doc:"what of a written answer can be explained"`
}

// AboutModel is a model, what it is for and what its players may be.
type AboutModel struct {
	Name   string       `json:"name"`
	Task   request.Task `json:"task"`
	Labels []string     `json:"labels,omitempty"`
	Units  []string     `json:"units"`
}

// AboutMethod is an estimator, and the indices that it knows.
type AboutMethod struct {
	Name    string   `json:"name"`
	Indices []string `json:"indices"`
}

// about answers GET /v1/about.
func (s *Server) about(w http.ResponseWriter, r *http.Request) error {
	a := About{
		Version: s.Version, SIMD: model.SIMD(), Budget: s.Budget,
		Masks: request.Masks(), Scales: request.Scales(), Views: request.Views(),
	}
	for _, m := range s.Models {
		one := AboutModel{Name: m.Name, Task: s.tasks[m.Name], Units: request.Units(s.tasks[m.Name])}
		if one.Task == request.Classify {
			c, err := s.classifier(r.Context(), m.Name)
			if err != nil {
				return err
			}
			one.Labels = c.Labels()
		}
		a.Models = append(a.Models, one)
	}
	for _, name := range request.Methods() {
		m := AboutMethod{Name: name}
		for _, index := range request.Indices(name) {
			m.Indices = append(m.Indices, index.String())
		}
		a.Methods = append(a.Methods, m)
	}
	reply(w, http.StatusOK, a)
	return nil
}

// formats are the formats of an explanation, by the types of their files.
var formats = map[string]string{
	"application/json": "json", "text/html": "html", "text/csv": "csv", "text/markdown": "markdown", "text/plain": "table", "image/svg+xml": "svg", "image/png": "png",
}

// render answers POST /v1/render: an explanation comes, and goes as Accept says.
func (s *Server) render(w http.ResponseWriter, r *http.Request) error {
	kind := r.Header.Get("Accept")
	format, ok := formats[kind]
	if !ok {
		return refuse(http.StatusNotAcceptable, "Accept %q is none of %s", kind, strings.Join(slices.Sorted(maps.Keys(formats)), ", "))
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	drawn, err := s.draw(r.Context(), body, format)
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "text/") {
		kind += "; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(drawn)
	return nil
}

// draw makes a file of a saved explanation, one at a time: a picture can take far more
// memory than what it is of.
func (s *Server) draw(ctx context.Context, saved []byte, format string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Deadline)
	defer cancel()
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	x, err := render.ReadJSON(bytes.NewReader(saved))
	if err != nil {
		return nil, &statusError{http.StatusBadRequest, err}
	}
	var b bytes.Buffer
	if err := (output.Output{Stdout: &b, Format: format, Picture: "waterfall"}).Explanation(x); err != nil {
		return nil, &statusError{http.StatusUnprocessableEntity, err}
	}
	return b.Bytes(), nil
}
