"""Writes metrics.json: ferret's and Quantus' own numbers for scores of games
whose value of every coalition is stored beside them.

Made with ferret-xai 0.4.2, quantus 0.6.0, scipy 1.17.1, scikit-learn 1.9.1,
numpy 2.4.6, torch 2.15.0, Python 3.11. What the two packages import beside the
metrics (data sets, images, plots) is not needed and stands as an empty module
where it is missing. Of Quantus there is no number for monotonicity: version
0.6.0 puts the baseline where it should put the features back, and finds every
explanation monotonic.
Usage: python metrics.py metrics.json
"""

import importlib.machinery
import importlib.util
import itertools
import json
import sys
import types
from unittest import mock

import numpy as np
import torch

sys.modules.setdefault("cv2", mock.MagicMock())
ferret = types.ModuleType("ferret")
ferret.__path__ = list(importlib.util.find_spec("ferret").submodule_search_locations)
sys.modules["ferret"] = ferret

import quantus  # noqa: E402
from ferret.evaluators import faithfulness_measures as faith  # noqa: E402
from ferret.evaluators import plausibility_measures as plausible  # noqa: E402
from ferret.explainers.explanation import Explanation, ExplanationWithRationale  # noqa: E402

RUNS = 40


class Tokens:
    """A tokenizer whose words are the numbers of the players."""

    cls_token, sep_token, mask_token_id = "[CLS]", "[SEP]", -1

    def decode(self, ids):
        return " ".join(str(i) for i in ids)


class Helper:
    """A model that looks up the value of the coalition of players in a text."""

    def __init__(self, values):
        self.values, self.tokenizer = values, Tokens()

    def _tokenize(self, text):
        ids = [100] + [int(w) for w in text.split()] + [101]
        return {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.int)}

    def _forward(self, texts, output_hidden_states=False):
        texts = [texts] if isinstance(texts, str) else texts
        p = torch.tensor([self.values[sum(1 << int(w) for w in t.split())] for t in texts], dtype=torch.float64)
        return None, torch.stack([torch.log1p(-p), torch.log(p)], dim=1)


def ferrets(values, scores, rationale):
    n, helper = len(scores), Helper(values)
    text = " ".join(map(str, range(n)))
    tokens = ["[CLS]"] + text.split() + ["[SEP]"]
    framed = np.concatenate([[0.0], scores, [0.0]])
    x = Explanation(text, tokens, framed, "", 1)
    # only_pos=False fails under numpy 2; scores that are all positive, in the same order, say the same.
    above = Explanation(text, tokens, framed + 10, "", 1)
    marked = ExplanationWithRationale(text, tokens, framed, "", 1, [0] + rationale + [0])

    def value(kind, x, **args):
        e = kind.__new__(kind)
        e.helper = helper
        return float(e.compute_evaluation(x, target=1, **args).score)

    return {
        "comprehensiveness": value(faith.AOPC_Comprehensiveness_Evaluation, x),
        "sufficiency": value(faith.AOPC_Sufficiency_Evaluation, x),
        "comprehensiveness_signed": value(faith.AOPC_Comprehensiveness_Evaluation, above),
        "sufficiency_signed": value(faith.AOPC_Sufficiency_Evaluation, above),
        "tau_loo": value(faith.TauLOO_Evaluation, x),
        "auprc": value(plausible.AUPRC_PlausibilityEvaluation, marked),
        "f1": value(plausible.Tokenf1_PlausibilityEvaluation, marked, top_k_rationale=3),
        "iou": value(plausible.TokenIOU_PlausibilityEvaluation, marked, top_k_rationale=3),
    }


class Table(torch.nn.Module):
    """A model of images 1 × 1 × n that looks up the value of the pixels that are not 0."""

    def __init__(self, values):
        super().__init__()
        self.values = torch.tensor(values, dtype=torch.float64)

    def forward(self, x):
        bits = (x.reshape(len(x), -1) > 0.5).long()
        at = (bits * 2 ** torch.arange(bits.shape[1])).sum(1)
        v = self.values[at]
        return torch.stack([1 - v, v], dim=1)


