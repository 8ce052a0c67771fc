"""Sequences a second of the forward core, ours and the peers', interleaved in one run.

Like is compared with like: a peer in 8-bit integers with ours in 8-bit integers.

python forward.py --worker BINARY --model FOLDER [--tokens 16,32,64,128] [--rounds 5] [--threads 2]
"""

import argparse
import statistics
import sys

import numpy as np
from process import Worker
from tokenizers import Tokenizer

OURS = {"f32": "whence float32", "bf16": "whence bfloat16", "int8": "whence int8"}
PEERS = [
    ("torch float32", "torch", "f32"),
    ("torch bfloat16", "torch", "bf16"),
    ("torch int8", "torch", "int8"),
    ("onnxruntime float32", "onnxruntime", "f32"),
    ("onnxruntime int8", "onnxruntime", "int8"),
    ("ctranslate2 float32", "ctranslate2", "f32"),
    ("ctranslate2 int8", "ctranslate2", "int8"),
    ("openvino float32", "openvino", "f32"),
    ("openvino bfloat16", "openvino", "bf16"),
    ("openvino int8", "openvino", "int8"),
]


def masked_copies(folder, tokens, count, seed=1):
    """One text of so many tokens, in count copies with a random half of its words' pieces masked."""
    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
    text = " ".join(open("texts.txt", encoding="utf-8").read().split("\n"))
    body = tokenizer.encode(" ".join([text] * 4), add_special_tokens=False).ids[: tokens - 2]
    ids = np.array([tokenizer.token_to_id("[CLS]"), *body, tokenizer.token_to_id("[SEP]")])
    out = np.tile(ids, (count, 1))
    hide = np.random.default_rng(seed).random((count, tokens)) < 0.5
    hide[:, 0] = hide[:, -1] = False
    out[hide] = tokenizer.token_to_id("[MASK]")
    return out.tolist()


def error(logits, exact):
    """The largest difference of log-odds, or NaN if nothing exact was run."""
    return float("nan") if exact is None else float(np.abs(np.diff(logits) - np.diff(exact)).max())


def spread(values, form="{:.2f}"):
    if not values:
        return "–"
    return f"{form.format(statistics.median(values))} ({form.format(min(values))}–{form.format(max(values))})"


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--worker", required=True)
    args.add_argument("--model", required=True)
    args.add_argument("--tokens", default="16,32,64,128")
    args.add_argument("--copies", type=int, default=512)
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--only", default="", help="comma-separated beginnings of engine names")
    args = args.parse_args()

    workers, failed = {}, {}
    ours = [args.worker, "-model", args.model, "-threads", str(args.threads), "-precision"]
    commands = [(name, [*ours, name.split()[1]]) for name in OURS.values()]
    commands += [
        (name, [sys.executable, "worker.py", engine, kind, args.model, str(args.threads)]) for name, engine, kind in PEERS
    ]
    for name, command in commands:
        if args.only and not name.startswith(tuple(args.only.split(","))):
            continue
        try:
            workers[name] = Worker(name, command)
            workers[name].read()
        except RuntimeError as e:
            failed[name] = str(e)
            workers.pop(name, None)
    for name, why in failed.items():
        print(f"not measured: {why}", file=sys.stderr)

    like = {name: OURS[kind] for name, _, kind in PEERS} | {name: name for name in OURS.values()}
    results = {}
    for tokens in map(int, args.tokens.split(",")):
        ids = masked_copies(args.model, tokens, args.copies)
        rates, logits = {name: [] for name in workers}, {}
        for name, w in workers.items():
            w.ask({"ids": ids[:64]})  # warm
        order = list(workers)
        for r in range(args.rounds):
            for name in order[r % len(order) :] + order[: r % len(order)]:
                answer = workers[name].ask({"ids": ids})
                rates[name].append(len(ids) / answer["seconds"])
                logits[name] = np.array(answer["logits"])
        exact = logits.get("torch float32", logits.get(OURS["f32"]))
        results[tokens] = {
            name: {
                "rates": rates[name],
                "ratios": [a / b for a, b in zip(rates.get(like[name], []), rates[name])],
                "error": error(logits[name], exact),
            }
            for name in workers
        }
        print(f"T = {tokens} done", file=sys.stderr)
    for w in workers.values():
        w.close()

    columns = list(results)
    print("| engine | " + " | ".join(f"T={t}, sequences/s" for t in columns) + " | whence in the same precision is faster by, over all T | largest log-odds difference |")
    print("|---" * (len(columns) + 3) + "|")
    for name in workers:
        cells = [spread(results[t][name]["rates"], "{:.0f}") for t in columns]
        ratios = [x for t in columns for x in results[t][name]["ratios"]]
        largest = max(results[t][name]["error"] for t in columns)
        print(f"| {name} | " + " | ".join(cells) + f" | {spread(ratios)} | {largest:.2g} |")



if __name__ == "__main__":
    main()
