"""Writes gaps.json: paired t-tests and their intervals by scipy.

Made with scipy 1.17.1, numpy 2.4.6, Python 3.11.
Usage: python gaps.py gaps.json
"""

import json
import sys

import numpy as np
from scipy.stats import t, ttest_rel

rng, cases = np.random.default_rng(5), []
for n, shift in [(2, 0.5), (5, 0.0), (30, 0.2)]:
    a = rng.normal(shift, 1, n)
    b = a * 0.3 + rng.normal(0, 1, n)
    test, d = ttest_rel(a, b), a - b
    low, high = t.interval(0.95, n - 1, loc=d.mean(), scale=d.std(ddof=1) / np.sqrt(n))
    cases.append({"a": a.tolist(), "b": b.tolist(), "p": float(test.pvalue), "mean": float(d.mean()),
                  "low": float(low), "high": float(high)})
with open(sys.argv[1], "w") as f:
    json.dump(cases, f)
    f.write("\n")
