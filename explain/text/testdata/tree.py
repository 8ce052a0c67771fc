"""Writes tree.json: token trees as shap's text masker builds them.

Made with shap 0.51.0, Python 3.11. Usage: python tree.py tree.json
"""

import json
import random
import re
import sys

import shap

WRITTEN = [
    "The plot is thin, but the acting is wonderful.",
    "a gripping, funny film",
    "It's not bad; it isn't good either.",
    "I can't say (and neither could she) whether it works.",
    "Nested (brackets (inside brackets) here) and (left open",
    "closed) without being opened ( and opened again)",
    "'quoted' words and dogs' tails",
    "[CLS] a text with [MASK] controls [SEP]",
    "One. Two! Three? Four, five, six.",
    "wait... what?! no!!",
    "state-of-the-art well-made x_y snake_case 3.50 $5",
    "naïve café œuvre Ünïcode слово 电影 很好",
    "and or but and or but",
    ", , , . . .",
    "word",
    "two words",
    "( )",
    "()",
    "tab\tand\nnew line\n\nand more",
    "pre##fix ##sub sub ##",
]
WORDS = "the film a plot was not good bad but and or t s ' ( ) , . ? ! [MASK] [x ##ing it's don't (a b) é 5".split()


def drawn(rng):
    """A text of words with and without spaces between them."""
    return "".join(rng.choice(WORDS) + rng.choice(["", " ", " ", " "]) for _ in range(rng.randint(2, 40))).strip()


class Pieces:
    """A tokenizer that knows runs of letters, tokens in brackets and single marks."""

    def __call__(self, text, return_offsets_mapping=True):
        found = list(re.finditer(r"\[\w+\]|\w+|[^\w\s]", text))
        return {"input_ids": list(range(len(found))), "offset_mapping": [m.span() for m in found]}


def main(path):
    rng = random.Random(1)
    masker = shap.maskers.Text(Pieces(), mask_token="...")
    cases = []
    for text in WRITTEN + [drawn(rng) for _ in range(80)]:
        spans = Pieces()(text)["offset_mapping"]
        if len(spans) > 1:
            rows = [[int(row[0]), int(row[1])] for row in masker.clustering(text)]
        else:
            rows = []  # shap fails on a single token
        at = [len(text[:i].encode()) for i in range(len(text) + 1)]
        cases.append({"text": text, "spans": [[at[a], at[b]] for a, b in spans], "merges": rows})
    with open(path, "w", encoding="utf-8") as f:
        f.write("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases) + "\n]\n")


main(sys.argv[1])
