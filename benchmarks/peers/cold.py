"""Cold process to printed result for one 20-word sentence, ours and the peers', interleaved.

python cold.py --explain BINARY --model FOLDER [--rounds 3]
"""

import argparse
import os
import subprocess
import sys
import time

from forward import spread

TEXT = "The plot is thin, but the acting is wonderful and the quiet, honest ending stays with you for many days."
PEERS = [("shap_pipeline", "shap", 500), ("captum_kernel", "captum KernelShap", 500), ("lime_text", "lime", 1000)]


def timed(command, stdin=""):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    process.stdin.write(stdin)
    process.stdin.close()
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status or not out:
        raise RuntimeError(f"{command[0]} failed with status {status}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--explain", required=True)
    args.add_argument("--model", required=True)
    args.add_argument("--rounds", type=int, default=3)
    args = args.parse_args()
    print("| process | peer, s | whence, s | faster by | peer, MB | whence, MB |")
    print("|---|---|---|---|---|---|")
    for method, title, evaluations in PEERS:
        pairs = []
        for _ in range(args.rounds):
            task = '{"text": "%s", "evaluations": %d}\n' % (TEXT, evaluations)
            peer = timed([sys.executable, "explainers.py", method, args.model, "2", "cold"], task)
            pairs.append((peer, timed([args.explain, "--prompt", TEXT])))
        theirs, ours = [p[0][0] for p in pairs], [p[1][0] for p in pairs]
        print(
            f"| {title}, {evaluations} evaluations | {spread(theirs)} | {spread(ours, '{:.3f}')}"
            f" | {spread([a / b for a, b in zip(theirs, ours)], '{:.0f}')}"
            f" | {max(p[0][1] for p in pairs):.0f} | {max(p[1][1] for p in pairs):.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
