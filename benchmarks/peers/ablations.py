"""Seconds to score an answer under ablations of its context, ours and the peers', interleaved in one run.

python ablations.py --worker BINARY --tokenizer FILE [--layers 12] [--rounds 3] [--threads 2] [--only loop]

A context of 16 sentences, about 400 tokens, a question, and an answer of 30 tokens. FILE is GPT-2's
tokenizer.json or tokenizer.json.gz. The model has random weights; see gpt2.py.
"""

import argparse
import sys
import tempfile

import gpt2
import numpy as np
from forward import spread
from process import Worker
from tokenizers import Tokenizer

ANSWER = " I would see the quiet one first: it is short, it is honest, and nobody who has seen it wanted an hour back, which is rare enough."
PEERS = [
    ("loop", "torch, ContextCite's ablations in batches of 8", "log-odds"),
    ("contextcite", "context-cite, one at a time as by default", "log-odds"),
    ("captum", "captum LLMAttribution, feature ablation", "log-probability"),
]


def rows(method, players, ablations):
    """The sentences that are present in each sequence: all and all but each, or a random half."""
    everyone = list(range(players))
    if method == "captum":
        return [everyone] + [[i for i in everyone if i != out] for out in everyone]
    # context_cite.utils._create_mask: each mask from its own seed.
    masks = [np.random.RandomState(seed).choice([False, True], size=players, p=[0.5, 0.5]) for seed in range(ablations)]
    return [np.flatnonzero(mask).tolist() for mask in masks]


def computed(tokenizer, sentences, present, after):
    """Rows of the model that the sequences need, and those left if what they begin with is shared."""
    lengths = [len(tokenizer.encode(s).ids) for s in sentences]
    known, shared, total = set(), 0, 0
    for players in present:
        for i in range(len(players)):
            total += lengths[players[i]]
            if tuple(players[: i + 1]) not in known:
                known.add(tuple(players[: i + 1]))
                shared += lengths[players[i]]
    tail = len(present) * after
    return total + tail, shared + tail


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--worker", required=True)
    args.add_argument("--tokenizer", required=True)
    args.add_argument("--layers", type=int, default=12)
    args.add_argument("--ablations", type=int, default=64)
    args.add_argument("--rounds", type=int, default=3)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--only", default="", help="comma-separated names of methods")
    args = args.parse_args()
    sentences = gpt2.sentences()
    with tempfile.TemporaryDirectory() as folder:
        gpt2.save(folder, args.tokenizer, args.layers)
        tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        answer = tokenizer.encode(ANSWER).ids[:30]
        command = [args.worker, "-generator", "-model", folder, "-threads", str(args.threads)]
        ours, brief = Worker("whence", command), Worker("whence bfloat16", [*command, "-precision", "bfloat16"])
        ours.read(), brief.read()
        print("| peer | sequences | tokens (without equal beginnings) | peer, s | whence, s | faster by | largest difference | whence bfloat16, s | its largest difference | peer, MB | whence, MB |")
        print("|---" * 11 + "|")
        for method, title, target in PEERS:
            if args.only and method not in args.only.split(","):
                continue
            present = rows(method, len(sentences), args.ablations)
            q = {"sentences": sentences, "question": gpt2.QUESTION, "answer": answer, "present": present, "target": target}
            q |= {"text": "".join(sentences) + gpt2.QUESTION, "keep": len("".join(sentences).encode())}
            peer = Worker(method, [sys.executable, "writers.py", method, folder, str(args.threads)])
            peer.read()
            short = q | {"present": present[:2], "sentences": sentences[:2] if method == "captum" else sentences}
            peer.ask(short), ours.ask(q | {"present": present[:2]})  # warm
            brief.ask(q | {"present": present[:2]})
            pairs, briefs = [], []
            for r in range(args.rounds):
                pairs.append([peer.ask(q), ours.ask(q)] if r % 2 == 0 else [ours.ask(q), peer.ask(q)][::-1])
                briefs.append(brief.ask(q))
            peer.close()
            theirs, own, rough = (np.array(a["values"]) for a in (*pairs[-1], briefs[-1]))
            if method == "captum":
                own, rough = own[0] - own[1:], rough[0] - rough[1:]
            tail = len(tokenizer.encode(gpt2.QUESTION).ids) + len(answer) - 1
            tokens, left = computed(tokenizer, sentences, present, tail)
            print(
                f"| {title} | {len(present)} | {tokens} ({left})"
                f" | {spread([a['seconds'] for a, _ in pairs])} | {spread([b['seconds'] for _, b in pairs])}"
                f" | {spread([a['seconds'] / b['seconds'] for a, b in pairs], '{:.1f}')} | {np.abs(theirs - own).max():.1g}"
                f" | {spread([b['seconds'] for b in briefs])} | {np.abs(theirs - rough).max():.1g}"
                f" | {pairs[-1][0]['megabytes']:.0f} | {pairs[-1][1]['megabytes']:.0f} |",
                flush=True,
            )
        ours.close()
        brief.close()


if __name__ == "__main__":
    main()
