package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/whence-xai/whence/model/internal/f32"
)

// A config is what config.json says of any model. What is special to an
// architecture, that architecture's file reads from text.
type config struct {
	Type    string            `json:"model_type"`
	Labels  map[string]string `json:"id2label"`
	Problem string            `json:"problem_type"`
	text    []byte
}

// maxSize bounds every size that a config may give: far above any model, and
// small enough that a product of two does not overflow.
const maxSize = 1 << 24

// maxLayers bounds the number of layers.
const maxLayers = 1 << 10

func parseConfig(text []byte) (*config, error) {
	c := &config{text: text}
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	return c, nil
}

// labels returns the names of the classes by id. A config without names has
// the two that its authors' library gives it.
func (c *config) labels() ([]string, error) {
	if c.Labels == nil {
		return []string{"LABEL_0", "LABEL_1"}, nil
	}
	if len(c.Labels) == 0 || len(c.Labels) > maxSize {
		return nil, fmt.Errorf("config.json: %d labels in id2label", len(c.Labels))
	}
	labels := make([]string, len(c.Labels))
	for i := range labels {
		label, ok := c.Labels[strconv.Itoa(i)]
		if !ok {
			return nil, fmt.Errorf("config.json: id2label has %d labels, none for %d", len(labels), i)
		}
		labels[i] = label
	}
	return labels, nil
}

// task returns what the outputs of a classifier of that many labels mean.
func (c *config) task(labels int) (task, error) {
	switch c.Problem {
	case "":
		if labels == 1 {
			return regression, nil
		}
		return oneOf, nil
	case "single_label_classification":
		return oneOf, nil
	case "multi_label_classification":
		return anyOf, nil
	case "regression":
		return regression, nil
	}
	return 0, fmt.Errorf("config.json: unknown problem_type %q", c.Problem)
}

// maxTokens returns how many tokens the tokenizer's configuration allows.
func (c *Checkpoint) maxTokens() (int, error) {
	var limit struct {
		MaxTokens float64 `json:"model_max_length"` // 10³⁰ where nobody set it
	}
	if c.TokenizerConfig != nil {
		if err := json.Unmarshal(c.TokenizerConfig, &limit); err != nil {
			return 0, fmt.Errorf("tokenizer_config.json: %w", err)
		}
	}
	if limit.MaxTokens >= 1 && limit.MaxTokens < maxSize {
		return int(limit.MaxTokens), nil
	}
	return maxSize, nil
}

// tokenizerConfigs returns the files that name special tokens, the one that
// counts more last.
func (c *Checkpoint) tokenizerConfigs() [][]byte {
	var files [][]byte
	for _, file := range [][]byte{c.SpecialTokens, c.TokenizerConfig} {
		if file != nil {
			files = append(files, file)
		}
	}
	return files
}

// A sizes collects what is wrong with the numbers of a config.
type sizes struct{ errs []error }

// check notes that the number called name is not from 1 to most.
func (s *sizes) check(name string, value, most int) {
	if value < 1 || value > most {
		s.errs = append(s.errs, fmt.Errorf("config.json: %s is %d, not from 1 to %d", name, value, most))
	}
}

// epsilon notes that the number called name is not a small positive one.
func (s *sizes) epsilon(name string, value float64) {
	if !(value > 0 && value < 1) || float32(value) == 0 || math.IsInf(value, 0) {
		s.errs = append(s.errs, fmt.Errorf("config.json: %s is %g, not between 0 and 1", name, value))
	}
}

// divides notes that part does not divide whole.
func (s *sizes) divides(part string, by int, whole string, value int) {
	if by > 0 && value%by != 0 {
		s.errs = append(s.errs, fmt.Errorf("config.json: %s %d does not divide by %s %d", whole, value, part, by))
	}
}

// err returns all that was noted.
func (s *sizes) err() error { return errors.Join(s.errs...) }

// activation returns the function that a config calls name.
func activation(name string) (f32.Activation, error) {
	switch name {
	case "gelu":
		return f32.GELU, nil
	case "gelu_new", "gelu_fast", "gelu_pytorch_tanh":
		return f32.GELUTanh, nil
	case "relu":
		return f32.ReLU, nil
	case "silu", "swish":
		return f32.SiLU, nil
	case "tanh":
		return f32.Tanh, nil
	}
	return f32.None, fmt.Errorf("config.json: unknown activation %q", name)
}
