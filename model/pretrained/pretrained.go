// Package pretrained holds the built-in model. It is part of the program of
// those who import this package, and of nobody else's.
package pretrained

import (
	_ "embed" // the files of the checkpoint
	"unsafe"

	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/safetensors"
)

// The files as text: it is in the program once, not copied to be changed.
var (
	//go:embed config.json
	config string
	//go:embed model.safetensors
	weights string
	//go:embed tokenizer.json
	words string
	//go:embed tokenizer_config.json
	wordsConfig string
)

// hash is the SHA-256 of model.safetensors, which a test computes anew.
const hash = "37c7df9592f51f6c4da611e60c0b77efd7c42b2eb71a45a03d3ff70f4f317146"

// Sentiment returns the built-in classifier of English sentences, with the
// labels NEGATIVE and POSITIVE. README.md beside this file tells what it is
// made of and what it is not good for.
func Sentiment() (*model.Classifier, error) { return SentimentWith(model.Options{}) }

// SentimentWith is [Sentiment] with options.
func SentimentWith(o model.Options) (*model.Classifier, error) {
	file, err := safetensors.OpenBytes(view(weights))
	if err != nil {
		return nil, err
	}
	return model.NewClassifier(model.Checkpoint{
		Name:            "sentiment-minilm",
		Config:          view(config),
		Weights:         file,
		Tokenizer:       view(words),
		TokenizerConfig: view(wordsConfig),
		SHA256:          hash,
	}, o)
}

// view returns the bytes of s, which nobody writes to.
func view(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
