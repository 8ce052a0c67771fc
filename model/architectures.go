package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/internal/transformer"
)

// A purpose is what a checkpoint is loaded for, which decides its head.
type purpose uint8

const (
	hiddenStates    purpose = iota // the rows after the last norm, without a head
	sequenceClasses                // a logit for every label of a sequence
	tokenClasses                   // a logit for every label of a token
	answerSpans                    // two logits a token: that an answer begins or ends there
	maskedWords                    // a logit for every word of the vocabulary that a token might be
	nextWord                       // causal: one for every word that might follow
	translation                    // encoder–decoder: the same for what the decoder writes
	purposes                       // how many there are
)

// purposeNames say what a purpose needs, and how transformers calls the class
// of a model that has it.
var purposeNames = [purposes]struct{ name, class string }{
	{"hidden states", "Model"},
	{"sequence classification", "ForSequenceClassification"},
	{"token classification", "ForTokenClassification"},
	{"question answering", "ForQuestionAnswering"},
	{"filling masks", "ForMaskedLM"},
	{"generation", "ForCausalLM"},
	{"translation", "ForConditionalGeneration"},
}

// String returns what p is for.
func (p purpose) String() string { return purposeNames[p].name }

// A family is an architecture under one model_type.
type family struct {
	kind     string // model_type
	title    string // what people call it and what is built like it
	purposes []purpose
	read     func(c *config) blueprint
}

// A blueprint is what a config says of a model. It makes an engine of weights.
type blueprint interface {
	build(w weights, g goal) engine
}

// A goal is a purpose and how many labels there are, for those that have some.
type goal struct {
	purpose
	labels int
}

// An engine is a model's computation and what may be put into it.
type engine struct {
	*transformer.Model                    // of an encoder–decoder: the decoder
	encoder            *transformer.Model // of an encoder–decoder, without a head

	vocabulary int  // ids that may be put in
	positions  int  // that a sequence may have
	offset     int  // what positions are counted from
	skips      bool // padding, whose number is offset-1, is not counted
	types      int
	unlimited  bool // positions are told apart by distance only: a longer text than usual can be read
	maxTokens  int
	start, end int32 // of an encoder–decoder: what the decoder begins with, what ends a text
	padding    int32 // token that a causal classifier does not read at the end; negative: none

	pooled  *transformer.Model // a head for the mean of the hidden rows; the Model has none then
	ignored []string           // patterns of tensors that are nothing to it
}

// families returns the architectures that there are. Nothing else knows them.
func families() []family {
	encoder := []purpose{hiddenStates, sequenceClasses, tokenClasses, answerSpans, maskedWords}
	decoder := []purpose{hiddenStates, sequenceClasses, tokenClasses, nextWord}
	return []family{
		{"bert", "BERT", encoder, parseBERT},
		{"distilbert", "DistilBERT", encoder, parseDistilBERT},
		{"roberta", "RoBERTa", encoder, parseRoBERTa},
		{"xlm-roberta", "XLM-RoBERTa", encoder, parseRoBERTa},
		{"camembert", "CamemBERT", encoder, parseRoBERTa},
		{"albert", "ALBERT", encoder, parseALBERT},
		{"electra", "ELECTRA", encoder, parseELECTRA},
		{"mpnet", "MPNet", encoder, parseMPNet},
		{"deberta-v2", "DeBERTa v2, v3", encoder, parseDeBERTa},
		{"modernbert", "ModernBERT", encoder, parseModernBERT},
		{"gpt2", "GPT-2, DistilGPT2, DialoGPT", decoder, parseGPT2},
		{"gpt_neox", "GPT-NeoX, Pythia", decoder, parseGPTNeoX},
		{"opt", "OPT", []purpose{hiddenStates, sequenceClasses, nextWord}, parseOPT},
		{"llama", "Llama 2, 3, SmolLM, TinyLlama", decoder, parseLlama},
		{"mistral", "Mistral", decoder, parseMistral},
		{"qwen2", "Qwen 2, 2.5", decoder, parseQwen2},
		{"qwen3", "Qwen 3", decoder, parseQwen3},
		{"gemma", "Gemma", decoder, parseGemma},
		{"gemma2", "Gemma 2", decoder, parseGemma2},
		{"gemma3_text", "Gemma 3", decoder, parseGemma3},
		{"gemma3", "Gemma 3, its part for texts", []purpose{hiddenStates, nextWord}, parseGemma3Whole},
		{"phi3", "Phi-3", decoder, parsePhi3},
		{"bart", "BART", []purpose{sequenceClasses, translation}, parseBART},
		{"mbart", "mBART", []purpose{translation}, parseMBART},
		{"marian", "Marian (OPUS-MT)", []purpose{translation}, parseMarian},
		{"m2m_100", "M2M100, NLLB", []purpose{translation}, parseM2M100},
		{"pegasus", "Pegasus", []purpose{translation}, parsePegasus},
		{"t5", "T5, Flan-T5", []purpose{translation}, parseT5},
		{"mt5", "mT5", []purpose{translation}, parseMT5},
	}
}

// familyOf returns the architecture of a config, if it serves the purpose.
func familyOf(c *config, p purpose) (family, error) {
	if c.given("quantization_config") {
		method := c.in("quantization_config").word("", "quant_method")
		return family{}, fmt.Errorf("config.json: quantization_config: weights quantized by %q are not supported; take the checkpoint that they were made from", method)
	}
	kind, found := c.word("", "model_type"), ""
	var kinds []string
	for _, f := range families() {
		serves := slices.Contains(f.purposes, p)
		if f.kind == kind && serves {
			return f, nil
		}
		if f.kind == kind {
			found = fmt.Sprintf("; it is supported for %s", list(f.purposes))
		}
		if serves {
			kinds = append(kinds, f.kind)
		}
	}
	return family{}, fmt.Errorf("config.json: model_type %q is not supported for %v%s; supported for it: %s", kind, p, found, strings.Join(kinds, ", "))
}

// list returns the names of ps.
func list(ps []purpose) string {
	var names []string
	for _, p := range ps {
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

// hint says what a checkpoint is that has no head for p, as its config does.
func hint(c *config, p purpose) string {
	var classes []string
	c.read(&classes, "architectures")
	for _, class := range classes {
		if strings.HasSuffix(class, purposeNames[p].class) || p == hiddenStates {
			continue
		}
		for other := purposes - 1; other > hiddenStates; other-- {
			if strings.HasSuffix(class, purposeNames[other].class) {
				return fmt.Sprintf("the checkpoint is a %s, which is for %v, not %v", class, other, p)
			}
		}
		return fmt.Sprintf("the checkpoint is a %s, which has nothing for %v", class, p)
	}
	return ""
}
