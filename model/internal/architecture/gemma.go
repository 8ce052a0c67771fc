package architecture

import (
	"math"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/f32"
)

// parseGemma: the first Gemma is Llama with gains of 1 + what is stored, GELU in its
// gate, and rows of tokens times √width.
func parseGemma(c *checkpoint.Config) blueprint {
	b := newGemma(c)
	b.everywhere(c, 0)
	return b
}

// newGemma reads what all versions of Gemma have.
// Gemma Team 2024; heads are 256 wide where the config does not say.
func newGemma(c *checkpoint.Config) *llama {
	b := newLlama(c, 256)
	b.act = c.Activation("gelu_pytorch_tanh", "hidden_activation", "hidden_act")
	if c.Word("", "hidden_activation", "hidden_act") == "gelu" {
		b.act = f32.GELUTanh // which the first configs meant, and transformers takes it for
	}
	bias := c.Flag(false, "attention_bias")
	b.projectBias, b.outputBias = bias, bias
	b.plusOne, b.embedScale = 1, math.Sqrt(float64(b.width))
	if c.Flag(false, "use_bidirectional_attention") {
		c.Fail("use_bidirectional_attention is not supported")
	}
	return b
}

// parseGemma2: Gemma 2 bounds the scores of attention and of words by
// cap·tanh(x/cap), normalizes before and after each layer, and every other block
// sees a window only.
func parseGemma2(c *checkpoint.Config) blueprint {
	b := newGemma(c)
	b.second(c)
	b.scoreCap, b.wordCap = c.Cap(50, "attn_logit_softcapping"), c.Cap(30, "final_logit_softcapping")
	b.everywhere(c, b.window)
	b.kinds = layerKinds(c, b.layers, func(i int) bool { return i%2 == 0 })
	return b
}

// parseGemma3: Gemma 3 normalizes queries and keys in place of bounding scores. Five
// of six blocks see a window, and these turn by a base of their own.
func parseGemma3(c *checkpoint.Config) blueprint {
	b := newGemma(c)
	b.second(c)
	b.headNorms = true
	b.scoreCap, b.wordCap = c.Cap(0, "attn_logit_softcapping"), c.Cap(0, "final_logit_softcapping")
	b.full = ropeOf(c, FullAttention, b.size, b.positions, 1e6, "rope_theta")
	b.sliding = ropeOf(c, SlidingAttention, b.size, b.positions, 10000, "rope_local_base_freq")
	b.positions = min(b.full.positions, b.sliding.positions)
	every := c.Layers(6, "sliding_window_pattern")
	b.kinds = layerKinds(c, b.layers, func(i int) bool { return (i+1)%every != 0 })
	return b
}

// parseGemma3Whole reads the part for texts of a model that sees pictures as
// well. Its config leaves out what transformers has for it.
func parseGemma3Whole(c *checkpoint.Config) blueprint {
	text := c.In("text_config").WithDefaults(map[string]string{
		"vocab_size": "262208", "hidden_size": "2304", "intermediate_size": "9216", "num_hidden_layers": "26",
		"num_attention_heads": "8", "num_key_value_heads": "4", "max_position_embeddings": "131072",
	})
	b := parseGemma3(text).(*llama)
	b.ignored = []string{"*vision_tower.*", "*multi_modal_projector.*", "*lm_head.weight"}
	return b
}

// second reads what Gemma has from its second version on.
func (b *llama) second(c *checkpoint.Config) {
	b.sandwich = true
	b.scale = 1 / math.Sqrt(c.Positive(256, "query_pre_attn_scalar"))
	b.window = c.Size(4096, "sliding_window")
}
