"""Writes tiny random models of the architectures that files of llama.cpp are read of,
as the gguf package writes them, for the tests of package model.

    python golden_gguf.py [NAME…]

Beside this script it writes gguf/NAME.gguf, the file, and gguf/NAME.json: the ids and
byte offsets of texts, and the logits that transformers computes with the weights as
the gguf package widens them. Tokenizers are checked against transformers' own reading
of the file, the ids are its; BERT, which it does not read, against the tokenizer that
the file is made of.

Made with torch 2.15.0, transformers 5.24.0, tokenizers 0.23.3, gguf 0.19.0.
"""

import json
import pathlib
import sys
import zlib

import gguf
import numpy as np
import tokenizers as tk
import torch
import transformers as tf
from gguf import GGMLQuantizationType as Type
from gguf import MODEL_ARCH, quants

HERE = pathlib.Path(__file__).parent
TRAINING = """The children were playing in the garden when the rain began. They ran into the house, and their mother
laughed. "It's only water," she said, "you won't melt!" In 2024 there were 1234 of them; we'll see, they've gone.
Der Regen fällt über die Dächer, größer als je. def main(): return [x for x in range(100)]\n\tprint("done")
""" * 3
TEXTS = [
    "", " ", "The children", " the rain began. ", "It's only water, they've gone!", "  two  spaces and\ttabs\n\n lines",
    "größer, naïve, cafe\u0301", "日本語のテキスト", "emoji 🙂🙃 and 👩‍👩‍👧", "1234567 89 3.14", "def f(x):\n    return x**2",
    "DON'T SHOUT", "a<s>b</s>", "x<|endoftext|>y", "<|im_start|>user\nhi<|im_end|>", "▁marked▁", "\u00a0nbsp", "tail   ",
]
CONTROL, UNKNOWN, NORMAL, BYTE = (int(gguf.TokenType[k]) for k in ("CONTROL", "UNKNOWN", "NORMAL", "BYTE"))


