"""shap's Partition on PyTorch, text after text: what most people run over a corpus today.

python peer.py MODEL THREADS EVALUATIONS < texts
Texts are lines; prints the seconds that each took, the model being loaded, as JSON lines.
Versions: see ../peers/requirements.txt.
"""

import json
import os
import sys
import time

folder, threads, evaluations = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import shap  # noqa: E402
import torch  # noqa: E402
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline  # noqa: E402

torch.set_num_threads(threads)
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
explainer = shap.Explainer(pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None), silent=True)
explainer(["a first text, to warm up"], max_evals=evaluations)
for line in sys.stdin:
    begin = time.perf_counter()
    explainer([line.rstrip("\n")], max_evals=evaluations)
    print(json.dumps({"seconds": time.perf_counter() - begin}), file=answers, flush=True)
