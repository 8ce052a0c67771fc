"""Writes what transformers computes for a tiny random model of every architecture, for the tests of package model.

    python golden_models.py [NAME…]

Beside this script it writes models/NAME/ with

    config.json, model.safetensors   the checkpoint, as transformers saves it
    cases.json                       what the model is for, and its inputs
    golden.safetensors               of every case the logits, of some the hidden states and the attention maps

Shapes, switches and weights are drawn from a seed that is made of the name. benchmarks/parity draws others.

Made with torch 2.15.0, transformers 5.23.0, safetensors 0.8.0.
"""

import dataclasses
import json
import pathlib
import random
import shutil
import sys
import zlib

import torch
import transformers as tf
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
FIRST = 4  # ids below are pad, begin, end and mask or so: inputs are drawn from here on


@dataclasses.dataclass
class Recipe:
    """A model to make."""

    config: tf.PreTrainedConfig
    model: type  # the class of transformers
    task: str  # sequence, token, span, masked, causal, translate or body
    longest: int  # tokens that an input may have


class Draw(random.Random):
    """Draws shapes and switches, small and odd ones."""

    vocabulary, longest = 37, 24

    def heads(self, even=False):
        """Heads and the size of one, which is no multiple of 16 and of 8."""
        return self.choice([1, 2, 3]), self.choice([6, 10, 12, 14] if even else [5, 6, 7, 9, 10])

    def grouped(self):
        """Heads, heads of keys and values, and the size of one."""
        heads, groups = self.choice([(2, 1), (3, 3), (4, 2), (6, 2)])
        return heads, groups, self.choice([6, 10, 12])

    def layers(self):
        return self.choice([1, 2, 3])

    def inner(self):
        """Numbers between the two layers of a feed-forward layer."""
        return self.choice([11, 19, 23, 30, 34])

    def flag(self):
        return self.random() < 0.5


def encoder(d, config, model, task, **given):
    """A BERT-like recipe. The names of the sizes are BERT's."""
    heads, size = d.heads(even=given.pop("even", False))
    sizes = {
        "hidden_size": heads * size, "num_attention_heads": heads, "num_hidden_layers": d.layers(),
        "intermediate_size": d.inner(), "max_position_embeddings": d.longest + given.pop("offset", 0),
    }
    labels = {} if task in ("masked", "body") else {"num_labels": {"sequence": 3, "token": 5, "span": 2}[task]}
    return Recipe(config(vocab_size=d.vocabulary, **(sizes | labels | given)), model, task, d.longest)


HEADS = {"sequence": "ForSequenceClassification", "token": "ForTokenClassification", "span": "ForQuestionAnswering", "masked": "ForMaskedLM"}


def bert(d, task, name="Bert", **given):
    if name in ("Bert", "Albert", "Electra"):
        given = {"type_vocab_size": 2} | given
    if name in ("Roberta", "XLMRoberta", "Camembert"):
        given = {"type_vocab_size": 1, "offset": 2, "pad_token_id": 1} | given
    if name == "MPNet":
        given = {"offset": 2} | given
    config, model = getattr(tf, name + "Config"), getattr(tf, name + HEADS.get(task, "Model"))
    act = given.pop("hidden_act", None) or d.choice(["gelu", "gelu_new", "relu"])
    return encoder(d, config, model, task, hidden_act=act, **given)


def distilbert(d, task):
    heads, size = d.heads()
    config = tf.DistilBertConfig(
        vocab_size=d.vocabulary, dim=heads * size, n_heads=heads, n_layers=d.layers(), hidden_dim=d.inner(), max_position_embeddings=d.longest,
        num_labels={"sequence": 3, "token": 5}.get(task, 2),
    )
    return Recipe(config, getattr(tf, "DistilBert" + HEADS[task]), task, d.longest)


def albert(d, task, **given):
    groups = d.choice([1, 2])
    return bert(d, task, "Albert", embedding_size=13, num_hidden_groups=groups, inner_group_num=d.choice([1, 2]), **given)


def deberta(d, task, v3=True):
    buckets = d.choice([4, 6]) if v3 else -1
    return encoder(
        d, tf.DebertaV2Config, getattr(tf, "DebertaV2" + HEADS[task]), task,
        type_vocab_size=0, relative_attention=True, position_buckets=buckets, max_relative_positions=-1 if v3 else 16,
        norm_rel_ebd="layer_norm" if v3 else "none", share_att_key=v3, pos_att_type=["p2c", "c2p"],
        position_biased_input=False, layer_norm_eps=1e-7, hidden_act="gelu",
    )


