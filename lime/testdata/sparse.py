"""Writes what context_cite's and icx360's own fits make of given coalitions and values.

context-cite 0.0.4, icx360 0.1.0, scikit-learn 1.9.1, numpy 2.4.6:  python sparse.py > sparse.json

Only their solvers run: what else the packages import is replaced by nothing.
Coalitions are hexadecimal, bit p for player p present. L-SHAP is run whole, on a
game with interactions that shap's tests write down once more.
"""

import importlib.util
import json
import random
import sys
from types import ModuleType
from unittest.mock import MagicMock

import numpy as np


class Nothing(ModuleType):
    def __getattr__(self, name):
        return MagicMock if name[:1].isupper() else MagicMock()


def load(package, path, stubs):
    for name in stubs:
        sys.modules[name] = Nothing(name)
        sys.modules[name].__path__ = []
    root = importlib.util.find_spec(package).submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location(path.replace("/", "_"), f"{root}/{path}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STUBS = [f"icx360.{m}" for m in (
    "algorithms.mexgen", "algorithms.mexgen.mexgen", "utils.scalarizers", "utils.model_wrappers", "utils.segmenters",
    "utils.general_utils")]
solver = load("context_cite", "solver", [])
subsets = load("icx360", "utils/subset_utils", [])
sys.modules["icx360.utils"] = Nothing("icx360.utils")
sys.modules["icx360.algorithms"] = Nothing("icx360.algorithms")
sys.modules["icx360.utils.subset_utils"] = subsets
clime = load("icx360", "algorithms/mexgen/clime", STUBS)
sys.modules["icx360.utils.subset_utils"] = subsets
lshap = load("icx360", "algorithms/mexgen/lshap", STUBS)


def value(present):
    """A game of any number of players, in which neighbours interact."""
    sum = 0.25
    for p, there in enumerate(present):
        if there:
            sum += (p * 7 % 5) - 1.5
            if p > 0 and present[p - 1]:
                sum += 0.5 * (p % 3)
            if p > 2 and present[p - 3]:
                sum -= 0.75
    return sum * abs(sum) / 8


def hexadecimal(rows):
    return ["%x" % sum(1 << p for p, there in enumerate(row) if there) for row in rows]


def cite(rng, players, ablations, keep, alpha, tokens):
    masks = rng.random((ablations, players)) < keep
    values = np.array([value(m) for m in masks])
    weight, bias = solver.LassoRegression(alpha).fit(masks, values, tokens)
    return {"players": players, "keep": keep, "penalty": alpha, "scale": tokens, "coalitions": hexadecimal(masks),
            "values": values.tolist(), "coefficients": np.ravel(weight).tolist(), "intercept": float(bias)}


def constrained(players, factor):
    gone, weights = subsets.sample_subsets(np.arange(players), 2, factor, 1, empty_subset=True, return_weights=True)
    features = clime.compute_linear_model_features(gone, players)
    values = np.array([value(row == 0) for row in features])
    coefficients, intercept, _ = clime.fit_linear_model(features, values, weights, None, True)
    return {"players": players, "coalitions": hexadecimal(features == 0), "weights": weights,
            "values": values.tolist(), "coefficients": coefficients.tolist(), "intercept": float(intercept)}


def local(players, neighbors, most):
    """Steps 3 to 9 of L-SHAP's explain_instance."""
    everybody = np.arange(players)
    scores = []
    for i in everybody:
        near = lshap.adapt_replacement_set(everybody, i, neighbors)
        without = [[]] + subsets.sample_subsets(near, most)
        share = 1 / (lshap.get_normalization_constants(len(near), most) * (most + 1))
        v = lambda gone: value([p not in gone for p in everybody])
        scores.append(float(sum(s * (v(g) - v(g + [i])) for s, g in zip(share, without))))
    return {"players": players, "neighbors": neighbors, "most": most, "scores": scores}


random.seed(5)
rng = np.random.default_rng(5)
json.dump({
    "contextcite": [cite(rng, 8, 64, 0.5, 0.01, 1), cite(rng, 20, 64, 0.5, 0.01, 30), cite(rng, 40, 64, 0.5, 0.3, 1), cite(rng, 12, 256, 0.7, 0.05, 7)],
    "clime": [constrained(6, 10), constrained(20, 10), constrained(40, 10)],
    "lshap": [local(9, 2, 2), local(5, 2, 1), local(12, 3, 3), local(3, 1, 1)],
}, sys.stdout, separators=(",", ":"))
print()
