package ggml

// read returns config.json as transformers would have written it.
// The keys of the metadata are those of llama.cpp's gguf-py (constants.py).
func (f *family) read(m *metadata) object {
	if m.size("expert_count") > 0 {
		m.fail("a mixture of experts, which is not supported")
	}
	c := object{
		"model_type":    f.kind,
		"architectures": []string{f.class},
		"vocab_size":    m.rows("token_embd.weight"),
		// tied weights are stored once
		"tie_word_embeddings": m.rows("output.weight") == 0,
	}
	if m.rows("token_embd.weight") == 0 {
		m.fail(`tensor "token_embd.weight" is missing`)
	}
	for name, key := range map[string]string{"bos": "bos_token_id", "eos": "eos_token_id", "padding": "pad_token_id"} {
		if id := m.token(name); id >= 0 {
			c[key] = id
		}
	}
	f.config(m, c)
	return c
}

// decoder reads what all of Llama's kind have.
func decoder(m *metadata, c object) {
	c["hidden_size"] = m.needed("embedding_length")
	c["num_hidden_layers"] = m.needed("block_count")
	c["intermediate_size"] = m.needed("feed_forward_length")
	c["max_position_embeddings"] = m.needed("context_length")
	heads := m.needed("attention.head_count")
	c["num_attention_heads"] = heads
	c["num_key_value_heads"] = m.keyHeads(heads)
	m.require("attention.layer_norm_rms_epsilon")
	c["rms_norm_eps"] = m.number("attention.layer_norm_rms_epsilon", 1e-6)
	// heads may be wider or narrower than their share of the width
	size := m.size("attention.key_length")
	if size == 0 && heads > 0 {
		size = m.size("embedding_length") / heads
	}
	if other := m.size("attention.value_length"); other != 0 && other != size {
		m.fail("key %q is %d, but that of keys is %d, which is not supported", m.key("attention.value_length"), other, size)
	}
	c["head_dim"] = size
	// the numbers of a head that are turned, where they are not all
	if turned := m.size("rope.dimension_count"); turned != 0 && turned != size && size != 0 {
		c["partial_rotary_factor"] = float64(turned) / float64(size)
	}
	c["rope_theta"] = m.number("rope.freq_base", 10000)
	scaling(m, c)
}

// scaling reads how rotary position embedding is stretched for long texts.
// The factors of Llama 3.1 are a tensor, made out by the converter, so that they are read
// like the ones that LongRoPE has for every pair.
func scaling(m *metadata, c object) {
	kind, _ := m.Text(m.key("rope.scaling.type"))
	factor := m.number("rope.scaling.factor", m.number("rope.scale_linear", 0))
	// the context that the model was first trained on
	original := m.size("rope.scaling.original_context_length")
	switch factors := m.factors("rope_freqs.weight"); {
	case factors != nil: // Llama 3.1's, made out already
		c["rope_scaling"] = object{
			"rope_type": "longrope", "short_factor": factors, "attention_factor": 1.0,
			"original_max_position_embeddings": c["max_position_embeddings"],
		}
	case (kind == "" || kind == "linear") && factor > 1:
		c["rope_scaling"] = object{"rope_type": "linear", "factor": factor}
	case kind == "yarn" && factor > 1:
		s := object{"rope_type": "yarn", "factor": factor}
		if original > 0 {
			s["original_max_position_embeddings"] = original
		}
		c["rope_scaling"] = s
	case kind == "" || kind == "none" || kind == "linear" || kind == "yarn" || kind == "longrope":
	default:
		m.fail("key %q is %.40q, which is not supported", m.key("rope.scaling.type"), kind)
	}
}

// llama has biases only where the file has their tensors.
func llama(m *metadata, c object) {
	decoder(m, c)
	c["attention_bias"] = m.rows("blk.0.attn_q.bias") > 0
	c["mlp_bias"] = m.rows("blk.0.ffn_gate.bias") > 0
}

