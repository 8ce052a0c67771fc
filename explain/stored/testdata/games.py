"""Writes small stored games: python games.py FOLDER  (numpy 2.4.6)

In each, a coalition of the players p is worth Σ (p+1)² + |coalition|/8, and the
second output, where there is one, its negative.
"""

import sys

import numpy as np

folder = sys.argv[1]
rng = np.random.default_rng(1)


def game(n):
    rows = rng.permutation(2**n)
    coalitions = (rows[:, None] >> np.arange(n)) & 1
    return coalitions, coalitions @ (np.arange(1, n + 1) ** 2) + coalitions.sum(axis=1) / 8


z, v = game(5)
np.savez_compressed(f"{folder}/shapiq.npz", coalitions=z.astype(bool), values=v, n_players=5, normalization_value=0.0)
z, v = game(3)
np.savez(f"{folder}/outputs.npz", coalitions=z.astype(np.int64), values=np.stack([v, -v], axis=1).astype(">f4"))
z, v = game(2)
np.savez(f"{folder}/integers.npz", coalitions=z.astype(">u2"), values=np.round(v).astype(np.int8))
z, v = game(4)
np.savez(f"{folder}/binary.npz", values=v[np.argsort(z @ (1 << np.arange(4)))])
np.savez(f"{folder}/nobody.npz", coalitions=np.zeros((1, 0), dtype=bool), values=np.zeros(1))
