package model

import (
	"errors"
	"fmt"

	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/tokenizer"
)

// An engine is a model's computation and what may be put into it.
type engine struct {
	*transformer.Model
	vocabulary, positions, types int
	maxTokens                    int
}

// classifierEngine builds the engine that the config describes from weights w.
// This is the only place that knows which architectures there are.
func classifierEngine(c *config, w weights, labels int) (engine, error) {
	switch c.Type {
	case "bert":
		b, err := parseBERT(c.text)
		if err != nil {
			return engine{}, err
		}
		m, err := bertClassifier(b, w, labels)
		return engine{Model: m, vocabulary: b.Vocabulary, positions: b.Positions, types: b.Types}, err
	default:
		return engine{}, fmt.Errorf("config.json: model_type %q is not supported as a classifier; supported: bert", c.Type)
	}
}

// LoadClassifier loads the classifier in dir, a folder as Hugging Face
// transformers saves it: config.json, tokenizer.json, perhaps
// tokenizer_config.json, and the weights as model.safetensors or in several
// files with model.safetensors.index.json. Tensors that are missing, have
// another shape or type than the configuration says, or are not part of the
// model are all told in one [*LoadError].
func LoadClassifier(dir string, o Options) (*Classifier, error) {
	files, err := openCheckpoint(dir)
	if err != nil {
		return nil, err
	}
	c, err := NewClassifier(files, o)
	if err != nil {
		return nil, errors.Join(err, files.Weights.Close())
	}
	return c, nil
}

// NewClassifier builds a classifier from the files of its checkpoint. It keeps
// what files refers to, which must not change.
func NewClassifier(files Checkpoint, o Options) (*Classifier, error) {
	c, err := newClassifier(files, o)
	if err != nil {
		return nil, fmt.Errorf("model: load %s: %w", files.Name, err)
	}
	return c, nil
}

func newClassifier(files Checkpoint, o Options) (*Classifier, error) {
	config, err := parseConfig(files.Config)
	if err != nil {
		return nil, err
	}
	labels, err := config.labels()
	if err != nil {
		return nil, err
	}
	task, err := config.task(len(labels))
	if err != nil {
		return nil, err
	}
	maxTokens, err := files.maxTokens()
	if err != nil {
		return nil, err
	}
	// The tokenizer is read by one goroutine while the others pack weights.
	var words *tokenizer.Tokenizer
	read := make(chan error)
	go func() {
		var err error
		words, err = tokenizer.Parse(files.Tokenizer, files.tokenizerConfigs()...)
		read <- err
	}()
	e, err := classifierEngine(config, newWeights(files.Weights, o), len(labels))
	if err := errors.Join(err, <-read); err != nil {
		return nil, err
	}
	e.Threads = o.Threads
	e.maxTokens = min(maxTokens, e.positions)
	return &Classifier{files: files, labels: labels, task: task, engine: e, tokenizer: words}, nil
}
