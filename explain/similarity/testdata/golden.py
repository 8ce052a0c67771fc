"""Writes golden.json: what sacrebleu 2.6.0 says of pairs of texts.

Run from this folder: python golden.py
"""
import json
import random

import sacrebleu

assert sacrebleu.__version__ == "2.6.0"
random.seed(1)
words = """the a cat dog sat ran on in mat, house. "quick" (brown) fox's 3.14 1,000 e.g. state-of-the-art 10-20 &amp; &lt;b&gt;
naïve café größer 日本語 は 難しい 😀 don't U.S. co., -- ... ! ? http://a.b/c?d=e 50% $5 #tag @me [x] {y} a_b""".split()
pairs = [
    ("the cat sat on the mat.", "the cat sat on the mat."), ("", "the cat"), ("the cat", ""), ("cat", "cat"), ("a", "b"),
    ("The cat\n sat", "the cat sat"), ("the the the", "the cat"), ("It is 3.5, not 4.", "It is 3,5 not 4!"),
    ("new-\nline", "newline"), ("tab\tand\u00a0space\u2003wide \x1d sep", "tab and space wide sep"), ("x " * 30, "x y " * 15),
    ("&quot;quoted&quot; &amp;lt;", '"quoted" <'), ("(hi) !", "(hi)!"), ("   ", "a"),
]
for _ in range(120):
    original = [random.choice(words) for _ in range(random.randint(1, 14))]
    answer = [w if random.random() < 0.7 else random.choice(words) for w in original if random.random() < 0.85]
    pairs.append((random.choice([" ", "  ", "\n"]).join(answer), " ".join(original)))
out = []
for answer, original in pairs:
    out.append({
        "answer": answer, "original": original,
        "chrf": sacrebleu.sentence_chrf(answer, [original]).score / 100,
        "chrf++": sacrebleu.sentence_chrf(answer, [original], word_order=2).score / 100,
        "bleu": sacrebleu.sentence_bleu(answer, [original]).score / 100,
    })
with open("golden.json", "w") as f:
    json.dump(out, f, ensure_ascii=False, indent=0)
    f.write("\n")
