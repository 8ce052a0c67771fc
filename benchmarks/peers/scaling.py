"""How our time and memory grow with tokens, samples and threads.

python scaling.py --worker BINARY --model FOLDER [--rounds 3]

Every row is a process of its own, so that its largest memory is that row's.
"""

import argparse

from cold import TEXT
from forward import masked_copies, spread
from process import Worker



def measured(command, question, rounds):
    """Seconds of each round, the first aside, and the largest memory."""
    worker = Worker("whence", command)
    worker.read()
    answers = [worker.ask(question) for _ in range(rounds + 1)]
    worker.close()
    return [a["seconds"] for a in answers[1:]], answers[-1]["megabytes"]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--worker", required=True)
    args.add_argument("--model", required=True)
    args.add_argument("--copies", type=int, default=128)
    args.add_argument("--rounds", type=int, default=3)
    args = args.parse_args()
    ours = [args.worker, "-model", args.model, "-threads"]

    print(f"| tokens of each of {args.copies} copies | sequences/s | tokens/s | MB |\n|---|---|---|---|")
    for tokens in (16, 32, 64, 128, 256, 512):
        question = {"ids": masked_copies(args.model, tokens, args.copies)}
        seconds, memory = measured([*ours, "2"], question, args.rounds)
        rates = [args.copies / s for s in seconds]
        print(f"| {tokens} | {spread(rates, '{:.0f}')} | {spread([r * tokens for r in rates], '{:.0f}')} | {memory:.0f} |", flush=True)

    print("\n| samples of LIME, a sentence of 20 words | s | samples/s | MB |\n|---|---|---|---|")
    for samples in (500, 1000, 2000, 4000):
        question = {"text": TEXT, "evaluations": samples, "method": "lime"}
        seconds, memory = measured([*ours, "2"], question, args.rounds)
        print(f"| {samples} | {spread(seconds)} | {spread([samples / s for s in seconds], '{:.0f}')} | {memory:.0f} |", flush=True)

    print("\n| sequences of 64 tokens at a time | one thread, s | two threads, s | faster by |\n|---|---|---|---|")
    one, two = (Worker("whence", [*ours, n]) for n in "12")
    one.read(), two.read()
    for copies in (1, 2, 8, 64):
        question = {"ids": masked_copies(args.model, 64, copies)}
        one.ask(question), two.ask(question)
        pairs = [(one.ask(question)["seconds"], two.ask(question)["seconds"]) for _ in range(args.rounds)]
        print(f"| {copies} | {spread([a for a, _ in pairs], '{:.3f}')} | {spread([b for _, b in pairs], '{:.3f}')} | {spread([a / b for a, b in pairs])} |", flush=True)
    one.close()
    two.close()


if __name__ == "__main__":
    main()
