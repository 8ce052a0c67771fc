"""Writes what transformers' attention maps and hidden states come to, for the
tests of package model.

    python golden_inside.py SENTIMENT STORIES

The arguments are the folders of the built-in models. Beside this script it
writes inside.json: for each model the ids of a text, attention rollout (Abnar &
Zuidema 2020), the attention of a head weighted by the length of its values, and
for the one that writes the likeliest tokens by the logit lens.

Made with torch 2.15.0, transformers 5.23.0.
"""

import json
import pathlib
import sys

import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

HERE = pathlib.Path(__file__).parent
BLOCK, HEAD = 2, 3


def rollout(attentions):
    n = attentions[0].shape[-1]
    rolled = torch.eye(n, dtype=torch.double)
    for a in attentions:
        rolled = (a[0].double().mean(0) + torch.eye(n)) / 2 @ rolled
    return rolled


def inside(model, values, ids):
    kept = {}
    hook = values.register_forward_hook(lambda _m, _i, out: kept.update(v=out[0].double()))
    with torch.no_grad():
        out = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
    hook.remove()
    heads = model.config.num_attention_heads
    size = model.config.hidden_size // heads
    v = kept["v"].view(len(ids), -1, size)
    norms = v.norm(dim=-1)[:, HEAD * v.shape[1] // heads]
    return out, {
        "ids": ids,
        "rollout": rollout(out.attentions).tolist(),
        "weighted": (out.attentions[BLOCK][0, HEAD].double() * norms).tolist(),
    }


def main():
    result = {"block": BLOCK, "head": HEAD}
    sentiment, stories = sys.argv[1:]
    m = AutoModelForSequenceClassification.from_pretrained(sentiment, dtype=torch.float32, attn_implementation="eager").eval()
    ids = AutoTokenizer.from_pretrained(sentiment)("The plot is thin, but the acting is wonderful.").input_ids
    _, result["sentiment"] = inside(m, m.bert.encoder.layer[BLOCK].attention.self.value, ids)

    m = AutoModelForCausalLM.from_pretrained(stories, dtype=torch.float32, attn_implementation="eager").eval()
    ids = AutoTokenizer.from_pretrained(stories)("Once upon a time, there was a little").input_ids
    out, result["stories"] = inside(m, m.model.layers[BLOCK].self_attn.v_proj, ids)
    lens = []
    hidden = list(out.hidden_states[:-1])  # the last has been through the norm
    with torch.no_grad():
        for h in hidden:
            p = torch.softmax(m.lm_head(m.model.norm(h[0, -1])), -1)
            top = p.topk(3)
            lens.append([{"id": i, "p": v} for i, v in zip(top.indices.tolist(), top.values.tolist())])
        top = torch.softmax(out.logits[0, -1], -1).topk(3)
        lens.append([{"id": i, "p": v} for i, v in zip(top.indices.tolist(), top.values.tolist())])
    result["stories"]["lens"] = lens
    (HERE / "inside.json").write_text(json.dumps(result))


main()
