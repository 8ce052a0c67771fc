package architecture

import "github.com/whence-xai/whence/model/internal/checkpoint"

// parseQwen2: Qwen 2 is Llama with a bias on queries, keys and values and none on
// what attention returns, whatever the config says of biases.
func parseQwen2(c *checkpoint.Config) blueprint {
	b := newLlama(c, 0)
	b.projectBias = true
	b.qwen(c)
	return b
}

// parseQwen3: Qwen 3 normalizes queries and keys head by head in place of the bias;
// heads are 128 wide where the config does not say otherwise, whatever the width is.
func parseQwen3(c *checkpoint.Config) blueprint {
	b := newLlama(c, 128)
	bias := c.Flag(false, "attention_bias")
	b.projectBias, b.outputBias, b.headNorms = bias, bias, true
	b.qwen(c)
	return b
}

// qwen has the last blocks see what is near, if that is switched on.
func (b *llama) qwen(c *checkpoint.Config) {
	b.everywhere(c, 0)
	if !c.Flag(false, "use_sliding_window") {
		return
	}
	first := c.ID(28, "max_window_layers")
	b.window = c.Size(4096, "sliding_window")
	b.kinds = layerKinds(c, b.layers, func(i int) bool { return i >= first })
}
