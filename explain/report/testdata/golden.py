"""Intervals and a tree as other programs compute them, for report_test.go.

Made with scipy 1.17.1, statsmodels 0.15.0 and scikit-learn 1.9.1; prints JSON.
"""
import json

import numpy as np
from scipy import stats
from sklearn.tree import DecisionTreeClassifier
from statsmodels.stats.proportion import proportion_confint

scores = [0.5, -1.25, 2.0, 0.75, 3.5]
low, high = stats.t.interval(0.95, len(scores) - 1, np.mean(scores), stats.sem(scores))
absolute = stats.t.interval(0.95, len(scores) - 1, np.mean(np.abs(scores)), stats.sem(np.abs(scores)))
wilson = {f"{right}/{n}": proportion_confint(right, n, method="wilson") for right, n in [(91, 100), (0, 7), (872, 872)]}

# 120 texts of 6 words that a linear congruential generator draws; the class
# follows from three of them.
texts, state = np.zeros((120, 6), dtype=int), 1
for t in range(120):
    for i in range(6):
        state = (state * 1103515245 + 12345) % 2**31
        texts[t, i] = state >> 16 & 1
classes = np.where((texts[:, 1] == 1) & (texts[:, 4] == 0) | (texts[:, 2] == 1) & (np.arange(120) % 3 == 0), "yes", "no")
tree = DecisionTreeClassifier(max_depth=3, min_samples_leaf=5, random_state=0).fit(texts, classes)
print(json.dumps({
    "mean": float(np.mean(scores)), "low": low, "high": high,
    "mean_abs": float(np.mean(np.abs(scores))), "abs_margin": absolute[1] - float(np.mean(np.abs(scores))),
    "wilson": wilson,
    "tree": {"right": int((tree.predict(texts) == classes).sum()), "root": int(tree.tree_.feature[0])},
}, indent=1))
