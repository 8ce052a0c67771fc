"""Write cut copies of the tokenizers here, seeds for fuzzing: python small.py > small.json

Of a vocabulary the first tokens and those that stand for few letters stay, and of merges those among them. Of a
character map nothing stays: parts.json has a small one.
"""

import gzip
import json

FILES = ["../../pretrained/tokenizer.json", "gpt2_real.json.gz", "roberta.json.gz", "llama2.json.gz", "t5.json.gz", "unigram_nfkc.json.gz"]
LETTERS = set("abtheé▁Ġ#0")


def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
        return json.loads(f.read())


def kept(i, token):
    return i < 8 or len(token) <= 5 and set(token) <= LETTERS


def blank(part):
    if isinstance(part, dict):
        return {k: "" if k == "precompiled_charsmap" else blank(v) for k, v in part.items()}
    return [blank(v) for v in part] if isinstance(part, list) else part


def cut(tok):
    model = tok["model"]
    vocab = model["vocab"]
    if isinstance(vocab, list):
        model["vocab"] = [v for i, v in enumerate(vocab) if kept(i, v[0])]
        return blank(tok)
    named = {t["content"] for t in tok["added_tokens"]}
    names = [t for t, i in sorted(vocab.items(), key=lambda v: v[1]) if kept(i, t) or t in named]
    model["vocab"] = {t: i for i, t in enumerate(names)}
    if "merges" in model:
        pairs = [m.split(" ") if isinstance(m, str) else m for m in model["merges"]]
        model["merges"] = [m for m in pairs if {m[0], m[1], m[0] + m[1]} <= set(names)]
    return tok


print(json.dumps([cut(read(f)) for f in FILES], ensure_ascii=False, separators=(",", ":")))
