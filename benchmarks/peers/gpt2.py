"""A GPT-2 with random weights, as a checkpoint folder, and a prompt for it.

Speed and agreement do not depend on what the weights say, so the shape of GPT-2
small (124 million numbers) stands for any checkpoint of it.
"""

import gzip
import pathlib

QUESTION = "\n\nWhich of these films should we see together tonight, and why?"


def save(folder, tokenizer, layers=12, seed=1):
    """Writes a model of that many layers and its tokenizer, a tokenizer.json or its .gz, to a folder."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    read = gzip.open if tokenizer.endswith(".gz") else open
    path = pathlib.Path(folder) / "tokenizer.json"
    with read(tokenizer, "rb") as file:
        path.write_bytes(file.read())
    PreTrainedTokenizerFast(tokenizer_file=str(path), eos_token="<|endoftext|>").save_pretrained(folder)
    torch.manual_seed(seed)
    # No token ends a text, so that all texts are as long.
    config = GPT2Config(n_layer=layers, bos_token_id=None, eos_token_id=None, pad_token_id=0)
    GPT2LMHeadModel(config).eval().save_pretrained(folder)


def sentences(count=16, tokens=25):
    """So many sentences of about so many tokens; those after the first begin with a space."""
    lines = open("texts.txt", encoding="utf-8").read().splitlines()
    made = []
    for i in range(count):
        first, second = lines[i % len(lines)], lines[(7 * i + 3) % len(lines)]
        words = f"{first[:-1]}, and {second[0].lower()}{second[1:-1]}".split()
        made.append((" " if i else "") + " ".join(words[: tokens - 3]).rstrip(",") + ".")
    return made
