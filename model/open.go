package model

import (
	"github.com/whence-xai/whence/model/internal/checkpoint"
)

// A Checkpoint is the files of a model: Name, what it is called in errors and
// results; Config, Tokenizer, TargetTokenizer, TokenizerConfig, SpecialTokens,
// AddedTokens, GenerationConfig, ChatTemplate, Pooling and Modules, the contents
// of the files that are called like that; Weights, its tensors; SHA256, the
// hash of those if it is known. [Open] reads them from a folder; a program that
// has them in memory fills the fields itself. [NewClassifier] and its like make a
// model of it, and keep what it refers to, which must not change.
type Checkpoint = checkpoint.Checkpoint

// Open reads the checkpoint at path: a file of llama.cpp (GGUF), or a folder as
// Hugging Face transformers saves it, with config.json, tokenizer.json, perhaps
// tokenizer_config.json and others, and the weights as model.safetensors, or else
// pytorch_model.bin, or either in several files with its index. The weights are
// mapped into memory, not copied: whoever makes no model of them closes them. What
// lacks is told in one error.
func Open(path string) (Checkpoint, error) { return checkpoint.Open(path) }
