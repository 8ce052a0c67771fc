"""Writes what transformers computes for sequences that hold the token of padding, for the tests of package model.

    python golden_padding.py

It reads the tiny models that golden_models.py has written, and writes padding.json beside them.

Made with torch 2.15.0, transformers 5.24.0.
"""

import json
import random

import torch
import transformers as tf
from golden_models import HEADS, HERE

NAMES = "bert-sequence roberta-sequence roberta-masked xlm-roberta-token camembert-masked mpnet-sequence mpnet-masked m2m-100 mbart bart marian t5 gpt2 gpt2-sequence opt llama".split()
CLASSES = {"causal": "ForCausalLM", "translate": "ForSeq2SeqLM"} | HEADS

d = random.Random(1)
found = {}
for name in NAMES:
    folder = HERE / "models" / name
    task = json.loads((folder / "cases.json").read_text())["task"]
    model = getattr(tf, "AutoModel" + CLASSES[task]).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    pad = model.config.pad_token_id
    cases = []
    for places in ([3], [0], [2, 3, 7], [8]):
        ids = [pad if i in places else d.randrange(4, 29) for i in range(9)]
        case = {"ids": ids}
        given = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
        if task == "translate":
            case["target"] = [model.config.decoder_start_token_id] + [pad if i in places else d.randrange(4, 29) for i in range(6)]
            given["decoder_input_ids"] = torch.tensor([case["target"]])
        with torch.no_grad():
            case["logits"] = model(**given).logits.flatten().tolist()
        cases.append(case)
    found[name] = cases
(HERE / "padding.json").write_text(json.dumps(found) + "\n")
