"""Runs one peer engine as a process that answers JSON lines.

python worker.py ENGINE KIND MODEL THREADS
First line out: {"ready": true}. For each line in, {"ids": [[…]]}, a line out:
{"seconds": s, "logits": [[…]]}. The Go program in ../worker speaks the same.
"""

import json
import os
import sys
import time

engine, kind, folder, threads = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
os.environ["OMP_NUM_THREADS"] = str(threads)
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # whatever the libraries print must not mix with the answers

import numpy as np  # noqa: E402

from engines import ENGINES  # noqa: E402

model = ENGINES[engine](folder, threads, kind)


def say(what):
    answers.write(json.dumps(what) + "\n")
    answers.flush()


say({"ready": True})
for line in sys.stdin:
    ids = np.array(json.loads(line)["ids"], dtype=np.int64)
    start = time.perf_counter()
    logits = model.run(ids)
    say({"seconds": time.perf_counter() - start, "logits": logits.tolist()})
