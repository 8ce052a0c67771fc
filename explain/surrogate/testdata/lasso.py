"""Writes lasso fits as captum's Lime and ContextCite make them.

scikit-learn 1.9.1, numpy 2.4.6:  python lasso.py > lasso.json

captum: Lasso(alpha=0.01) on masks of zeros and ones with sample weights.
ContextCite: StandardScaler, Lasso(alpha=0.01) on values divided by the number
of tokens; weight = coefficient / scale * tokens, bias = intercept less the
means' part, * tokens.
The tolerance is lowered from 1e-4, so that the fits are those defined and not
those where the iteration happened to end.
"""

import json
import sys

import numpy as np
from sklearn.linear_model import Lasso
from sklearn.preprocessing import StandardScaler

ALPHA, TOKENS = 0.01, 7


def captum(z, y, w):
    fit = Lasso(alpha=ALPHA, tol=1e-14, max_iter=100_000).fit(z, y, sample_weight=w)
    return fit.coef_, fit.intercept_


def contextcite(z, y, _):
    scaler = StandardScaler().fit(z)
    fit = Lasso(alpha=ALPHA, tol=1e-14, max_iter=100_000).fit(scaler.transform(z), y / TOKENS)
    weight = fit.coef_ / scaler.scale_
    return weight * TOKENS, (fit.intercept_ - scaler.mean_ @ weight) * TOKENS


def case(rng, players, rows, fit):
    z = (rng.random((rows, players)) < 0.5).astype(float)
    z[0] = 1
    y = np.round(z @ (rng.normal(size=players) * (rng.random(players) < 0.4)) + rng.normal(scale=0.2, size=rows), 3)
    cosine = 1 - np.sqrt(z.mean(axis=1))
    w = np.round(np.exp(-cosine ** 2 / 2), 3) if fit is captum else np.ones(rows)
    coef, intercept = fit(z, y, w)
    return {"fit": fit.__name__, "players": players, "tokens": TOKENS, "alpha": ALPHA,
            "rows": ["".join("%d" % v for v in row) for row in z], "weights": w.tolist(), "values": y.tolist(),
            "coefficients": np.round(coef, 10).tolist(), "intercept": round(float(intercept), 10)}


rng = np.random.default_rng(64)
json.dump([case(rng, p, n, f) for f in (captum, contextcite) for p, n in ((6, 25), (10, 64), (20, 64))],
          sys.stdout, separators=(",", ":"))
print()
