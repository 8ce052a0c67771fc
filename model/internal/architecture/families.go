package architecture

import "github.com/whence-xai/whence/model/internal/checkpoint"

// A family is an architecture under one model_type.
type family struct {
	kind     string // model_type
	title    string // what people call it and what is built like it
	purposes []Purpose
	read     func(c *checkpoint.Config) blueprint
}

// A blueprint is what a config says of a model. It makes an engine of weights.
type blueprint interface {
	build(w weights, h head) Engine
}

// A head is what a model is to end in: its purpose, and how many labels there
// are for those that have some.
type head struct {
	Purpose
	labels int
}

// families returns the architectures that there are. Nothing else knows them.
// The columns are model_type, what the lists of supported models say, the purposes that
// there are heads for, and what reads a config.
func families() []family {
	encoder := []Purpose{HiddenStates, SequenceClasses, TokenClasses, AnswerSpans, MaskedWords}
	decoder := []Purpose{HiddenStates, SequenceClasses, TokenClasses, NextWord}
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
		{"opt", "OPT", []Purpose{HiddenStates, SequenceClasses, NextWord}, parseOPT},
		{"llama", "Llama 2, 3, SmolLM, TinyLlama", decoder, parseLlama},
		{"mistral", "Mistral", decoder, parseMistral},
		{"qwen2", "Qwen 2, 2.5", decoder, parseQwen2},
		{"qwen3", "Qwen 3", decoder, parseQwen3},
		{"gemma", "Gemma", decoder, parseGemma},
		{"gemma2", "Gemma 2", decoder, parseGemma2},
		{"gemma3_text", "Gemma 3", decoder, parseGemma3},
		{"gemma3", "Gemma 3, its part for texts", []Purpose{HiddenStates, NextWord}, parseGemma3Whole},
		{"phi3", "Phi-3", decoder, parsePhi3},
		{"bart", "BART", []Purpose{SequenceClasses, Translation}, parseBART},
		{"mbart", "mBART", []Purpose{Translation}, parseMBART},
		{"marian", "Marian (OPUS-MT)", []Purpose{Translation}, parseMarian},
		{"m2m_100", "M2M100, NLLB", []Purpose{Translation}, parseM2M100},
		{"pegasus", "Pegasus", []Purpose{Translation}, parsePegasus},
		{"t5", "T5, Flan-T5", []Purpose{Translation}, parseT5},
		{"mt5", "mT5", []Purpose{Translation}, parseMT5},
	}
}
