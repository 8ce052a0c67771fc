"""Runs the estimators of shap and shapiq on stored games and prints the lines
that `go run ./benchmarks/estimators -with` adds to its tables:

    pip install -r requirements.txt
    python peers.py --games 'DIR/lm14logit_*.npz,DIR/mini1*.npz' > peers.csv

Budgets are distinct coalitions, ∅ and N included, as multiples of the players.
A peer that counts otherwise is given as many as it makes of the same budget;
seeds are those of the Go program, 1 upwards.
"""

import argparse
import csv
import glob
import itertools
import os
import sys
import time
import warnings
from math import comb

import numpy as np

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")


class Game:
    """A stored game: values by the bits of a coalition."""

    def __init__(self, file):
        stored = np.load(file)
        values = np.asarray(stored["values"], float).reshape(len(stored["values"]), -1)[:, 0]
        if "coalitions" in stored:
            bits = stored["coalitions"].astype(int) @ (1 << np.arange(stored["coalitions"].shape[1]))
            values = values[np.argsort(bits)]
        self.values, self.n = values, int(np.log2(len(values)))
        self.name = os.path.basename(file).removesuffix(".npz")

    def __call__(self, rows):
        rows = np.atleast_2d(np.asarray(rows)) > 0.5
        return self.values[rows.astype(int) @ (1 << np.arange(self.n))]

    def normalized(self, rows):
        return self(rows) - self.values[0]

    def exact(self, index):
        """Exact terms of the highest order, from the Möbius coefficients."""
        m = self.values.copy()
        for i in range(self.n):
            m = m.reshape(-1, 2, 1 << i)
            m[:, 1] -= m[:, 0]
            m = m.ravel()
        sizes = np.array([int(b).bit_count() for b in range(len(m))])
        order = 1 if index == "SV" else 2
        terms = {}
        for players in itertools.combinations(range(self.n), order):
            bits = sum(1 << p for p in players)
            inside = np.flatnonzero((np.arange(len(m)) & bits) == bits)
            t = sizes[inside].astype(float)
            if index == "FSII":  # Tsai et al. 2023, theorem 19, for k = s = 2
                share = np.array([1 if x <= 2 else 0.5 * comb(int(x) - 1, 2) / comb(int(x) + 1, 4) for x in t])
            else:
                share = 1 / (t - order + 1)
            terms[players] = share @ m[inside]
        return terms


def shap_kernel(l1):
    def run(game, budget, seed):
        import shap

        np.random.seed(seed)
        e = shap.KernelExplainer(game, np.zeros((1, game.n)))
        phi = e.shap_values(np.ones((1, game.n)), nsamples=budget - 2, l1_reg=l1, silent=True)
        return {(p,): v for p, v in enumerate(np.ravel(phi))}

    return run


def shap_permutation(game, budget, seed):
    import shap

    e = shap.PermutationExplainer(game, shap.maskers.Independent(np.zeros((1, game.n))), seed=seed)
    most = max(budget // (2 * game.n + 1), 1) * (2 * game.n + 1)
    phi = e(np.ones((1, game.n)), max_evals=most, silent=True).values
    return {(p,): v for p, v in enumerate(np.ravel(phi))}


def shapiq_run(make):
    def run(game, budget, seed):
        values = make(game.n, seed).approximate(budget, game.normalized)
        order = max(len(t) for t in values.interaction_lookup)
        return {t: float(values[t]) for t in values.interaction_lookup if len(t) == order}

    return run


def methods(index):
    import shapiq.approximator as a

    if index == "SV":
        return {
            "shap Kernel as shipped": shap_kernel("num_features(10)"),
            "shap Kernel, all features": shap_kernel(False),
            "shap Permutation": shap_permutation,
            "shapiq KernelSHAP": shapiq_run(lambda n, s: a.KernelSHAP(n, random_state=s)),
            "shapiq KernelSHAP, pairs": shapiq_run(lambda n, s: a.KernelSHAP(n, pairing_trick=True, random_state=s)),
            "shapiq KernelSHAP, pairs, leverage": shapiq_run(
                lambda n, s: a.KernelSHAP(n, pairing_trick=True, sampling_weights=np.ones(n + 1), random_state=s)),
            "shapiq SVARM": shapiq_run(lambda n, s: a.SVARM(n, random_state=s)),
            "shapiq permutations": shapiq_run(lambda n, s: a.PermutationSamplingSV(n, random_state=s)),
        }
    found = {
        "shapiq ProxySPEX": shapiq_run(lambda n, s: a.ProxySPEX(n=n, max_order=2, index=index, random_state=s)),
        "shapiq SVARMIQ": shapiq_run(lambda n, s: a.SVARMIQ(n, max_order=2, index="SII", random_state=s)),
    }
    if index == "FSII":
        del found["shapiq SVARMIQ"]
        found["shapiq RegressionFSII"] = shapiq_run(lambda n, s: a.RegressionFSII(n, max_order=2, random_state=s))
    else:
        found["shapiq KernelSHAPIQ"] = shapiq_run(lambda n, s: a.KernelSHAPIQ(n, max_order=2, index="SII", random_state=s))
        found["shapiq KernelSHAPIQ, inconsistent"] = shapiq_run(
            lambda n, s: a.InconsistentKernelSHAPIQ(n, max_order=2, index="SII", random_state=s))
    return found


def spearman(a, b):
    rank = lambda x: np.argsort(np.argsort(x)).astype(float)
    return np.corrcoef(rank(a), rank(b))[0, 1]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--games", required=True)
    p.add_argument("--index", default="SV")
    p.add_argument("--budgets", default="5,10,20,40")
    p.add_argument("--seeds", type=int, default=5)
    o = p.parse_args()
    out = csv.writer(sys.stdout)
    out.writerow("estimator index game per_player seed error spearman five held intervals seconds".split())
    import shap  # noqa: F401  imports are not timed
    import shapiq  # noqa: F401

    files = sorted(f for pattern in o.games.split(",") for f in glob.glob(pattern))
    for game in map(Game, files):
        truth = game.exact(o.index)
        want = np.array(list(truth.values()))
        for name, run in methods(o.index).items():
            for per_player in map(int, o.budgets.split(",")):
                for seed in range(1, o.seeds + 1):
                    begin = time.perf_counter()
                    try:
                        got = run(game, min(per_player * game.n, 1 << game.n), seed)
                        seconds = time.perf_counter() - begin
                        got = np.array([got.get(t, 0.0) for t in truth])
                        error = np.sum((got - want) ** 2) / np.sum(want**2)
                        five = len(set(np.argsort(-abs(got))[:5]) & set(np.argsort(-abs(want))[:5])) / 5
                        line = [error, spearman(got, want), five, 0, 0, seconds]
                    except (ValueError, np.linalg.LinAlgError) as fault:
                        print(f"{name}, {game.name}, {per_player}n: {fault}", file=sys.stderr)
                        line = ["nan", "nan", "nan", 0, 0, time.perf_counter() - begin]
                    out.writerow([name, o.index, game.name, per_player, seed, *line])
        sys.stdout.flush()


if __name__ == "__main__":
    main()
