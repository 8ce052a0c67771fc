package checkpoint

import "github.com/whence-xai/whence/model/internal/ggml"

// openFile reads the checkpoint in a file of llama.cpp.
func openFile(path string) (Checkpoint, error) {
	m, err := ggml.Open(path)
	if err != nil {
		return Checkpoint{}, err
	}
	return Checkpoint{
		Name: m.Name, Config: m.Config, Tokenizer: m.Tokenizer, TokenizerConfig: m.TokenizerConfig,
		GenerationConfig: m.GenerationConfig, Pooling: m.Pooling, Weights: m.Weights, whole: true,
	}, nil
}
