"""Writes what the lime package answers for given coalitions and values.

lime 0.2.0.1, scikit-learn 1.9.1, numpy 2.4.6:  python golden.py > golden.json

Each problem has coalitions (hexadecimal, bit p for player p), a distance and
values of one or more outputs (columns); for every selection, feature count and
output it records intercept, coefficients by player, weighted R² and local
prediction, as LimeBase.explain_instance_with_data returns them.
"""

import json
import sys

import lime.lime_base
import numpy as np
import sklearn.metrics.pairwise

WIDTH = 25
SELECTIONS = ["auto", "none", "forward_selection", "highest_weights", "lasso_path"]


def masks(rng, players, samples):
    z = np.ones((samples, players))
    for row in z[1:]:
        row[rng.choice(players, rng.integers(1, players + 1), replace=False)] = 0
    return z


def softmax(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def additive(rng, z, outputs):
    _, same = np.unique(z, axis=0, return_inverse=True)  # equal coalitions have equal values
    rest = rng.normal(scale=0.3, size=(len(z), outputs))[same.ravel()]
    return z @ rng.normal(size=(z.shape[1], outputs)) + rest


def interacting(rng, z, outputs):
    pairs = rng.integers(0, z.shape[1], size=(2 * z.shape[1], 2))
    products = z[:, pairs[:, 0]] * z[:, pairs[:, 1]]
    return additive(rng, z, outputs) + products @ rng.normal(size=(len(pairs), outputs))


def classes(rng, z, outputs):
    return softmax(interacting(rng, z, outputs))


# players, samples, outputs, values, numbers of features
PROBLEMS = [
    (1, 20, 1, additive, [1]),
    (2, 30, 2, classes, [1, 2]),
    (6, 60, 3, classes, [1, 2, 4, 6, 10]),
    (6, 300, 1, additive, [3]),
    (12, 150, 2, classes, [2, 5, 6, 7, 11]),
    (12, 90, 1, interacting, [3, 8]),
    (40, 300, 2, classes, [3, 6, 10, 25]),
    (40, 60, 1, interacting, [5, 10, 20]),
    (70, 260, 1, interacting, [4, 12, 50]),
]


def explanation(base, z, y, distances, output, features, selection):
    intercept, coefficients, score, prediction = base.explain_instance_with_data(
        z, y, distances, output, features, feature_selection=selection)
    by_player = sorted((int(p), float(c)) for p, c in coefficients)
    return {"selection": selection, "features": features, "output": output,
            "players": [p for p, _ in by_player], "coefficients": [round(c, 9) for _, c in by_player],
            "intercept": round(float(intercept), 9), "r2": round(float(score), 9),
            "prediction": round(float(prediction[0]), 9)}


def problem(rng, players, samples, outputs, values, features):
    z = masks(rng, players, samples)
    y = np.round(values(rng, z, outputs), 4)
    distances = sklearn.metrics.pairwise.pairwise_distances(z, z[:1], metric="cosine").ravel() * 100
    base = lime.lime_base.LimeBase(lambda d: np.sqrt(np.exp(-(d ** 2) / WIDTH ** 2)))
    return {"players": players, "outputs": outputs,
            "coalitions": ["%x" % sum(1 << int(p) for p in np.flatnonzero(row)) for row in z],
            "values": y.ravel().tolist(),
            "explanations": [explanation(base, z, y, distances, k, m, s)
                             for s in SELECTIONS for m in (features if s != "none" else features[:1])
                             for k in range(outputs)]}


rng = np.random.default_rng(20161)
json.dump([problem(rng, *p) for p in PROBLEMS], sys.stdout, separators=(",", ":"))
print()
