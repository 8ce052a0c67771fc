"""Writes values.json: what the built-in model says of masked texts, by transformers.

Made with transformers 5.23.0, torch 2.15.0, float32, Python 3.11.
Usage: python values.py DIR-OF-MODEL values.json
"""

import json
import sys

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

TEXT = "isn't unwatchable, but dull"
WORDS = ["isn't", "unwatchable", ",", "but", "dull"]


def spans():
    at, out = 0, []
    for word in WORDS:
        at = TEXT.index(word, at)
        out.append((at, at + len(word)))
        at += len(word)
    return out


def main(model_dir, path):
    tokenizer = AutoTokenizer.from_pretrained(model_dir)
    model = AutoModelForSequenceClassification.from_pretrained(model_dir, dtype=torch.float32).eval()
    coded = tokenizer(TEXT, return_offsets_mapping=True)
    ids, players = coded["input_ids"], []
    for start, end in coded["offset_mapping"]:
        owner = [i for i, (lo, hi) in enumerate(spans()) if lo <= start and end <= hi and end > start]
        players.append(owner[0] if owner else None)

    def value(ids, attention=None):
        attention = torch.tensor([attention or [1] * len(ids)])
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([ids]), attention_mask=attention).logits[0].double()
        return round((logits[1] - logits[0]).item(), 5)

    values = {name: [] for name in ["replace", "collapse", "drop", "hide", "delete", "rewrite:UNKWORDZ"]}
    for coalition in range(2 ** len(WORDS)):
        kept = [p is None or coalition >> p & 1 == 1 for p in players]
        masked = [i if k else tokenizer.mask_token_id for i, k in zip(ids, kept)]
        values["replace"].append(value(masked))
        single = [t for n, t in enumerate(masked) if kept[n] or kept[n - 1]]
        values["collapse"].append(value(single))
        values["drop"].append(value([i for i, k in zip(ids, kept) if k]))
        values["hide"].append(value(ids, [int(k) for k in kept]))
        for name, stand_in in [("delete", ""), ("rewrite:UNKWORDZ", "UNKWORDZ")]:
            text, at = "", 0
            for p, (start, end) in enumerate(spans()):
                text += TEXT[at:start] + (TEXT[start:end] if coalition >> p & 1 else stand_in)
                at = end
            values[name].append(value(tokenizer(text)["input_ids"]))
    with open(path, "w", encoding="utf-8") as f:
        rows = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in values.items())
        f.write(f'{{"text": {json.dumps(TEXT)}, "words": {json.dumps(WORDS)}, "values": {{\n{rows}\n}}}}\n')


main(sys.argv[1], sys.argv[2])
