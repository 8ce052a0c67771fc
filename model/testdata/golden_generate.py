"""Writes what transformers' generate makes of small models, for the tests of package model.

    python golden_generate.py [NAME…]

It runs the tiny models of models/ and the two built-in models of ../pretrained, and writes beside this script
generate.json: of every model parameters of generate, inputs, the tokens that came out and of beams their scores;
of samples the tokens that were drawn and the probabilities that they were drawn by.

Made with torch 2.15.0, transformers 5.23.0.
"""

import json
import pathlib
import sys

import torch
import transformers as tf

HERE = pathlib.Path(__file__).parent
CAUSAL = ["gpt2", "gpt-neox", "opt", "llama", "llama-3", "mistral", "qwen2", "qwen3", "gemma-2", "gemma-3", "phi-3"]
TRANSLATE = ["bart", "mbart", "marian", "marian-apart", "m2m-100", "pegasus", "t5", "t5-flan"]
PROMPTS = [[5], [7, 9, 11, 13, 15], [20, 21, 22, 20, 21, 22, 20, 21]]
RUNS = [
    {"max_new_tokens": 8},
    {"max_new_tokens": 12, "no_repeat_ngram_size": 2, "repetition_penalty": 1.2},
    {"max_new_tokens": 10, "num_beams": 3, "num_return_sequences": 3, "early_stopping": True},
    {"max_new_tokens": 10, "num_beams": 4, "num_return_sequences": 2, "length_penalty": 2.0, "no_repeat_ngram_size": 2},
    {"max_new_tokens": 6, "do_sample": True, "temperature": 0.8, "top_k": 8, "top_p": 0.9, "num_return_sequences": 2},
]
STORIES = [
    {"max_new_tokens": 60},
    {"max_new_tokens": 40, "num_beams": 4, "num_return_sequences": 2, "no_repeat_ngram_size": 3},
    {"max_new_tokens": 30, "stop_strings": ["day,", "girl"]},
    {"max_new_tokens": 20, "do_sample": True, "temperature": 0.7, "num_return_sequences": 2, "top_k": 50},
]
WORDS = ["hello", "explanation", "whence", "why", "queue"]
G2P = [{}, {"num_beams": 3, "num_return_sequences": 3, "max_new_tokens": 30}]


def run(model, prompts, parameters, tokenizer=None):
    cases = []
    for prompt in prompts:
        torch.manual_seed(len(prompt))
        given = {"return_dict_in_generate": True, "output_scores": True, "pad_token_id": model.generation_config.pad_token_id or 0} | parameters
        if "stop_strings" in parameters:
            given["tokenizer"] = tokenizer
        ids = torch.tensor([prompt])
        out = model.generate(ids, attention_mask=torch.ones_like(ids), **given)
        start = 1 if model.config.is_encoder_decoder else len(prompt)
        rows = []
        for row in out.sequences.tolist():
            row = row[start:]
            if model.generation_config.eos_token_id in row:
                row = row[: row.index(model.generation_config.eos_token_id) + 1]
            rows.append(row)
        case = {"prompt": prompt, "ids": rows}
        if parameters.get("num_beams", 1) > 1:
            case["scores"] = out.sequences_scores.tolist()
        if parameters.get("do_sample"):
            steps = [s.softmax(-1) for s in out.scores]
            case["probabilities"] = [[round(steps[t][i, x].item(), 7) for t, x in enumerate(row)] for i, row in enumerate(rows)]
        if tokenizer:
            case["texts"] = [tokenizer.decode(row, skip_special_tokens=True) for row in rows]
        cases.append(case)
    return {"parameters": parameters, "texts": cases}


def load(folder):
    config = tf.AutoConfig.from_pretrained(folder)
    kind = tf.AutoModelForSeq2SeqLM if config.is_encoder_decoder else tf.AutoModelForCausalLM
    return kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def tiny(name):
    model = load(HERE / "models" / name)
    # M2M100 gives padding a place of its own, which no trained model writes.
    extra = {"suppress_tokens": [model.config.pad_token_id]} if name == "m2m-100" else {}
    return [run(model, PROMPTS, p | extra) for p in RUNS]


def stories():
    folder = HERE.parent / "pretrained" / "stories"
    tokenizer = tf.AutoTokenizer.from_pretrained(folder)
    prompts = [tokenizer(s).input_ids for s in ("Once upon a time", "Lily and Tom were", "")]
    return [run(load(folder), prompts, p, tokenizer) for p in STORIES]


def g2p():
    folder = HERE.parent / "pretrained" / "g2p"
    letters = {c: i for i, c in enumerate(json.loads((folder / "config.json").read_text())["grapheme_chars"])}
    return [run(load(folder), [[1] + [letters[c] for c in w] + [2] for w in WORDS], p) for p in G2P]


def main(names):
    file = HERE / "generate.json"
    golden = json.loads(file.read_text()) if names else {}
    for name in names or [*CAUSAL, *TRANSLATE, "stories", "g2p"]:
        golden[name] = {"stories": stories, "g2p": g2p}.get(name, lambda: tiny(name))()
    file.write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
