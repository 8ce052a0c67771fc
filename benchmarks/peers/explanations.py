"""Seconds and memory of whole explanations with the model loaded, ours and the peers', interleaved.

python explanations.py --worker BINARY --model FOLDER [--rounds 5] [--threads 2] [--texts 5]
"""

import argparse
import sys

from forward import spread
from process import Worker

# name of the peer's method, evaluations, our method at as many evaluations
PAIRS = [
    ("shap_pipeline", "shap Partition through the pipeline", 500, "kernel"),
    ("shap_permutation", "shap Permutation", 500, "permutation"),
    ("shapiq_kernel", "shapiq KernelSHAP", 500, "kernel"),
    ("captum_kernel", "captum KernelShap", 500, "kernel"),
    ("lime_text", "lime", 5000, "lime"),
]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--worker", required=True)
    args.add_argument("--model", required=True)
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--texts", type=int, default=3)
    args = args.parse_args()
    texts = open("texts.txt", encoding="utf-8").read().splitlines()[: args.texts]

    ours = Worker("whence", [args.worker, "-model", args.model, "-threads", str(args.threads)])
    ours.read()
    print("| peer | evaluations | peer, s | whence, s | faster by | peer, MB | whence, MB |")
    print("|---|---|---|---|---|---|---|")
    for method, title, evaluations, ours_method in PAIRS:
        peer = Worker(method, [sys.executable, "explainers.py", method, args.model, str(args.threads)])
        peer.read()
        theirs_s, ours_s, ratios, memory = [], [], [], (0, 0)
        for text in texts:
            for r in range(args.rounds):
                ask = {"text": text, "evaluations": evaluations, "method": ours_method}
                pair = [peer.ask(ask), ours.ask(ask)] if r % 2 == 0 else [ours.ask(ask), peer.ask(ask)][::-1]
                theirs_s.append(pair[0]["seconds"])
                ours_s.append(pair[1]["seconds"])
                ratios.append(pair[0]["seconds"] / pair[1]["seconds"])
                memory = (pair[0]["megabytes"], pair[1]["megabytes"])
        peer.close()
        print(
            f"| {title} | {evaluations} | {spread(theirs_s)} | {spread(ours_s, '{:.3f}')} | {spread(ratios, '{:.1f}')}"
            f" | {memory[0]:.0f} | {memory[1]:.0f} |",
            flush=True,
        )
    ours.close()


if __name__ == "__main__":
    main()
