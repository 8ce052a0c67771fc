package architecture

import (
	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// pooler is a head that reads the first row through a layer with an activation.
// Heads are read exactly: they are small, and their outputs are what is explained.
func pooler(w weights, width, labels int, dense string, a f32.Activation, classes string) []transformer.Layer {
	w = w.exact()
	return []transformer.Layer{{Dense: w.activated(dense, width, width, a)}, {Dense: w.dense(classes, width, labels)}}
}

// linear is a head of one layer.
func linear(w weights, name string, width, labels int) []transformer.Layer {
	return []transformer.Layer{{Dense: w.exact().dense(name, width, labels)}}
}

// scores reads the layer that scores the words of the vocabulary: the matrix
// called name if there is one, else the embedding's, and the first of biases
// that is there, if the layer has any.
func (w weights) scores(vocabulary, width int, embedding, name string, biases ...string) transformer.Layer {
	if !w.has(name+".weight") && (name == "" || !w.untied) {
		name = embedding
	}
	layer := transformer.Layer{Dense: w.biased(false).dense(name, width, vocabulary)}
	for i, bias := range biases {
		if w.has(bias) || i == len(biases)-1 {
			layer.Bias = w.vector(bias, vocabulary)
			break
		}
	}
	return layer
}

// tokenHead reads the heads that nearly all encoders have under the same names.
func tokenHead(w weights, width int, h head) []transformer.Layer {
	switch h.Purpose {
	case TokenClasses:
		return linear(w, "classifier", width, h.labels)
	case AnswerSpans:
		return linear(w, "qa_outputs", width, 2)
	}
	return nil
}

// causalHead reads the heads of causal models: the words' scores by a matrix of
// their own or the embedding's, a classifier of the last token, one of each.
func causalHead(s *shape, w weights, embedding, words, tokens string, h head) []transformer.Layer {
	switch h.Purpose {
	case NextWord:
		return []transformer.Layer{w.scores(s.vocabulary, s.width, embedding, words)}
	case SequenceClasses:
		return linear(w.biased(false), "score", s.width, h.labels)
	case TokenClasses:
		return linear(w.biased(true), tokens, s.width, h.labels)
	}
	return nil
}
