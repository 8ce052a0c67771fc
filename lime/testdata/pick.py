"""Writes what the lime package's submodular pick chooses among given explanations.

lime 0.2.0.1, numpy 2.4.6:  python pick.py > pick.json

Explanations are lists of words and weights, a word sometimes twice.
"""

import json
import sys

import numpy as np
from lime.submodular_pick import SubmodularPick


class Explanation:
    mode = "regression"

    def __init__(self, pairs):
        self.pairs = pairs

    def as_list(self, label=1):
        return self.pairs


class Explainer:
    def explain_instance(self, pairs, predict, **options):
        return Explanation(pairs)


def case(rng, explanations, vocabulary, count):
    data = [[("w%d" % w, round(float(v), 3)) for w, v in zip(
        rng.zipf(1.3, size=n) % vocabulary, rng.normal(size=n))] for n in rng.integers(3, 9, explanations)]
    pick = SubmodularPick(Explainer(), data, None, method="full", num_exps_desired=count)
    return {"explanations": data, "picked": [int(i) for i in pick.V]}


rng = np.random.default_rng(4)
json.dump([case(rng, *c) for c in ((5, 50, 2), (30, 200, 8), (60, 400, 12))], sys.stdout, separators=(",", ":"))
print()
