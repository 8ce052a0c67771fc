"""Writes what shapiq's Kernel SHAP regression makes of given coalitions and values.

shapiq 1.4.1, numpy 2.4.6:  python constrained.py > constrained.json

Each problem has coalitions (bit p for player p), weights as shapiq computed
them, values, and shapiq's Shapley values. shapiq keeps the sum of the values by
a weight of 1e8 on the empty and the full coalition, which are not listed.
"""

import json
import sys

import numpy as np
from shapiq.approximator import KernelSHAP

MAIN_EFFECTS = 3.0


def problem(players, budget, seed):
    rng = np.random.default_rng(seed)
    main = rng.normal(size=players) * MAIN_EFFECTS
    pair = np.triu(rng.normal(size=(players, players)), 1)

    def game(z):
        z = z.astype(float)
        return np.round(1 + z @ main + np.einsum("ri,ij,rj->r", z, pair, z) + np.sin(5 * (z @ main)), 6)

    approximator = KernelSHAP(players, pairing_trick=bool(seed % 2), random_state=seed)
    found = approximator.approximate(budget, game)
    z = approximator._sampler.coalitions_matrix
    size = z.sum(axis=1)
    weights = approximator._init_kernel_weights(1)[size] * approximator._sampler.sampling_adjustment_weights
    values = game(z)
    inner = (size > 0) & (size < players)
    return {
        "players": players,
        "empty": values[size == 0][0],
        "full": values[size == players][0],
        "coalitions": [int(sum(1 << int(p) for p in np.flatnonzero(row))) for row in z[inner]],
        "weights": weights[inner].tolist(),
        "values": values[inner].tolist(),
        "shapley": [found[(p,)] for p in range(players)],
    }


json.dump([problem(6, 40, 1), problem(9, 120, 2), problem(12, 200, 3)], sys.stdout)
print()
