"""Write what each part of the reference does with the test strings: see parts.json for the parts.

    python parts.py PARTS.json STRINGS.json RANDOM.json.gz OUT.json.gz

Made with tokenizers 0.23.3 on Python 3.11. A part stands in a tokenizer with one of two models: one that takes each
word for an unknown token shows where text is cut, one that spells text in bytes shows what it became. Of the ids and
the spans, in bytes, of every 32 strings the output has the first eight digits of a SHA-256. Decoded text is given in full.
Of what each normalizer makes of each character in use, alone, it has a digest for every 4,096 of them.
"""

import hashlib
import json
import sys

import tokenizers

from golden import digests, encode, pair, read_random, write

WORDS = {"type": "WordLevel", "vocab": {"<unk>": 0}, "unk_token": "<unk>"}
BYTES = {"type": "BPE", "byte_fallback": True, "merges": [], "vocab": {"<0x%02X>" % i: i for i in range(256)}}


def tokenizer(model, **parts):
    return tokenizers.Tokenizer.from_str(json.dumps({"version": "1.0", "added_tokens": [], "model": model, **parts}))


def both(texts, **parts):
    pairs = ("words", tokenizer(WORDS, **parts)), ("bytes", tokenizer(BYTES, **parts))
    return {name: digests(encode(tok, s) for s in texts) for name, tok in pairs}


def byte_model(merges):
    """A byte-level model of all bytes and what merges make of them."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocab = {t: i for i, t in enumerate(alphabet + [m.replace(" ", "") for m in merges])}
    return {"type": "BPE", "vocab": vocab, "merges": merges}


def post_processed(texts, post, parts):
    """Digests of pairs, and of single texts, with an added token that takes white space along."""
    tok = tokenizer(byte_model(parts["byte_merges"]), pre_tokenizer=parts["pre_tokenizers"]["byte_level"],
                    added_tokens=parts["added_tokens"]["strips"], post_processor=post)
    lines = []
    for first, second in zip(texts, texts[1:]):
        e = pair(tok, first, second)
        # What a format adds is special, also where another format stands around it: the reference forgets that.
        special = [max(mark, i > 5000) for i, mark in zip(e["ids"], e["special"])]
        lines.append((e["ids"], list(zip(e["types"], special))))
        lines.append((e["ids"], absolute(e["spans"])))
    return {"single": digests(encode(tok, s) for s in texts), "pair": digests(lines)}


def absolute(deltas):
    spans, end = [], 0
    for gap, size in zip(deltas[::2], deltas[1::2]):
        spans.append((end + gap, end + gap + size))
        end += gap + size
    return spans


def characters(normalizer):
    out = []
    for block in [*range(0, 0x32000, 4096), 0xE0000]:
        runes = (chr(c) for c in range(block, block + 4096) if not 0xD800 <= c < 0xE000)
        text = "".join(normalizer.normalize_str(c) + "\n" for c in runes)
        out.append(hashlib.sha256(text.encode()).hexdigest()[:8])
    return out


def main():
    path, strings, random, out = sys.argv[1:]
    parts = json.load(open(path, encoding="utf-8"))
    texts = [s["s"] for s in json.load(open(strings, encoding="utf-8"))] + read_random(random)
    around = {"normalizer": {"type": "Lowercase"}, "pre_tokenizer": parts["pre_tokenizers"]["rewriting"]}
    golden = {
        "tokenizers": tokenizers.__version__,
        "normalizers": {k: both(texts, normalizer=v) for k, v in parts["normalizers"].items()},
        "pre_tokenizers": {k: both(texts, pre_tokenizer=v) for k, v in parts["pre_tokenizers"].items()},
        "added_tokens": {k: both(texts, **around, added_tokens=v) for k, v in parts["added_tokens"].items()},
        "models": {k: digests(encode(t, s) for s in texts) for k, v in parts["models"].items()
                   for t in [tokenizer(v, pre_tokenizer={"type": "WhitespaceSplit"})]},
        "post_processors": {k: post_processed(texts, v, parts) for k, v in parts["post_processors"].items()},
        "characters": {k: characters(tokenizer(WORDS, normalizer=v).normalizer) for k, v in parts["normalizers"].items()},
        "decoders": {},
    }
    for k, v in parts["decoders"].items():
        golden["decoders"][k] = []
        for tokens in parts["token_lists"]:
            vocab = {t: i for i, t in enumerate(dict.fromkeys(tokens))}
            tok = tokenizer({"type": "WordLevel", "vocab": vocab, "unk_token": "?"}, decoder=v)
            golden["decoders"][k].append(tok.decode([vocab[t] for t in tokens]))
    write(golden, out)


main()
