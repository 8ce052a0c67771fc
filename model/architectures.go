package model

import "github.com/whence-xai/whence/model/internal/checkpoint"

// A family is an architecture under one model_type.
type family struct {
	kind     string // model_type
	title    string // what people call it and what is built like it
	purposes []purpose
	read     func(c *checkpoint.Config) blueprint
}

// A blueprint is what a config says of a model. It makes an engine of weights.
type blueprint interface {
	build(w weights, h head) engine
}

// A head is what a model is to end in: its purpose, and how many labels there
// are for those that have some.
type head struct {
	purpose
	labels int
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