def modernbert(d, task):
    return encoder(
        d, tf.ModernBertConfig, getattr(tf, "ModernBert" + HEADS[task]), task, even=True,
        global_attn_every_n_layers=2, local_attention=6, classifier_pooling=d.choice(["cls", "mean"]),
        pad_token_id=0, cls_token_id=1, sep_token_id=2, bos_token_id=1, eos_token_id=2, **({} if d.flag() else {"norm_bias": True, "mlp_bias": True, "attention_bias": True}),
    )


def gpt2(d, task="causal", **given):
    heads, size = d.heads()
    given = {"vocab_size": d.vocabulary, "pad_token_id": 0} | given
    model = {"causal": tf.GPT2LMHeadModel, "sequence": tf.GPT2ForSequenceClassification, "token": tf.GPT2ForTokenClassification}[task]
    labels = {} if task == "causal" else {"num_labels": 3}
    config = tf.GPT2Config(
        n_positions=d.longest, n_embd=heads * size, n_layer=d.layers(), n_head=heads, bos_token_id=1, eos_token_id=2,
        **(labels | given),
    )
    return Recipe(config, model, task, d.longest)


def gpt_neox(d, parallel=True, task="causal"):
    heads, size = d.heads(even=True)
    config = tf.GPTNeoXConfig(
        vocab_size=d.vocabulary, hidden_size=heads * size, num_hidden_layers=d.layers(), num_attention_heads=heads, intermediate_size=d.inner(),
        max_position_embeddings=d.longest, use_parallel_residual=parallel, attention_bias=d.flag(),
        rope_parameters={"rope_theta": 10000.0, "rope_type": "default", "partial_rotary_factor": (2 * d.randrange(1, size // 2 + 1) + 0.5) / size},
        bos_token_id=1, eos_token_id=2,
    )
    config.num_labels, config.pad_token_id = 3, 0
    model = {"causal": tf.GPTNeoXForCausalLM, "sequence": tf.GPTNeoXForSequenceClassification, "token": tf.GPTNeoXForTokenClassification}[task]
    return Recipe(config, model, task, d.longest)


def opt(d, old=False, task="causal"):
    heads, size = d.heads()
    config = tf.OPTConfig(
        vocab_size=d.vocabulary, hidden_size=heads * size, num_hidden_layers=d.layers(), num_attention_heads=heads, ffn_dim=d.inner(),
        max_position_embeddings=d.longest, bos_token_id=2, eos_token_id=2, pad_token_id=1,
        do_layer_norm_before=not old, word_embed_proj_dim=11 if old else heads * size,
    )
    config.num_labels = 3
    return Recipe(config, {"causal": tf.OPTForCausalLM, "sequence": tf.OPTForSequenceClassification}[task], task, d.longest)


LLAMA3 = {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 12, "rope_theta": 50.0}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 12, "rope_theta": 50.0}


def llama(d, name="Llama", task="causal", **given):
    """A recipe of Llama or of what is built like it."""
    heads, groups, size = d.grouped()
    config = getattr(tf, {"Gemma3": "Gemma3Text"}.get(name, name) + "Config")
    model = getattr(tf, name + {"causal": "ForCausalLM", "sequence": "ForSequenceClassification", "token": "ForTokenClassification"}[task])
    sizes = {
        "hidden_size": heads * d.choice([6, 8]), "intermediate_size": d.inner(), "num_hidden_layers": d.layers(), "num_attention_heads": heads,
        "num_key_value_heads": groups, "head_dim": size, "max_position_embeddings": d.longest, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0,
    }
    if name in ("Qwen2", "Phi3"):
        sizes |= {"hidden_size": heads * size}
        del sizes["head_dim"]
    if task != "causal":
        sizes |= {"num_labels": 3}
    return Recipe(config(vocab_size=d.vocabulary, **(sizes | given)), model, task, d.longest)


def gemma3_whole(d):
    """The part for texts of a model that sees pictures as well."""
    text = llama(d, "Gemma3", query_pre_attn_scalar=7, **SLIDING)
    vision = {"hidden_size": 4, "intermediate_size": 4, "num_hidden_layers": 1, "num_attention_heads": 1, "image_size": 4, "patch_size": 2}
    config = tf.Gemma3Config(text_config=text.config.to_dict(), vision_config=vision, mm_tokens_per_image=1, image_token_index=3, boi_token_index=1, eoi_token_index=2)
    config.pad_token_id = 0
    return Recipe(config, tf.Gemma3ForConditionalGeneration, "causal", d.longest)


def phi3_long(d):
    half = {"short_factor": [1.0, 1.1, 1.3], "long_factor": [2.0, 3.0, 5.0]}
    rope = {"rope_type": "longrope", "rope_theta": 100.0, "original_max_position_embeddings": 12, "partial_rotary_factor": 0.6} | half
    recipe = llama(
        d, "Phi3", rope_parameters=rope, original_max_position_embeddings=12, hidden_size=20, num_attention_heads=2, num_key_value_heads=1,
        sliding_window=None,
    )
    return dataclasses.replace(recipe, longest=12)  # longer ones change the numbers of short ones in the same batch


def bart(d, name="Bart", task="translate", **given):
    heads, size = d.heads()
    width = heads * size
    others = [h for h in (1, 2, 3) if width % h == 0]
    config = getattr(tf, name + "Config")(
        vocab_size=d.vocabulary, d_model=width + (width % 2 if name in ("Marian", "M2M100") else 0) * width,
        encoder_layers=d.layers(), decoder_layers=d.layers(), encoder_attention_heads=heads,
        decoder_attention_heads=d.choice(others), encoder_ffn_dim=d.inner(), decoder_ffn_dim=d.inner(), max_position_embeddings=d.longest,
        **({"activation_function": d.choice(["gelu", "relu", "swish"]), "scale_embedding": d.flag(), "decoder_start_token_id": 2, "pad_token_id": 1, "eos_token_id": 2} | given),
    )
    model = {"Marian": "MTModel"}.get(name, "ForConditionalGeneration" if task == "translate" else "ForSequenceClassification")
    return Recipe(config, getattr(tf, name + model), task, d.longest)


def t5(d, name="T5", **given):
    config = getattr(tf, name + "Config")(
        vocab_size=d.vocabulary, d_model=d.choice([17, 20, 26]), d_kv=d.choice([5, 7, 12]), d_ff=d.inner(), num_layers=d.layers(), num_decoder_layers=d.layers(),
        num_heads=d.choice([1, 2, 3]), relative_attention_num_buckets=8, relative_attention_max_distance=15, decoder_start_token_id=0, **given,
    )
    return Recipe(config, getattr(tf, name + "ForConditionalGeneration"), "translate", d.longest + 6)


SLIDING = {"sliding_window": 5}
RECIPES = {  # new ones stand at the end, for how weights are stored goes by the number
    **{f"bert-{t}": (lambda d, t=t: bert(d, t)) for t in HEADS},
    "bert-body": lambda d: bert(d, "body"),
    **{f"distilbert-{t}": (lambda d, t=t: distilbert(d, t)) for t in HEADS},
    **{f"roberta-{t}": (lambda d, t=t: bert(d, t, "Roberta")) for t in HEADS},
    "xlm-roberta-token": lambda d: bert(d, "token", "XLMRoberta"),
    "camembert-masked": lambda d: bert(d, "masked", "Camembert"),
    **{f"albert-{t}": (lambda d, t=t: albert(d, t)) for t in HEADS},
    **{f"electra-{t}": (lambda d, t=t: bert(d, t, "Electra", embedding_size=d.choice([9, 13]))) for t in HEADS},
    **{f"mpnet-{t}": (lambda d, t=t: bert(d, t, "MPNet")) for t in HEADS},
    **{f"deberta-v3-{t}": (lambda d, t=t: deberta(d, t)) for t in HEADS},
    "deberta-v2-sequence": lambda d: deberta(d, "sequence", v3=False),
    **{f"modernbert-{t}": (lambda d, t=t: modernbert(d, t)) for t in HEADS},
    "gpt2": gpt2,
    "gpt2-scaled": lambda d: gpt2(d, scale_attn_by_inverse_layer_idx=True, tie_word_embeddings=False, n_inner=23, activation_function="relu"),
    "gpt2-one-word": lambda d: gpt2(d, vocab_size=1, pad_token_id=None),
    "gpt2-sequence": lambda d: gpt2(d, "sequence"),
    "gpt2-token": lambda d: gpt2(d, "token"),
    "gpt-neox": gpt_neox,
    "gpt-neox-serial": lambda d: gpt_neox(d, False),
    "gpt-neox-sequence": lambda d: gpt_neox(d, task="sequence"),
    "gpt-neox-token": lambda d: gpt_neox(d, task="token"),
    "opt": opt,
    "opt-old": lambda d: opt(d, True),
    "opt-sequence": lambda d: opt(d, d.flag(), "sequence"),
    "llama": llama,
    "llama-biased": lambda d: llama(d, attention_bias=True, mlp_bias=True, tie_word_embeddings=True),
    "llama-3": lambda d: llama(d, rope_parameters=LLAMA3, num_key_value_heads=1),
    "llama-linear": lambda d: llama(d, rope_parameters={"rope_type": "linear", "factor": 3.0, "rope_theta": 100.0}),
    "llama-yarn": lambda d: llama(d, rope_parameters=YARN),
    "llama-sequence": lambda d: llama(d, task="sequence"),
    "llama-token": lambda d: llama(d, task="token"),
    "mistral": lambda d: llama(d, "Mistral", **SLIDING),
    "qwen2": lambda d: llama(d, "Qwen2", tie_word_embeddings=True),
    "qwen2-sliding": lambda d: llama(d, "Qwen2", use_sliding_window=True, max_window_layers=1, **SLIDING),
    "qwen3": lambda d: llama(d, "Qwen3"),
    "qwen3-sequence": lambda d: llama(d, "Qwen3", "sequence", tie_word_embeddings=True),
    "gemma": lambda d: llama(d, "Gemma"),
    "gemma-2": lambda d: llama(d, "Gemma2", query_pre_attn_scalar=7, attn_logit_softcapping=3.0, final_logit_softcapping=2.0, **SLIDING),
    "gemma-3": lambda d: llama(
        d, "Gemma3", query_pre_attn_scalar=7, sliding_window_pattern=2, num_hidden_layers=3,
        rope_parameters={"full_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 1000.0}, "sliding_attention": {"rope_type": "default", "rope_theta": 100.0}}, **SLIDING,
    ),
    "phi-3": lambda d: llama(d, "Phi3", **SLIDING),
    "phi-3-long": phi3_long,
    "bart": bart,
    "bart-sequence": lambda d: bart(d, task="sequence", num_labels=3),
    "mbart": lambda d: bart(d, "MBart"),
    "marian": lambda d: bart(d, "Marian", decoder_start_token_id=0, pad_token_id=0),
    "marian-apart": lambda d: bart(d, "Marian", decoder_start_token_id=0, pad_token_id=0, share_encoder_decoder_embeddings=False, decoder_vocab_size=29, tie_word_embeddings=False),
    "m2m-100": lambda d: bart(d, "M2M100"),
    "pegasus": lambda d: bart(d, "Pegasus"),
    "t5": t5,
    "t5-flan": lambda d: t5(d, feed_forward_proj="gated-gelu", tie_word_embeddings=False),
    "mt5": lambda d: t5(d, "MT5", feed_forward_proj="gated-gelu"),
    "gemma-3-whole": gemma3_whole,
}


def make(recipe, seed):
    """The model with random weights: gains near one, so that numbers keep their size from layer to layer."""
    torch.manual_seed(seed)
    model = recipe.model._from_config(recipe.config, attn_implementation="eager").eval()
    for name, p in model.named_parameters():
        if not p.requires_grad:
            continue  # sinusoids
        if p.dim() > 1:
            gain = 0.9 if "t5" in recipe.config.model_type else 1.3  # T5 does not scale scores
            torch.nn.init.normal_(p, std=gain * p.shape[-1] ** -0.5)
        elif "norm" in name.lower() and name.endswith("weight") and "gemma" not in recipe.config.model_type:
            torch.nn.init.normal_(p, mean=1.0, std=0.2)
        else:
            torch.nn.init.normal_(p, std=0.2)
    for name, b in model.named_buffers():
        if name == "final_logits_bias":
            torch.nn.init.normal_(b, std=0.2)
    return model


def inputs(d, recipe):
    """Batches of sequences: one token, the longest, and several of different lengths."""
    vocabulary = recipe.config.get_text_config().vocab_size
    written = getattr(recipe.config, "decoder_vocab_size", vocabulary)
    first = min(FIRST, vocabulary - 1)

    def one(n):
        ids = [d.randrange(first, vocabulary) for _ in range(n)]
        if recipe.task == "sequence" and recipe.config.model_type == "bart":
            ids[-1] = recipe.config.eos_token_id
        case = {"ids": ids}
        if getattr(recipe.config, "type_vocab_size", 0) > 1:
            second = d.randrange(n + 1)
            case["types"] = [int(i >= second) for i in range(n)]
        if recipe.task == "translate":
            case["target"] = [recipe.config.decoder_start_token_id] + [d.randrange(first, written) for _ in range(d.choice([0, 2, recipe.longest - 1 if n == recipe.longest else 6]))]
        return case

    batches = [[one(1)], [one(2)], [one(recipe.longest)], [one(min(n, recipe.longest)) for n in (3, 9, 14, 5)]]
    if recipe.task in HEADS and recipe.config.model_type in BIDIRECTIONAL:
        hidden = one(17)
        hidden["hidden"] = [int(0 < i < 16 and (i * i + i) % 5 < 2) for i in range(17)]
        batches.append([hidden])
    elif recipe.task == "sequence" and recipe.config.model_type != "bart":  # the head reads before the padding
        ended = one(7)
        ended["ids"][-2:] = [recipe.config.pad_token_id] * 2
        batches.append([ended])
    return batches


BIDIRECTIONAL = ("bert", "distilbert", "roberta", "xlm-roberta", "albert", "electra", "mpnet", "deberta-v2", "modernbert")


def padded(rows, pad):
    longest = max(map(len, rows))
    return torch.tensor([r + [pad] * (longest - len(r)) for r in rows])


def run(model, recipe, batch):
    """What the model says of each sequence of a batch: logits and, under numbered names, what lies before."""
    pad = model.config.pad_token_id or 0
    ids = padded([c["ids"] for c in batch], pad)
    mask = padded([[1 - h for h in c.get("hidden", [0] * len(c["ids"]))] for c in batch], 0)
    deep = recipe.task not in ("sequence", "token", "span")  # of which the family's masked or causal model shows the inside
    given = {"input_ids": ids, "attention_mask": mask, "output_hidden_states": deep, "output_attentions": deep}
    if "types" in batch[0]:
        given["token_type_ids"] = padded([c["types"] for c in batch], 0)
    if "target" in batch[0]:
        given["decoder_input_ids"] = padded([c["target"] for c in batch], pad)
        given["decoder_attention_mask"] = padded([[1] * len(c["target"]) for c in batch], 0)
    with torch.no_grad():
        out = model(**given)
    results = []
    for i, case in enumerate(batch):
        shown = torch.tensor([not h for h in case.get("hidden", [0] * len(case["ids"]))])
        n, m = len(case["ids"]), len(case.get("target", []))
        got = {}
        if recipe.task == "span":
            got["logits"] = torch.stack([out.start_logits[i, :n], out.end_logits[i, :n]], -1)[shown]
        elif recipe.task == "sequence":
            got["logits"] = out.logits[i]
        elif recipe.task == "body":
            got["logits"] = out.last_hidden_state[i, :n]
        elif recipe.task == "translate":
            got["logits"] = out.logits[i, :m]
        else:
            got["logits"] = out.logits[i, :n][shown]
        for key, name in {"hidden_states": "hidden", "encoder_hidden_states": "encoder.hidden"}.items():
            for layer, h in enumerate(getattr(out, key, None) or ()):
                got[f"{name}.{layer}"] = h[i, :n][shown]
        for key, name in {"attentions": "attention", "encoder_attentions": "encoder.attention"}.items():
            for layer, a in enumerate(getattr(out, key, None) or ()):
                got[f"{name}.{layer}"] = a[i, :, :n, :n][:, shown][:, :, shown]
        if m:
            for layer, h in enumerate(out.decoder_hidden_states):
                got[f"decoder.hidden.{layer}"] = h[i, :m]
            for layer, a in enumerate(out.decoder_attentions):
                got[f"decoder.attention.{layer}"] = a[i, :, :m, :m]
            for layer, a in enumerate(out.cross_attentions):
                got[f"cross.attention.{layer}"] = a[i, :, :m, :n]
        results.append({k: v.clone().contiguous() for k, v in got.items()})
    return results


def write(folder, recipe, d, seed, dtype):
    shutil.rmtree(folder, ignore_errors=True)
    make(recipe, seed).to(dtype).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    # What anybody gets of the checkpoint: weights as they are stored, all else in float32.
    model = recipe.model.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    cases, numbers = [], {}
    for batch in inputs(d, recipe):
        for case, got in zip(batch, run(model, recipe, batch)):
            for name, value in got.items():
                numbers[f"{len(cases)}.{name}"] = value
            cases.append(case)
    (folder / "cases.json").write_text(json.dumps({"task": recipe.task, "cases": cases}) + "\n")
    save_file(numbers, folder / "golden.safetensors")


def write_all(folder, kind=Draw, seed="", names=()):
    """Writes models under folder, with shapes and weights that kind draws."""
    for i, (name, recipe) in enumerate(RECIPES.items()):
        if names and name not in names:
            continue
        number = zlib.crc32((name + seed).encode())
        d = kind(number)
        try:
            write(folder / name, recipe(d), d, number % 2**31, [torch.float32, torch.float16, torch.bfloat16][i % 3])
        except Exception as e:
            raise RuntimeError(name) from e


if __name__ == "__main__":
    write_all(HERE / "models", names=sys.argv[1:])
