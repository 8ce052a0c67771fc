package architecture

import "github.com/whence-xai/whence/model/internal/checkpoint"

func parseQwen2(c *checkpoint.Config) blueprint {
	b := newLlama(c, 0)
	b.projectBias = true
	b.qwen(c)
	return b
}

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