def quantuses(values, scores, subsets):
    n = len(scores)
    x, a, y = np.ones((1, 1, 1, n)), np.array(scores).reshape(1, 1, 1, n), np.array([1])
    model = Table(values).eval()

    def value(metric, **call):
        out = metric(model=model, x_batch=x.copy(), y_batch=y, a_batch=a.copy(), device="cpu", channel_first=True, **call)
        return float(np.ravel(np.asarray(out, dtype=float))[0])

    quiet = dict(disable_warnings=True, perturb_baseline=0.0, return_aggregate=False)
    out = {
        "faithfulness_estimate": value(quantus.FaithfulnessEstimate(**quiet)),
        "monotonicity_correlation": value(quantus.MonotonicityCorrelation(nr_samples=1, **quiet)),
        "infidelity_prefixes": value(quantus.Infidelity(perturb_patch_sizes=[1], n_perturb_samples=1, **quiet)),
        "sparseness": value(quantus.Sparseness(disable_warnings=True, return_aggregate=False)),
        "entropy": value(quantus.Complexity(disable_warnings=True, return_aggregate=False)),
        "effective": value(quantus.EffectiveComplexity(disable_warnings=True, return_aggregate=False)),
        "faithfulness_correlation": {},
    }
    for size, drawn in subsets.items():
        draws = iter(drawn)
        with mock.patch("numpy.random.choice", lambda *a, **k: np.array(next(draws))):
            m = quantus.FaithfulnessCorrelation(nr_runs=RUNS, subset_size=int(size), **quiet)
            out["faithfulness_correlation"][size] = value(m)
    return out


def sensitivity(scores, others):
    """Quantus' numbers for explanations of perturbed inputs, handed over one by one."""
    n, left = len(scores), iter(others)
    x, a = np.ones((1, 1, 1, n)), np.array(scores).reshape(1, 1, 1, n)
    m = quantus.MaxSensitivity(nr_samples=len(others), disable_warnings=True, return_aggregate=False)
    explain = lambda **_: np.array(next(left)).reshape(1, 1, 1, n)  # noqa: E731
    out = m(model=Table(np.zeros(1 << n)).eval(), x_batch=x, y_batch=np.array([1]), a_batch=a, device="cpu",
            explain_func=explain, channel_first=True)
    return float(out[0])


def game(rng, n):
    """Values in (0, 1): a logistic of players, pairs and a triple."""
    one, two = rng.normal(0, 1.2, n), rng.normal(0, 0.6, (n, n))
    values = []
    for bits in itertools.product([0, 1], repeat=n):
        s = np.array(bits[::-1])
        z = -0.3 + one @ s + s @ np.triu(two, 1) @ s + 1.5 * s[0] * s[1] * s[2]
        values.append(float(1 / (1 + np.exp(-z))))
    return values


def main(path):
    rng, cases = np.random.default_rng(11), []
    for n in [5, 7, 8, 9, 10]:
        values = game(rng, n)
        full = (1 << n) - 1
        loo = np.array([values[full] - values[full ^ 1 << i] for i in range(n)])
        scores = (loo + rng.normal(0, 0.1, n)).tolist()
        rationale = rng.integers(0, 2, n).tolist()
        rationale[0] = 1
        subsets = {str(k): [rng.permutation(n)[:k].tolist() for _ in range(RUNS)] for k in {2, n // 2}}
        others = [(np.array(scores) + rng.normal(0, 0.05, n)).tolist() for _ in range(4)]
        cases.append({
            "values": values, "scores": scores, "rationale": rationale, "subsets": subsets, "others": others,
            "ferret": ferrets(values, np.array(scores), rationale),
            "quantus": quantuses(values, scores, subsets) | {"max_sensitivity": sensitivity(scores, others)},
        })
    with open(path, "w") as f:
        json.dump(cases, f)
        f.write("\n")


main(sys.argv[1])
