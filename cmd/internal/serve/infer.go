package serve

import (
	endian "encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
)

// The Open Inference Protocol, version 2, as KServe, Triton and Seldon speak it.

// ServerMetadata says what the server is.
type ServerMetadata struct {
	Name       string   `json:"name"`
	Version    string   `json:"version"`
	Extensions []string `json:"extensions"`
}

// Tensor describes an input or output.
type Tensor struct {
	Name     string `json:"name"`
	Datatype string `json:"datatype"`
	Shape    []int  `json:"shape"`
}

// ModelMetadata says what a model takes and gives.
type ModelMetadata struct {
	Name     string   `json:"name"`
	Versions []string `json:"versions,omitempty"`
	Platform string   `json:"platform"`
	Inputs   []Tensor `json:"inputs"`
	Outputs  []Tensor `json:"outputs"`
}

// InferRequest asks a classifier about texts: one input of datatype BYTES.
type InferRequest struct {
	ID     string       `json:"id,omitempty"`
	Inputs []InferInput `json:"inputs"`
}

// InferInput is a tensor of texts.
type InferInput struct {
	Name     string   `json:"name"`
	Datatype string   `json:"datatype"`
	Shape    []int    `json:"shape"`
	Data     []string `json:"data"`
}

// InferResponse has the probabilities of all classes, and the likeliest.
type InferResponse struct {
	ModelName string        `json:"model_name"`
	ID        string        `json:"id,omitempty"`
	Outputs   []InferOutput `json:"outputs"`
}

// InferOutput is a tensor, row by row.
type InferOutput struct {
	Name     string `json:"name"`
	Datatype string `json:"datatype"`
	Shape    []int  `json:"shape"`
	Data     []any  `json:"data"`
}

func (s *Server) serverMetadata(w http.ResponseWriter, _ *http.Request) error {
	reply(w, http.StatusOK, ServerMetadata{"explain", s.Version, []string{}})
	return nil
}

func (s *Server) live(w http.ResponseWriter, _ *http.Request) error {
	reply(w, http.StatusOK, struct {
		Live bool `json:"live"`
	}{true})
	return nil
}

func (s *Server) ready(w http.ResponseWriter, _ *http.Request) error {
	reply(w, http.StatusOK, struct {
		Ready bool `json:"ready"`
	}{true})
	return nil
}

// modelMetadata answers GET /v2/models/MODEL.
func (s *Server) modelMetadata(w http.ResponseWriter, r *http.Request) error {
	m, err := s.classifier(r.Context(), r.PathValue("model"))
	if err != nil {
		return err
	}
	reply(w, http.StatusOK, ModelMetadata{
		Name: r.PathValue("model"), Platform: "whence",
		Inputs:  []Tensor{{"text", "BYTES", []int{-1}}},
		Outputs: []Tensor{{"label", "BYTES", []int{-1}}, {"probabilities", "FP64", []int{-1, len(m.Labels())}}},
	})
	return nil
}

// infer answers POST /v2/models/MODEL/infer.
func (s *Server) infer(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("model")
	in, err := readInfer(r)
	if err != nil {
		return err
	}
	m, err := s.classifier(r.Context(), name)
	if err != nil {
		return err
	}
	predicted, err := s.predictions(r.Context(), m, in.Inputs[0].Data)
	if err != nil {
		return err
	}
	reply(w, http.StatusOK, InferResponse{name, in.ID, tensorsOf(m.Labels(), predicted)})
	return nil
}

// readInfer reads the body of a V2 call: JSON, behind which the texts may stand, each
// after its length, as Triton's clients send them.
func readInfer(r *http.Request) (in InferRequest, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return in, err
	}
	var binary []byte
	if header := r.Header.Get("Inference-Header-Content-Length"); header != "" {
		n, err := strconv.Atoi(header)
		if err != nil || n < 0 || n > len(body) {
			return in, refuse(http.StatusBadRequest, "Inference-Header-Content-Length %q of a body of %d bytes", header, len(body))
		}
		body, binary = body[:n], body[n:]
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return in, refuse(http.StatusBadRequest, "the body is not what V2 asks for: %w", err)
	}
	if len(in.Inputs) != 1 || in.Inputs[0].Datatype != "BYTES" {
		return in, refuse(http.StatusUnprocessableEntity, "inputs: one of datatype BYTES is wanted")
	}
	one := &in.Inputs[0]
	for len(binary) >= 4 && len(one.Data) <= mostInstances {
		n := int64(endian.LittleEndian.Uint32(binary))
		if n > int64(len(binary)-4) {
			break
		}
		one.Data, binary = append(one.Data, string(binary[4:4+n])), binary[4+n:]
	}
	if len(binary) > 0 || len(one.Data) == 0 || len(one.Data) > mostInstances {
		return in, refuse(http.StatusUnprocessableEntity, "inputs[0]: 1 to %d texts are wanted", mostInstances)
	}
	return in, nil
}

// tensorsOf returns predictions as V2 has them, the classes in the model's order.
func tensorsOf(classes []string, predicted []Prediction) []InferOutput {
	labels, scores := []any{}, []any{}
	for _, p := range predicted {
		labels = append(labels, p.Label)
		for _, class := range classes {
			at := slices.IndexFunc(p.Scores, func(c ClassScore) bool { return c.Label == class })
			scores = append(scores, p.Scores[at].Score)
		}
	}
	return []InferOutput{
		{"label", "BYTES", []int{len(predicted)}, labels},
		{"probabilities", "FP64", []int{len(predicted), len(classes)}, scores},
	}
}
