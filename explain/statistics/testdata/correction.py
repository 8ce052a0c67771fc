"""Writes correction.json: corrected p-values by statsmodels and scipy.

Made with statsmodels 0.15.0, scipy 1.17.1, Python 3.11.
Usage: python correction.py correction.json
"""

import json
import sys

import numpy as np
from scipy.stats import false_discovery_control, norm
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(3)
cases = []
for n in [1, 2, 5, 20]:
    z = rng.normal(0, 2, n)
    p = 2 * norm.sf(np.abs(z))
    cases.append({"z": z.tolist(), "p": p.tolist(), "holm": multipletests(p, method="holm")[1].tolist(),
                  "bh": false_discovery_control(p).tolist()})
with open(sys.argv[1], "w") as f:
    json.dump(cases, f)
    f.write("\n")
