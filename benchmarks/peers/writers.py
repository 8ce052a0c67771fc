"""What PyTorch and the peers make of a model that writes, as a process that answers JSON lines.

python writers.py METHOD MODEL THREADS
First line out: {"ready": true}. Lines out have "seconds", "megabytes" (the largest so far), and
for METHOD generate     "ids":    the tokens that follow each of "prompts" greedily, "tokens" of them
    a method of scores  "values": those of the tokens "answer" when only some of "sentences" are
                                  "present" before "question"
"""

import json
import os
import sys
import time

method, folder, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.environ["OMP_NUM_THREADS"] = str(threads)
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np  # noqa: E402
import torch  # noqa: E402
from process import peak_megabytes  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

torch.set_num_threads(threads)
torch.set_grad_enabled(False)
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def generate(q):
    prompts = torch.tensor(q["prompts"])
    out = model.generate(
        prompts, attention_mask=torch.ones_like(prompts), do_sample=False, max_new_tokens=q["tokens"], min_new_tokens=q["tokens"]
    )
    return {"ids": out[:, prompts.shape[1] :].tolist()}


def text(q, present):
    return "".join(q["sentences"][i] for i in present) + q["question"]


def token_odds(logits, labels):
    """Logits of each label against all others, as context_cite.utils computes them."""
    own = logits.gather(-1, labels[..., None])[..., 0]
    others = logits.clone().scatter_(-1, labels[..., None], -torch.inf).logsumexp(-1)
    return own - others


def folded(odds):
    """Log-odds of all tokens together, of theirs: context_cite.utils.aggregate_logit_probs."""
    whole = torch.nn.functional.logsigmoid(torch.as_tensor(odds).double()).sum(-1)
    return {"values": (whole - torch.log1p(-torch.exp(whole))).tolist()}


def loop(q, batch=8):
    """ContextCite's loop, but that padded sequences keep their positions."""
    answer, odds = q["answer"], []
    rows = [tokenizer(text(q, present)).input_ids + answer for present in q["present"]]
    for i in range(0, len(rows), batch):
        part = rows[i : i + batch]
        longest = max(map(len, part))
        ids = torch.tensor([[0] * (longest - len(r)) + r for r in part])
        seen = torch.tensor([[0] * (longest - len(r)) + [1] * len(r) for r in part])
        logits = model(input_ids=ids, attention_mask=seen, position_ids=(seen.cumsum(-1) - 1).clamp(min=0)).logits
        odds.append(token_odds(logits[:, -len(answer) - 1 : -1], ids[:, -len(answer) :]))
    return folded(torch.cat(odds))


def contextcite(q):
    """The package as it comes, one sequence at a time; the answer is told and not generated."""
    import nltk

    nltk.download = lambda *args, **kwargs: True  # the sentences are told, so nothing is to be fetched
    import context_cite.utils
    from context_cite import ContextCiter
    from context_cite.context_partitioner import BaseContextPartitioner

    class Told(BaseContextPartitioner):
        num_sources = len(q["sentences"])

        def split_context(self):
            pass

        def get_source(self, index):
            return q["sentences"][index]

        def get_context(self, mask=None):
            return "".join(s for i, s in enumerate(q["sentences"]) if mask is None or mask[i])

    masks = iter(q["present"])
    context_cite.utils._create_mask = lambda n, *_: np.isin(np.arange(n), next(masks))
    tokenizer.chat_template = "{{ messages[0]['content'] }}"
    context = "".join(q["sentences"])
    citer = ContextCiter(
        model, tokenizer, context, q["question"], num_ablations=len(q["present"]), partitioner=Told(context), prompt_template="{context}{query}"
    )
    citer._cache["output"] = text(q, range(len(q["sentences"]))) + tokenizer.decode(q["answer"])
    if citer._response_ids != q["answer"]:
        raise RuntimeError("the answer is no text that reads as the same tokens")
    return folded(citer._logit_probs)


def captum(q):
    """Of all sentences, and of all but each: LLMAttribution, in one pass a sequence, its fastest way."""
    from captum.attr import FeatureAblation, LLMAttribution, TextTemplateInput

    sentences = q["sentences"]
    players = TextTemplateInput("{}" * len(sentences) + q["question"], sentences, baselines=[""] * len(sentences))
    made = LLMAttribution(FeatureAblation(model), tokenizer).attribute(
        players, target=torch.tensor(q["answer"]), forward_in_tokens=False
    )
    return {"values": made.seq_attr.tolist()}


METHODS = {f.__name__: f for f in (generate, loop, contextcite, captum)}


def say(what):
    answers.write(json.dumps(what) + "\n")
    answers.flush()


say({"ready": True})
for line in sys.stdin:
    question = json.loads(line)
    start = time.perf_counter()
    made = METHODS[method](question)
    seconds = time.perf_counter() - start
    say({"seconds": seconds, "megabytes": peak_megabytes(), **made})
