package ggml

import "maps"

// A family is the architectures of llama.cpp that have the same names.
// The table of tensors is gguf-py's tensor_mapping.py read backwards, for the families
// that this project has an engine of.
type family struct {
	arch   string // general.architecture
	kind   string // model_type of transformers
	class  string // the class of transformers
	layers string // what the layers' tensors begin with
	names  names
	config func(m *metadata, c object)
	// The converter of Llama's family permutes queries and keys (LlamaModel.permute).
	turned  bool // the rows of queries and keys were turned for another order of rotary pairs
	oneUp   bool // gains of norms were stored with 1 added
	upright bool // transformers has the matrices the other way round
}

// names are what transformers calls the tensors, without their suffix, and those
// of a layer without its number.
type names map[string]string

// families returns the architectures that there are.
// Columns that are not there are false: names are as they are, numbers as they were.
func families() []family {
	gemma2 := with(llamaNames, names{
		"blk.post_attention_norm": "post_attention_layernorm",
		"blk.ffn_norm":            "pre_feedforward_layernorm",
		"blk.post_ffw_norm":       "post_feedforward_layernorm",
	})
	const layers = "model.layers."
	return []family{
		{arch: "llama", kind: "llama", class: "LlamaForCausalLM", layers: layers, names: llamaNames, config: llama, turned: true},
		{arch: "qwen2", kind: "qwen2", class: "Qwen2ForCausalLM", layers: layers, names: llamaNames, config: decoder},
		{arch: "qwen3", kind: "qwen3", class: "Qwen3ForCausalLM", layers: layers, names: llamaNames, config: decoder},
		{arch: "gemma", kind: "gemma", class: "GemmaForCausalLM", layers: layers, names: llamaNames, config: decoder, oneUp: true},
		{arch: "gemma2", kind: "gemma2", class: "Gemma2ForCausalLM", layers: layers, names: gemma2, config: gemma2Config, oneUp: true},
		{arch: "gemma3", kind: "gemma3_text", class: "Gemma3ForCausalLM", layers: layers, names: gemma2, config: gemma3Config, oneUp: true},
		{arch: "phi3", kind: "phi3", class: "Phi3ForCausalLM", layers: layers, config: phi3, names: with(llamaNames, names{
			"blk.attn_qkv": "self_attn.qkv_proj",
			"blk.ffn_up":   "mlp.gate_up_proj",
		})},
		{arch: "gpt2", kind: "gpt2", class: "GPT2LMHeadModel", layers: "transformer.h.", names: gpt2Names, config: gpt2, upright: true},
		{arch: "bert", kind: "bert", class: "BertModel", layers: "encoder.layer.", names: bertNames, config: bert},
	}
}

// with returns names with more of them, or others in their place.
func with(common, more names) names {
	all := maps.Clone(common)
	maps.Copy(all, more)
	return all
}

var llamaNames = names{ //nolint:gosec // names of tensors are no credentials
	"token_embd":      "model.embed_tokens",
	"output_norm":     "model.norm",
	"output":          "lm_head",
	"blk.attn_norm":   "input_layernorm",
	"blk.attn_q":      "self_attn.q_proj",
	"blk.attn_k":      "self_attn.k_proj",
	"blk.attn_v":      "self_attn.v_proj",
	"blk.attn_output": "self_attn.o_proj",
	"blk.attn_q_norm": "self_attn.q_norm",
	"blk.attn_k_norm": "self_attn.k_norm",
	"blk.ffn_norm":    "post_attention_layernorm",
	"blk.ffn_gate":    "mlp.gate_proj",
	"blk.ffn_up":      "mlp.up_proj",
	"blk.ffn_down":    "mlp.down_proj",
}

var gpt2Names = names{ //nolint:gosec // the same
	"token_embd":      "transformer.wte",
	"position_embd":   "transformer.wpe",
	"output_norm":     "transformer.ln_f",
	"output":          "lm_head",
	"blk.attn_norm":   "ln_1",
	"blk.attn_qkv":    "attn.c_attn",
	"blk.attn_output": "attn.c_proj",
	"blk.ffn_norm":    "ln_2",
	"blk.ffn_up":      "mlp.c_fc",
	"blk.ffn_down":    "mlp.c_proj",
}

var bertNames = names{
	"token_embd":            "embeddings.word_embeddings",
	"position_embd":         "embeddings.position_embeddings",
	"token_types":           "embeddings.token_type_embeddings",
	"token_embd_norm":       "embeddings.LayerNorm",
	"blk.attn_q":            "attention.self.query",
	"blk.attn_k":            "attention.self.key",
	"blk.attn_v":            "attention.self.value",
	"blk.attn_output":       "attention.output.dense",
	"blk.attn_output_norm":  "attention.output.LayerNorm",
	"blk.ffn_up":            "intermediate.dense",
	"blk.ffn_down":          "output.dense",
	"blk.layer_output_norm": "output.LayerNorm",
}
