"""Tokens a second of greedy generation, ours and transformers' on PyTorch, interleaved in one run.

python generation.py --worker BINARY --tokenizer FILE [--layers 12] [--rounds 5] [--threads 2]

FILE is GPT-2's tokenizer.json or tokenizer.json.gz. The model has random weights; see gpt2.py.
"""

import argparse
import sys
import tempfile

import gpt2
import numpy as np
from forward import spread
from process import Worker

# prompts, tokens of each, tokens to write, what the rate counts
TASKS = [
    ("decoding, 1 text", 1, 16, 50, "tokens written"),
    ("decoding, 5 texts", 5, 16, 50, "tokens written"),
    ("reading a prompt of 400 tokens, 1 text", 1, 400, 1, "tokens read"),
    ("reading a prompt of 400 tokens, 5 texts", 5, 400, 1, "tokens read"),
]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--worker", required=True)
    args.add_argument("--tokenizer", required=True)
    args.add_argument("--layers", type=int, default=12)
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--threads", type=int, default=2)
    args = args.parse_args()
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        gpt2.save(folder, args.tokenizer, args.layers)
        ours = Worker("whence", [args.worker, "-generator", "-model", folder, "-threads", str(args.threads)])
        peer = Worker("transformers", [sys.executable, "writers.py", "generate", folder, str(args.threads)])
        ours.read(), peer.read()
    print("| task | counted | transformers, tokens/s | whence, tokens/s | faster by | same tokens | transformers, MB | whence, MB |")
    print("|---|---|---|---|---|---|---|---|")
    for title, texts, read, write, counted in TASKS:
        tokens, pairs = texts * (read if write == 1 else write), []
        for r in range(args.rounds + 1):
            q = {"prompts": random.integers(0, 50256, (texts, read)).tolist(), "tokens": write}
            pair = [peer.ask(q), ours.ask(q)] if r % 2 == 0 else [ours.ask(q), peer.ask(q)][::-1]
            if r > 0:  # the first warms
                pairs.append(pair)
        theirs, own = zip(*pairs)
        same = np.mean([np.equal(a["ids"], b["ids"]).mean() for a, b in pairs])
        print(
            f"| {title} | {counted} | {spread([tokens / a['seconds'] for a in theirs], '{:.0f}')}"
            f" | {spread([tokens / b['seconds'] for b in own], '{:.0f}')}"
            f" | {spread([a['seconds'] / b['seconds'] for a, b in pairs])} | {same:.0%}"
            f" | {theirs[-1]['megabytes']:.0f} | {own[-1]['megabytes']:.0f} |",
            flush=True,
        )
    ours.close()
    peer.close()


if __name__ == "__main__":
    main()
