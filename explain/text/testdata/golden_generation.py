"""Writes what other tools make of generated text, for the tests of package text.

    python golden_generation.py FOLDER

FOLDER is that of the built-in model "stories" (model/pretrained/stories). Beside
this script it writes generation.json:

    captum        LLMAttribution on a template of four fields: feature ablation and
                  exact Shapley values, a row an answer token
    contextcite   the prompts that ContextCite makes of its ablations and the
                  logit-probabilities of the answer
    teacher_forcing  shap's log-odds of every answer token by teacher forcing
    inseq         step functions: contrasts, divergence, pointwise cross-mutual
                  information, entropy

Made with torch 2.15.0, transformers 5.23.0, captum 0.9.0, context-cite 0.0.4,
shap 0.51.0; the step functions are computed by the formulas of inseq 0.7.1
(inseq/attr/step_functions.py).
"""

import json
import pathlib
import sys

import numpy as np
import shap
import torch
from captum.attr import FeatureAblation, LLMAttribution, ShapleyValues, TextTemplateInput
from context_cite import ContextCiter
from context_cite.context_partitioner import BaseContextPartitioner
from context_cite.utils import aggregate_logit_probs
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = pathlib.Path(__file__).parent
TEMPLATE = "{} {} {} {}"
FIELDS = ["Once upon a time, there was a little girl named Lily.", "She had a red ball.", "One day, the ball was lost.", "Lily was very"]
ANSWER = " sad. She wanted to play"
OTHER = " happy. She"


def captum(model, tokenizer):
    players = TextTemplateInput(template=TEMPLATE, values=FIELDS, baselines=[""] * len(FIELDS))
    out = {"template": TEMPLATE, "fields": FIELDS, "answer": tokenizer(ANSWER, add_special_tokens=False).input_ids}
    for name, method in [("ablation", FeatureAblation), ("shapley", ShapleyValues)]:
        attribution = LLMAttribution(method(model), tokenizer)
        # With cached outputs captum 0.9 reads a cache that transformers 5 has gone on
        # writing to: from the second token on its log-probabilities are others then.
        x = attribution.attribute(players, target=torch.tensor(out["answer"]), use_cached_outputs=False)
        out[name] = {"tokens": x.token_attr.tolist(), "whole": x.seq_attr.tolist()}
        out["pieces"] = x.output_tokens
    return out


class Sentences(BaseContextPartitioner):
    """The three sentences, without the downloads that SimpleContextPartitioner needs."""

    num_sources = 3

    def split_context(self):
        pass

    def get_source(self, index):
        return FIELDS[index]

    def get_context(self, mask=None):
        return " ".join(f for i, f in enumerate(FIELDS[:3]) if mask is None or mask[i])


def contextcite(model, tokenizer):
    tokenizer.chat_template = "{{ bos_token + messages[0]['content'] }}"
    cc = ContextCiter(
        model, tokenizer, " ".join(FIELDS[:3]), "What does Lily want?", num_ablations=12,
        generate_kwargs={"max_new_tokens": 8, "do_sample": False}, partitioner=Sentences(" ".join(FIELDS[:3])),
    )
    masks, odds = cc._masks, np.asarray(cc._logit_probs)
    return {
        "masks": masks.astype(int).tolist(),
        "prompts": [cc._get_prompt_ids(mask=m) for m in masks],
        "answer": cc._response_ids,
        "tokens": odds.tolist(),
        "odds": aggregate_logit_probs(odds.astype(np.float64)).tolist(),
        "scores": cc.get_attributions(as_dataframe=False, verbose=False).tolist(),
    }


def logits_of(model, prompt, answer):
    ids = torch.tensor([prompt + answer])
    with torch.no_grad():
        return model(ids).logits[0, len(prompt) - 1 : -1].double()


def rows(model, tokenizer, prompt, answer):
    # As inseq reads a constrained generation: prompt and answer are one text.
    p = tokenizer(prompt).input_ids
    both = tokenizer(prompt + answer).input_ids
    assert both[: len(p)] == p
    return both[len(p) :], logits_of(model, p, both[len(p) :])


def teacher_forcing(model, tokenizer):
    prompt = " ".join(FIELDS)
    answer = tokenizer(ANSWER, add_special_tokens=False).input_ids
    wrapped = shap.models.TeacherForcing(model, tokenizer, device="cpu")
    odds = wrapped(np.array([prompt]), np.array([answer]))
    return {"prompt": prompt, "answer": answer, "odds": odds[0].tolist()}


def inseq(model, tokenizer):
    full, less = " ".join(FIELDS), " ".join(FIELDS[2:])
    out = {"full": full, "less": less, "answer": ANSWER, "other": OTHER}
    a, za = rows(model, tokenizer, full, ANSWER)
    b, zb = rows(model, tokenizer, full, OTHER)
    _, zl = rows(model, tokenizer, less, ANSWER)
    pa, pb, pl = (torch.log_softmax(z, -1) for z in (za, zb, zl))
    out["logprob"] = [pa[t, i].item() for t, i in enumerate(a)]
    out["contrast"] = sum(pa[t, i].item() for t, i in enumerate(a)) - sum(pb[t, i].item() for t, i in enumerate(b))
    # step_functions.kl_divergence_fn: the original's distribution against the other's, at the first token.
    out["kl"] = (pa[0].exp() * (pa[0] - pl[0])).sum().item()
    out["entropy"] = [-(p[0].exp() * p[0]).sum().item() for p in (pa, pl)]
    # pcxmi: -log2(p without / p with) of a token.
    out["pcxmi"] = [(-(pl[t, i] - pa[t, i]) / np.log(2)).item() for t, i in enumerate(a)]
    return out


def main():
    folder = sys.argv[1]
    torch.set_grad_enabled(False)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    out = {f.__name__: f(model, tokenizer) for f in (captum, contextcite, teacher_forcing, inseq)}
    with open(HERE / "generation.json", "w") as file:
        json.dump(out, file, indent=1)


main()
