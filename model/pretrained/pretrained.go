// Package pretrained holds the built-in models. They are part of the program of
// those who import this package, and of nobody else's.
package pretrained

import "github.com/whence-xai/whence/model"

// Sentiment returns the built-in classifier of English sentences, with the
// labels NEGATIVE and POSITIVE. README.md beside this file tells what it is
// made of and what it is not good for.
func Sentiment() (*model.Classifier, error) { return SentimentWith(model.Options{}) }

// SentimentWith is [Sentiment] with options.
func SentimentWith(o model.Options) (*model.Classifier, error) {
	return with(model.NewClassifier, "sentiment", o)
}

// Stories returns the built-in language model, which writes stories for small
// children.
func Stories() (*model.Generator, error) { return StoriesWith(model.Options{}) }

// StoriesWith is [Stories] with options.
func StoriesWith(o model.Options) (*model.Generator, error) {
	return with(model.NewGenerator, "stories", o)
}

// G2P returns the built-in encoder–decoder, which writes how a US English word
// is pronounced.
func G2P() (*model.Translator, error) { return G2PWith(model.Options{}) }

// G2PWith is [G2P] with options.
func G2PWith(o model.Options) (*model.Translator, error) {
	return with(model.NewTranslator, "g2p", o)
}

// with makes a model of the built-in files called name.
func with[M any](make func(model.Checkpoint, model.Options) (M, error), name string, o model.Options) (M, error) {
	files, err := Checkpoint(name)
	if err != nil {
		var none M
		return none, err
	}
	return make(files, o)
}
