"""Writes what transformers computes with the built-in models that write, for the tests of package model.

    python golden_builtin.py FOLDER

FOLDER is model/pretrained. Beside this script it writes builtin.json: inputs, for some rows all logits, the likeliest
token of every row, and what is written greedily.

Made with torch 2.15.0, transformers 5.23.0, tokenizers 0.23.3.
"""

import json
import pathlib
import sys

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

HERE = pathlib.Path(__file__).parent
PROMPTS = ["Once upon a time", "Lily and Tom went to the park.", "The dog was sad because", "", "One day, a bird", "Zebra!"]
WORDS = ["cat", "explain", "whence", "photograph", "Antidisestablishmentarianism", "rhythm", "a", "x-ray", "don't"]


def case(model, ids, written=None):
    given = {"input_ids": torch.tensor([ids])}
    if written is not None:
        given["decoder_input_ids"] = torch.tensor([written])
    with torch.no_grad():
        logits = model(**given).logits[0]
    rows = sorted({0, len(logits) // 2, len(logits) - 1})
    return {"rows": rows, "logits": logits[rows].tolist(), "best": logits.argmax(-1).tolist()}


def stories(folder):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    cases = []
    for i, prompt in enumerate(PROMPTS):
        begin = [1] + tokenizer.encode(prompt, add_special_tokens=False).ids
        longest = 512 if i == 0 else 120
        ids = model.generate(torch.tensor([begin]), do_sample=False, max_length=longest, pad_token_id=2)[0].tolist()
        cases.append({"ids": ids, "begin": len(begin)} | case(model, ids))
    return cases


def g2p(folder):
    model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    cases = []
    for word in WORDS:
        ids = tokenizer.encode(word).ids
        written = model.generate(torch.tensor([ids]), do_sample=False, num_beams=1, max_length=64)[0].tolist()
        cases.append({"ids": ids, "target": written, "begin": 1} | case(model, ids, written))
    return cases


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    result = {"stories": stories(folder / "stories"), "g2p": g2p(folder / "g2p")}
    (HERE / "builtin.json").write_text(json.dumps(result) + "\n")
