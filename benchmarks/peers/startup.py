"""What the time of a cold process goes to that explains one 20-word sentence.

python startup.py --explain BINARY --worker BINARY --model FOLDER [--rounds 5]

The forward passes are as many masked copies of the sentence as were valued,
computed by a process that has the model loaded.
"""

import argparse
import re
import subprocess
import time

import numpy as np
from cold import TEXT
from forward import spread
from process import Worker
from tokenizers import Tokenizer


def cold(command):
    """Seconds of the whole process, of loading and of estimating, and coalitions valued."""
    begin = time.perf_counter()
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    total = time.perf_counter() - begin
    loading = float(re.search(r"model .*\((\S+) s\)$", told, re.M)[1])
    valued, estimating = re.search(r"(\d+) coalitions valued \((\S+) s\)$", told, re.M).groups()
    return total, loading, float(estimating), int(valued)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--explain", required=True)
    args.add_argument("--worker", required=True)
    args.add_argument("--model", required=True)
    args.add_argument("--rounds", type=int, default=5)
    args = args.parse_args()
    tokenizer = Tokenizer.from_file(f"{args.model}/tokenizer.json")
    ids = np.array(tokenizer.encode(TEXT).ids)
    worker = Worker("whence", [args.worker, "-model", args.model, "-threads", "2"])
    worker.read()
    command, random = [args.explain, "--verbose", "--prompt", TEXT], np.random.default_rng(1)
    rounds = []
    for _ in range(args.rounds + 1):
        total, loading, estimating, valued = cold(command)
        copies = np.where(random.random((valued, len(ids))) < 0.5, ids, tokenizer.token_to_id("[MASK]"))
        copies[:, [0, -1]] = ids[[0, -1]]
        rounds.append((total, loading, worker.ask({"ids": copies.tolist()})["seconds"], estimating))
    worker.close()
    rounds = rounds[1:]
    total = [r[0] for r in rounds]
    passes, rest = [r[2] for r in rounds], [r[3] - r[2] for r in rounds]
    other = [r[0] - r[1] - r[3] for r in rounds]
    print("| part of the process | s | share, % |\n|---|---|---|")
    for name, part in [
        ("whole", total),
        ("loading the model", [r[1] for r in rounds]),
        (f"forward passes, {valued} copies of {len(ids)} tokens", passes),
        ("else in the estimate", rest),
        ("starting, reading and printing", other),
    ]:
        print(f"| {name} | {spread(part, '{:.3f}')} | {spread([100 * p / t for p, t in zip(part, total)], '{:.0f}')} |")


if __name__ == "__main__":
    main()
