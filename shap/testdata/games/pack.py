"""Packs stored games for the tests: python pack.py FOLDER OUT  (numpy 2.4.6)

FOLDER holds games in shapiq's layout. Values are rounded to about a thousandth
of their spread, which makes other games, as good, and files a fifth as large;
rows are in binary order, so that no coalitions need be stored.

lm14logit_*: sub-words of film reviews and DistilBERT's sentiment, in log-odds, from shapiq's
precomputed games (MIT license). mini12_*: SST-2 sentences and the built-in model, in log-odds.
adult14, img14: a tabular and an image game, from shapiq (MIT license).
"""

import sys

import numpy as np

NAMES = ["lm14logit_01", "lm14logit_04", "lm14logit_07", "lm14logit_10",
         "mini12_00", "mini12_01", "mini12_02", "mini12_03", "adult14_01", "img14_02"]

folder, out = sys.argv[1:]
for name in NAMES:
    stored = np.load(f"{folder}/{name}.npz")
    coalitions, values = stored["coalitions"], stored["values"]
    values = values[np.argsort(coalitions.astype(int) @ (1 << np.arange(coalitions.shape[1])))]
    step = 2.0 ** np.round(np.log2(values.std() / 1000))
    np.savez_compressed(f"{out}/{name}.npz", values=(np.round(values / step) * step).astype(np.float32))