def byte_level(pattern, specials):
    """A byte-level BPE: tokens, merges, kinds of tokens."""
    t = tk.Tokenizer(tk.models.BPE())
    t.pre_tokenizer = tk.pre_tokenizers.Sequence([
        tk.pre_tokenizers.Split(tk.Regex(pattern), "isolated"), tk.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]) if pattern else tk.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tk.trainers.BpeTrainer(
        vocab_size=320 - len(specials), initial_alphabet=tk.pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    t.train_from_iterator([TRAINING], trainer)
    m = json.loads(t.to_str())["model"]
    tokens = sorted(m["vocab"], key=m["vocab"].get)
    return tokens + specials, [" ".join(p) for p in m["merges"]], [NORMAL] * len(tokens) + [CONTROL] * len(specials)


def sentence_piece(first):
    """A BPE of SentencePiece: tokens, scores, kinds of tokens."""
    t = tk.Tokenizer(tk.models.BPE())
    t.pre_tokenizer = tk.pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
    t.train_from_iterator([TRAINING], tk.trainers.BpeTrainer(vocab_size=120, show_progress=False))
    m = json.loads(t.to_str())["model"]
    made = ["".join(p) for p in m["merges"]]
    letters = [x for x in m["vocab"] if len(x) == 1]
    raw = [f"<0x{b:02X}>" for b in range(256)]
    tokens = first + raw + made + letters
    kinds = [UNKNOWN if x == "<unk>" else CONTROL for x in first] + [BYTE] * 256 + [NORMAL] * (len(made) + len(letters))
    scores = [0.0] * (len(first) + 256) + [float(-i) for i in range(len(made) + len(letters))]
    return tokens, scores, kinds


def add_byte_level(w, pre, pattern, specials, bos=None, eos=None, add_bos=None):
    tokens, merges, kinds = byte_level(pattern, specials)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre(pre)
    w.add_token_list(tokens)
    w.add_token_types(kinds)
    w.add_token_merges(merges)
    if bos:
        w.add_bos_token_id(tokens.index(bos))
    if eos:
        w.add_eos_token_id(tokens.index(eos))
    if add_bos is not None:
        w.add_add_bos_token(add_bos)
    return len(tokens)


def add_sentence_piece(w, first, bos="<s>", eos="</s>"):
    tokens, scores, kinds = sentence_piece(first)
    w.add_tokenizer_model("llama")
    w.add_token_list(tokens)
    w.add_token_scores(scores)
    w.add_token_types(kinds)
    w.add_bos_token_id(tokens.index(bos))
    w.add_eos_token_id(tokens.index(eos))
    w.add_unk_token_id(tokens.index("<unk>"))
    w.add_add_bos_token(True)
    return len(tokens)


def word_piece():
    first = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = sorted({x for x in TRAINING.lower().replace("ä", "a").replace("ö", "o").replace("ü", "u").split() if x.isalpha()})
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    rest = [str(d) for d in range(10)] + list(".,!?'\"()[]:;*<>/|_-")
    return first + words + letters + rest + ["##" + x for x in letters + [str(d) for d in range(10)]]


def add_word_piece(w):
    tokens = word_piece()
    kinds = [CONTROL] * 5 + [NORMAL] * (len(tokens) - 5)
    w.add_tokenizer_model("bert")
    w.add_token_list([x if k == CONTROL else x[2:] if x.startswith("##") else "▁" + x for x, k in zip(tokens, kinds)])
    w.add_token_types(kinds)
    for name, token in {"pad": "[PAD]", "unk": "[UNK]", "bos": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}.items():
        getattr(w, f"add_{name}_token_id")(tokens.index(token))
    return len(tokens)


LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace("{1,3}", "")
SIZES = dict(hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64)
TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"


class Recipe:
    def __init__(self, arch, kinds, tokenizer, config, model=tf.AutoModelForCausalLM, extra=None):
        self.arch, self.kinds, self.tokenizer, self.config, self.model, self.extra = arch, kinds, tokenizer, config, model, extra


def llama3_factors(w, config):
    """What the converter writes of Llama 3.1's rope."""
    r = config.rope_parameters
    base = config.rope_parameters["rope_theta"] ** (np.arange(0, config.head_dim, 2, dtype=np.float32) / config.head_dim)
    low, high = r["original_max_position_embeddings"] / r["low_freq_factor"], r["original_max_position_embeddings"] / r["high_freq_factor"]
    factors = []
    for wave in 2 * np.pi * base:
        smooth = (r["original_max_position_embeddings"] / wave - r["low_freq_factor"]) / (r["high_freq_factor"] - r["low_freq_factor"])
        factors.append(1 if wave < high else r["factor"] if wave > low else 1 / ((1 - smooth) / r["factor"] + smooth))
    w.add_tensor("rope_freqs.weight", np.array(factors, np.float32))


def phi3_factors(w, config):
    for kind in ("long", "short"):
        w.add_tensor(f"rope_factors_{kind}.weight", np.array(config.rope_parameters[f"{kind}_factor"], np.float32))
    w.add_rope_scaling_orig_ctx_len(config.original_max_position_embeddings)
    scale = config.max_position_embeddings / config.original_max_position_embeddings
    w.add_rope_scaling_attn_factors(float(np.sqrt(1 + np.log(scale) / np.log(config.original_max_position_embeddings))))


RECIPES = {
    "llama": Recipe(MODEL_ARCH.LLAMA, [Type.Q8_0], lambda w: add_sentence_piece(w, ["<unk>", "<s>", "</s>"]),
                    lambda v: tf.LlamaConfig(vocab_size=v, rms_norm_eps=1e-5, **SIZES)),
    "llama-3": Recipe(MODEL_ARCH.LLAMA, [Type.Q4_0, Type.F16],
                      lambda w: add_byte_level(w, "llama-bpe", LLAMA3, ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"],
                                               "<|begin_of_text|>", "<|end_of_text|>", True),
                      lambda v: tf.LlamaConfig(
                          vocab_size=v, tie_word_embeddings=True, attention_bias=True, head_dim=16, rope_parameters=dict(
                              rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                              original_max_position_embeddings=32), **SIZES),
                      extra=llama3_factors),
    "llama-k": Recipe(MODEL_ARCH.LLAMA, [Type.Q2_K, Type.Q3_K, Type.Q4_K, Type.Q5_K, Type.Q6_K, Type.IQ4_XS, Type.IQ4_NL],
                      lambda w: add_sentence_piece(w, ["<unk>", "<s>", "</s>"]),
                      lambda v: tf.LlamaConfig(vocab_size=v, tie_word_embeddings=True, **SIZES | dict(
                          hidden_size=256, intermediate_size=256, num_hidden_layers=1))),
    "qwen2": Recipe(MODEL_ARCH.QWEN2, [Type.Q5_0],
                    lambda w: add_byte_level(w, "qwen2", QWEN2, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], None, "<|im_end|>", False),
                    lambda v: tf.Qwen2Config(vocab_size=v, rope_parameters=dict(rope_type="default", rope_theta=1e6), **SIZES)),
    "qwen3": Recipe(MODEL_ARCH.QWEN3, [Type.Q4_1],
                    lambda w: add_byte_level(w, "qwen2", QWEN2, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], None, "<|im_end|>", False),
                    lambda v: tf.Qwen3Config(vocab_size=v, head_dim=32, tie_word_embeddings=True, **SIZES)),
    "gemma2": Recipe(MODEL_ARCH.GEMMA2, [Type.Q8_0],
                     lambda w: add_sentence_piece(w, ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"], "<bos>", "<eos>"),
                     lambda v: tf.Gemma2Config(vocab_size=v, head_dim=16, query_pre_attn_scalar=16, sliding_window=8, **SIZES)),
    "gemma3": Recipe(MODEL_ARCH.GEMMA3, [Type.BF16, Type.Q5_1],
                     lambda w: add_sentence_piece(w, ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"], "<bos>", "<eos>"),
                     lambda v: tf.Gemma3TextConfig(vocab_size=v, head_dim=16, query_pre_attn_scalar=16, sliding_window=8, **SIZES | dict(
                         num_hidden_layers=7))),
    "phi3": Recipe(MODEL_ARCH.PHI3, [Type.Q5_1], lambda w: add_sentence_piece(w, ["<unk>", "<s>", "</s>"]),
                   lambda v: tf.Phi3Config(
                       vocab_size=v, original_max_position_embeddings=32, rope_parameters=dict(
                           rope_type="longrope", rope_theta=10000.0, short_factor=[1.0 + i / 10 for i in range(8)],
                           long_factor=[2.0 + i for i in range(8)]), pad_token_id=0, **SIZES),
                   extra=phi3_factors),
    "gpt2": Recipe(MODEL_ARCH.GPT2, [Type.Q8_0, Type.Q5_0],
                   lambda w: add_byte_level(w, "gpt-2", None, ["<|endoftext|>"], "<|endoftext|>", "<|endoftext|>"),
                   lambda v: tf.GPT2Config(vocab_size=v, n_embd=64, n_layer=2, n_head=4, n_positions=64, n_inner=96, bos_token_id=v - 1, eos_token_id=v - 1)),
    "bert": Recipe(MODEL_ARCH.BERT, [Type.Q4_0, Type.Q8_0], add_word_piece,
                   lambda v: tf.BertConfig(vocab_size=v, **{k: x for k, x in SIZES.items() if k != "num_key_value_heads"}),
                   model=tf.AutoModel),
}

# what d, and d of least numbers, must be for numbers of a few hundredths
SCALES = {Type.Q2_K: (3e-3, 3e-3), Type.Q3_K: (1.5e-3,), Type.Q4_K: (2e-4, 1e-3), Type.Q5_K: (1e-4, 1e-3), Type.Q6_K: (5e-5,), Type.IQ4_NL: (6e-4,), Type.IQ4_XS: (6e-5,)}
HALVES = {Type.Q2_K: (80, 82), Type.Q3_K: (108,), Type.Q4_K: (0, 2), Type.Q5_K: (0, 2), Type.Q6_K: (208,), Type.IQ4_NL: (0,), Type.IQ4_XS: (0,)}


def stored(x, kind, rng):
    """The numbers in a type; random blocks where gguf only widens the type."""
    try:
        return quants.quantize(x, kind)
    except NotImplementedError:
        numbers, size = gguf.GGML_QUANT_SIZES[kind]
        blocks = rng.integers(0, 256, (x.size // numbers, size), dtype=np.uint8)
        for at, scale in zip(HALVES[kind], SCALES[kind]):
            halves = (scale * rng.uniform(0.5, 1.5, len(blocks))).astype(np.float16)
            blocks[:, at : at + 2] = halves.view(np.uint8).reshape(-1, 2)
        return blocks.reshape(*x.shape[:-1], x.shape[-1] // numbers * size)


def turn(x, heads):
    """The order of rows in which the converter of Llama writes queries and keys."""
    return x.reshape(heads, 2, x.shape[0] // heads // 2, *x.shape[1:]).swapaxes(1, 2).reshape(x.shape)


def turn_back(x, heads):
    return x.reshape(heads, x.shape[0] // heads // 2, 2, *x.shape[1:]).swapaxes(1, 2).reshape(x.shape)


def changes(recipe, name, config):
    """What the converter does to a tensor, and what undoes it."""
    same = (lambda x: x, lambda x: x)
    if recipe.arch == MODEL_ARCH.LLAMA and ("q_proj" in name or "k_proj" in name):
        heads = config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
        return (lambda x: turn(x, heads)), (lambda x: turn_back(x, heads))
    if recipe.arch in (MODEL_ARCH.GEMMA2, MODEL_ARCH.GEMMA3) and name.endswith("norm.weight"):
        return (lambda x: x + 1), (lambda x: x - 1)
    if recipe.arch == MODEL_ARCH.GPT2 and any(k in name for k in ("c_attn.weight", "c_proj.weight", "c_fc.weight")):
        return (lambda x: np.ascontiguousarray(x.T)), (lambda x: np.ascontiguousarray(x.T))
    return same


def hyperparameters(w, recipe, c):
    w.add_context_length(c.max_position_embeddings)
    w.add_embedding_length(c.hidden_size)
    w.add_block_count(c.num_hidden_layers)
    w.add_feed_forward_length(getattr(c, "n_inner", None) or c.intermediate_size)
    w.add_head_count(c.num_attention_heads)
    if recipe.arch in (MODEL_ARCH.GPT2, MODEL_ARCH.BERT):
        w.add_layer_norm_eps(getattr(c, "layer_norm_eps", None) or c.layer_norm_epsilon)
        if recipe.arch == MODEL_ARCH.BERT:
            w.add_causal_attention(False)
            w.add_pooling_type(gguf.PoolingType.CLS)
        return
    size = getattr(c, "head_dim", None) or c.hidden_size // c.num_attention_heads
    w.add_head_count_kv(c.num_key_value_heads)
    w.add_layer_norm_rms_eps(c.rms_norm_eps)
    rope = c.rope_parameters.get("full_attention", c.rope_parameters)
    w.add_rope_freq_base(rope["rope_theta"])
    w.add_rope_dimension_count(size)
    w.add_key_length(size)
    w.add_value_length(size)
    if recipe.arch in (MODEL_ARCH.GEMMA2, MODEL_ARCH.GEMMA3):
        w.add_sliding_window(c.sliding_window)
    if recipe.arch == MODEL_ARCH.GEMMA2:
        w.add_attn_logit_softcapping(c.attn_logit_softcapping)
        w.add_final_logit_softcapping(c.final_logit_softcapping)


# what transformers itself reads with all its settings: it leaves out the sizes of heads and of feed-forward layers, Llama 3.1's factors, and
# by what Gemma divides scores
READ = ["llama", "llama-k", "qwen2"]


def reference_tokenizer(path):
    if path.stem == "bert":
        t = tf.BertTokenizerFast(vocab={x: i for i, x in enumerate(word_piece())})
        return t
    return tf.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)


def make(name):
    recipe, seed = RECIPES[name], zlib.crc32(name.encode())
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    path = HERE / "gguf" / f"{name}.gguf"
    w = gguf.GGUFWriter(path, gguf.MODEL_ARCH_NAMES[recipe.arch])
    w.add_name(name)
    size = recipe.tokenizer(w)
    if recipe.model is tf.AutoModelForCausalLM:
        w.add_chat_template(TEMPLATE)
    config = recipe.config(size)
    model = recipe.model.from_config(config).float().eval()
    config = model.config
    hyperparameters(w, recipe, config)
    for key, p in model.named_parameters():  # so that norms and biases matter, and what attends to what
        with torch.no_grad():
            p.add_(torch.randn_like(p) * 0.1)
    names = gguf.get_tensor_name_map(recipe.arch, config.num_hidden_layers)
    state, new, count = model.state_dict(), {}, 0
    for key, value in state.items():
        if "pooler" in key or key.endswith((".attn.bias", "masked_bias", "position_ids", "inv_freq")):
            continue
        if key == "lm_head.weight" and config.tie_word_embeddings:
            continue
        do, undo = changes(recipe, key, config)
        x = do(value.numpy())
        other = names.get_name(key, try_suffixes=(".weight", ".bias"))
        assert other, key
        kind = Type.F32
        if x.ndim == 2 and not other.startswith(("position", "token_types")):
            kind, count = recipe.kinds[count % len(recipe.kinds)], count + 1
        data = stored(x, kind, rng)
        w.add_tensor(other, data, raw_dtype=kind)
        new[key] = torch.from_numpy(np.array(undo(quants.dequantize(data, kind).astype(np.float32)).reshape(value.shape)))
    if recipe.extra:
        recipe.extra(w, config)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    missing = model.load_state_dict(new, strict=False).missing_keys
    model.tie_weights()
    assert all("pooler" in k or k == "lm_head.weight" for k in missing), missing

    cases = []
    for n in (12, 20):
        ids = torch.tensor([rng.integers(5, size, n).tolist()])
        with torch.no_grad():
            out = model(ids)
        rows = out.logits[0, -2:] if hasattr(out, "logits") else out.last_hidden_state[0, -2:]
        cases.append({"ids": ids[0].tolist(), "rows": [[round(float(x), 6) for x in row] for row in rows]})
    if name in READ:
        read = recipe.model.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
        with torch.no_grad():
            d = (read(ids).logits - out.logits).abs().max()
        print(f"{name}: {path.stat().st_size} bytes, transformers' own reading of the file differs by {d:.2g}")
    tokenizer = reference_tokenizer(path)
    texts = []
    for text in TEXTS:
        e = tokenizer(text, return_offsets_mapping=True)
        if max(e["input_ids"], default=0) >= size:
            continue  # a token that transformers' class adds, and the model has not
        at = [len(text[:i].encode()) for i in range(len(text) + 1)]
        texts.append({"text": text, "ids": e["input_ids"], "spans": [[at[a], at[b]] for a, b in e["offset_mapping"]], "decoded": tokenizer.decode(e["input_ids"], skip_special_tokens=True, clean_up_tokenization_spaces=False)})
    with open(path.with_suffix(".json"), "w") as f:
        json.dump({"cases": cases, "texts": texts}, f, ensure_ascii=False)
        f.write("\n")


for name in sys.argv[1:] or RECIPES:
    make(name)
