"""The peers' explanations of a sentiment, each as a process that answers JSON lines.

python explainers.py METHOD MODEL THREADS [cold]
For each line in, {"text": "…", "evaluations": n}, a line out: {"seconds": s, "megabytes": peak}.
All run PyTorch eager in float32, in batches of 64 where the peer lets its user choose.
"""

import json
import os
import sys
import time

method, folder, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np  # noqa: E402
import torch  # noqa: E402
from process import peak_megabytes  # noqa: E402
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline  # noqa: E402

torch.set_num_threads(threads)
BATCH = 64
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()


def log_odds_of_ids(ids):
    """[rows, tokens] without padding → log-odds of the positive class."""
    with torch.inference_mode():
        parts = [model(input_ids=ids[i : i + BATCH]).logits for i in range(0, len(ids), BATCH)]
    logits = torch.cat(parts)
    return (logits[:, 1] - logits[:, 0]).numpy()


def probabilities_of_texts(texts):
    parts = []
    with torch.inference_mode():
        for i in range(0, len(texts), BATCH):
            x = tokenizer(list(texts[i : i + BATCH]), return_tensors="pt", padding=True)
            parts.append(model(**x).logits.softmax(-1).numpy())
    return np.concatenate(parts)


def masked_game(text):
    """The text's ids, and a function from masks over its pieces to log-odds."""
    ids = tokenizer(text, return_tensors="pt")["input_ids"][0]

    def value(masks):
        rows = ids.repeat(len(masks), 1)
        rows[:, 1:-1][~torch.from_numpy(np.asarray(masks, dtype=bool))] = tokenizer.mask_token_id
        return log_odds_of_ids(rows)

    return len(ids) - 2, value


def shap_pipeline(text, evaluations):
    import shap

    classify = pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None)
    shap.Explainer(classify, silent=True)([text], max_evals=evaluations)


def shap_permutation(text, evaluations):
    import shap

    n, value = masked_game(text)
    explainer = shap.PermutationExplainer(value, shap.maskers.Independent(np.zeros((1, n))), seed=1)
    explainer(np.ones((1, n)), max_evals=evaluations, silent=True, batch_size=BATCH)


def shapiq_kernel(text, evaluations):
    import shapiq

    n, value = masked_game(text)
    shapiq.KernelSHAP(n, random_state=1).approximate(evaluations, value)


def captum_kernel(text, evaluations):
    from captum.attr import KernelShap

    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    baseline = torch.full_like(ids, tokenizer.mask_token_id)
    baseline[:, [0, -1]] = ids[:, [0, -1]]
    forward = lambda x: torch.from_numpy(log_odds_of_ids(x))  # noqa: E731
    KernelShap(forward).attribute(ids, baselines=baseline, n_samples=evaluations, perturbations_per_eval=BATCH)


def lime_text(text, evaluations):
    from lime.lime_text import LimeTextExplainer

    explainer = LimeTextExplainer(class_names=["NEGATIVE", "POSITIVE"], random_state=1)
    explainer.explain_instance(text, probabilities_of_texts, num_samples=evaluations)


METHODS = {f.__name__: f for f in (shap_pipeline, shap_permutation, shapiq_kernel, captum_kernel, lime_text)}


def say(what):
    answers.write(json.dumps(what) + "\n")
    answers.flush()


explain = METHODS[method]
if sys.argv[4:] != ["cold"]:
    explain("A short warm-up.", 50)
say({"ready": True})
for line in sys.stdin:
    task = json.loads(line)
    start = time.perf_counter()
    explain(task["text"], task["evaluations"])
    seconds = time.perf_counter() - start
    say({"seconds": seconds, "megabytes": peak_megabytes()})
