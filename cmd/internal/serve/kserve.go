package serve

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model"
)

// The V1 protocol of KServe, whose predictors and explainers it is
// (kserve.github.io, "V1 inference protocol").

// Instances are what a V1 call is about: texts, or requests whose other fields say
// how each is to be explained.
type Instances struct {
	Instances []json.RawMessage `json:"instances" doc:"texts, or objects with the fields of a request"`
}

// mostInstances is how many texts a call may have.
const mostInstances = 256

// Prediction is what a classifier says of a text.
type Prediction struct {
	Label  string       `json:"label" doc:"the likeliest class"`
	Score  float64      `json:"score" doc:"its probability"`
	Scores []ClassScore `json:"scores" doc:"of all classes, the likeliest first"`
}

// ClassScore is a class and its probability.
type ClassScore struct {
	Label string  `json:"label"`
	Score float64 `json:"score"`
}

// Predictions are the answer to instances.
type Predictions struct {
	Predictions []Prediction `json:"predictions"`
}

// Explanations are the answer to instances, each as POST /v1/explain gives it.
type Explanations struct {
	Explanations []json.RawMessage `json:"explanations"`
}

// ModelList names the models of the server.
type ModelList struct {
	Models []string `json:"models"`
}

// ModelStatus says that a model can be asked.
type ModelStatus struct {
	Name  string `json:"name"`
	Ready bool   `json:"ready"`
}

func (s *Server) listModels(w http.ResponseWriter, _ *http.Request) error {
	reply(w, http.StatusOK, ModelList{s.names()})
	return nil
}

func (s *Server) modelStatus(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("model")
	if err := s.known(name); err != nil {
		return err
	}
	reply(w, http.StatusOK, ModelStatus{name, true})
	return nil
}

// known refuses a model that the server does not have.
func (s *Server) known(name string) error {
	if _, ok := s.tasks[name]; !ok {
		return refuse(http.StatusNotFound, "model %q is none of %s", name, strings.Join(s.names(), ", "))
	}
	return nil
}

// act answers POST /v1/models/MODEL:predict and MODEL:explain.
func (s *Server) act(w http.ResponseWriter, r *http.Request) error {
	called := r.PathValue("model")
	at := strings.LastIndexByte(called, ':')
	if at < 0 {
		return refuse(http.StatusNotFound, "%s: a call is MODEL:predict or MODEL:explain", r.URL.Path)
	}
	name, verb := called[:at], called[at+1:]
	if err := s.known(name); err != nil {
		return err
	}
	asked, err := s.instances(r)
	if err != nil {
		return err
	}
	for i := range asked {
		asked[i].Model.Name, asked[i].Task = name, s.tasks[name]
	}
	switch verb {
	case "predict":
		texts := make([]string, len(asked))
		for i, one := range asked {
			texts[i] = one.Text
		}
		m, err := s.classifier(r.Context(), name)
		if err != nil {
			return err
		}
		predicted, err := s.predictions(r.Context(), m, texts)
		if err != nil {
			return err
		}
		reply(w, http.StatusOK, Predictions{predicted})
		return nil
	case "explain":
		return s.explanations(w, r, asked)
	}
	return refuse(http.StatusNotFound, "%s: a call is MODEL:predict or MODEL:explain", r.URL.Path)
}

// instances reads the body of a V1 call.
func (s *Server) instances(r *http.Request) ([]request.Request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var in Instances
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, refuse(http.StatusBadRequest, "the body is not what V1 asks for: %w", err)
	}
	if len(in.Instances) == 0 || len(in.Instances) > mostInstances {
		return nil, refuse(http.StatusUnprocessableEntity, "instances: %d of them; a call has 1 to %d", len(in.Instances), mostInstances)
	}
	all := make([]request.Request, len(in.Instances))
	for i, one := range in.Instances {
		if bytes.HasPrefix(bytes.TrimSpace(one), []byte(`"`)) {
			err = json.Unmarshal(one, &all[i].Text)
		} else {
			all[i], err = request.Decode(one)
		}
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "instances[%d]: %w", i, err)
		}
	}
	return all, nil
}

// classifier returns the model of a name, which must be one.
func (s *Server) classifier(ctx context.Context, name string) (*model.Classifier, error) {
	if err := s.known(name); err != nil {
		return nil, err
	}
	if task := s.tasks[name]; task != request.Classify {
		return nil, refuse(http.StatusUnprocessableEntity, "model %q is for task %s: only classifiers predict", name, task)
	}
	c, err := request.Request{Model: request.Model{Name: name, Precision: s.Precision}}.Classification(ctx, &s.models)
	if err != nil {
		return nil, err
	}
	return c.Model, nil
}

// predictions returns what a classifier says of texts.
func (s *Server) predictions(ctx context.Context, m *model.Classifier, texts []string) ([]Prediction, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Deadline)
	defer cancel()
	share, err := s.admit(len(texts))
	if err != nil {
		return nil, err
	}
	defer share.done()
	all := make([]Prediction, len(texts))
	for i, words := range texts {
		if all[i], err = predict(ctx, share, m, words); err != nil {
			return nil, cmp.Or(ctx.Err(), refuse(http.StatusUnprocessableEntity, "text %d: %w", i, err))
		}
	}
	return all, nil
}

func predict(ctx context.Context, share *share, m *model.Classifier, words string) (Prediction, error) {
	end, err := share.take(ctx, 1)
	if err != nil {
		return Prediction{}, err
	}
	defer end()
	scores, err := m.Classify(ctx, words)
	if err != nil {
		return Prediction{}, err
	}
	p := Prediction{Label: scores[0].Label, Score: scores[0].Score}
	for _, c := range scores {
		p.Scores = append(p.Scores, ClassScore(c))
	}
	return p, nil
}

// explanations explains texts one after the other, in the time that one request has.
func (s *Server) explanations(w http.ResponseWriter, r *http.Request, asked []request.Request) (err error) {
	ctx, cancel := context.WithTimeout(r.Context(), s.Deadline)
	defer cancel()
	passes := make([]int, len(asked)+1) // from each on
	for i := len(asked) - 1; i >= 0; i-- {
		if asked[i], err = s.settle(asked[i]); err != nil {
			return &placedError{fmt.Sprintf("instances[%d]", i), err}
		}
		passes[i] = passes[i+1] + s.guess(asked[i])
	}
	share, err := s.admit(passes[0])
	if err != nil {
		return err
	}
	defer share.done()
	out := Explanations{}
	for i, one := range asked {
		x, err := s.explanation(ctx, share, passes[i+1], one, nil, nil)
		if err != nil {
			return &placedError{fmt.Sprintf("instances[%d]", i), err}
		}
		var b bytes.Buffer
		if err := render.JSON(&b, x); err != nil {
			return err
		}
		out.Explanations = append(out.Explanations, b.Bytes())
	}
	reply(w, http.StatusOK, out)
	return nil
}