// phi3 has factors for short texts and for long ones.
func phi3(m *metadata, c object) {
	decoder(m, c)
	window(m, c)
	short, long := m.factors("rope_factors_short.weight"), m.factors("rope_factors_long.weight")
	// the models of short texts have none
	if short == nil || long == nil {
		return
	}
	s := object{"rope_type": "longrope", "short_factor": short, "long_factor": long}
	if m.has("rope.scaling.attn_factor") {
		s["attention_factor"] = m.number("rope.scaling.attn_factor", 1)
	}
	if original := m.size("rope.scaling.original_context_length"); original > 0 {
		s["original_max_position_embeddings"] = original
	}
	c["rope_scaling"] = s
}

// gemma2Config has the caps of scores and logits, 50 and 30 in the paper (Gemma Team
// 2024).
func gemma2Config(m *metadata, c object) {
	const large = 46 // layers of the one of 27 billion numbers
	gemma(m, c, large)
	c["attn_logit_softcapping"] = m.number("attn_logit_softcapping", 50)
	c["final_logit_softcapping"] = m.number("final_logit_softcapping", 30)
}

// gemma3Config has two bases of rotary embedding: that of blocks with a window, and that
// of the others.
func gemma3Config(m *metadata, c object) {
	const large = 62 // the same
	gemma(m, c, large)
	if !m.has("rope.freq_base") {
		c["rope_theta"] = 1e6
	}
	c["rope_local_base_freq"] = m.number("rope.freq_base_swa", 10000)
	if m.has("final_logit_softcapping") {
		c["final_logit_softcapping"] = m.number("final_logit_softcapping", 0)
	}
}

// gemma reads what Gemma has from its second version on. By what scores are
// divided is not in the file: by the size of a head, but for the largest, whose
// heads are smaller than their share of the width.
func gemma(m *metadata, c object, large int) {
	decoder(m, c)
	c["query_pre_attn_scalar"] = c["head_dim"]
	if heads := m.size("attention.head_count"); m.size("block_count") == large && heads > 0 {
		c["query_pre_attn_scalar"] = m.size("embedding_length") / heads
	}
	window(m, c)
}

// window reads how far back attention goes, where the file says that it has an end.
func window(m *metadata, c object) {
	if size := m.size("attention.sliding_window"); size > 0 {
		c["sliding_window"] = size
	}
}

// gpt2 and bert have the names of config.json that these families had first.
func gpt2(m *metadata, c object) {
	c["n_embd"] = m.needed("embedding_length")
	c["n_layer"] = m.needed("block_count")
	c["n_head"] = m.needed("attention.head_count")
	c["n_positions"] = m.needed("context_length")
	c["n_inner"] = m.needed("feed_forward_length")
	c["layer_norm_epsilon"] = m.number("attention.layer_norm_epsilon", 1e-5)
}

func bert(m *metadata, c object) {
	c["hidden_size"] = m.needed("embedding_length")
	c["num_hidden_layers"] = m.needed("block_count")
	c["num_attention_heads"] = m.needed("attention.head_count")
	c["intermediate_size"] = m.needed("feed_forward_length")
	c["max_position_embeddings"] = m.needed("context_length")
	c["layer_norm_eps"] = m.number("attention.layer_norm_epsilon", 1e-12)
	c["type_vocab_size"] = max(1, m.rows("token_types.weight"))
}

// pooling returns 1_Pooling/config.json of a file that says how the rows of a
// text become one; nil of others.
// pooling_type is llama.cpp's number: 0 none, 1 mean, 2 of the first token, 3 of the
// last.
func pooling(m *metadata) object {
	kind := m.size("pooling_type")
	modes := []string{"", "pooling_mode_mean_tokens", "pooling_mode_cls_token", "pooling_mode_lasttoken"}
	if kind < 1 || kind >= len(modes) {
		return nil
	}
	p := object{}
	for i, mode := range modes[1:] {
		p[mode] = i+1 == kind
	}
	return p
}
