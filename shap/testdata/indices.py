"""Writes the indices of random games as shapiq computes them from all coalitions.

shapiq 1.4.1, numpy 2.4.6:  python indices.py > indices.json

A game of n players is its 2^n values, element Σ 2^p over the players p present.
An index is its terms, a list of [bits, value] pairs in shapiq's order.
"""

import json
import sys

import numpy as np
from shapiq.game_theory import ExactComputer

ORDERS = [
    ("SV", 1), ("BV", 1), ("SII", 2), ("SII", 3), ("BII", 2), ("BII", 3), ("k-SII", 2), ("k-SII", 3),
    ("STII", 2), ("STII", 3), ("FSII", 2), ("FSII", 3), ("FBII", 1), ("FBII", 2), ("FBII", 3), ("Moebius", 9),
]


def terms(found):
    return [
        [sum(1 << int(p) for p in players), float(found[players])]
        for players in sorted(found.interaction_lookup, key=lambda t: (len(t), t))
    ]


def game(n, seed):
    values = np.round(np.random.default_rng(seed).normal(size=2**n), 4)

    def value(z):
        return values[z.astype(int) @ (1 << np.arange(n))]

    indices = []
    for index, order in ORDERS:
        found = ExactComputer(value, n_players=n)(index, min(order, n))
        indices.append({"index": index, "order": min(order, n), "terms": terms(found)})
    return {"players": n, "values": values.tolist(), "indices": indices}


json.dump([game(3, 1), game(5, 2), game(6, 3)], sys.stdout)
print()
