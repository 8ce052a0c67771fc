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

from golden import digests, encode, read_random, write

WORDS = {"type": "WordLevel", "vocab": {"<unk>": 0}, "unk_token": "<unk>"}
BYTES = {"type": "BPE", "byte_fallback": True, "merges": [], "vocab": {"<0x%02X>" % i: i for i in range(256)}}


def tokenizer(model, **parts):
    return tokenizers.Tokenizer.from_str(json.dumps({"version": "1.0", "added_tokens": [], "model": model, **parts}))


def both(texts, **parts):
    pairs = ("words", tokenizer(WORDS, **parts)), ("bytes", tokenizer(BYTES, **parts))
    return {name: digests(encode(tok, s) for s in texts) for name, tok in pairs}


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
    lower = {"type": "Lowercase"}
    golden = {
        "tokenizers": tokenizers.__version__,
        "normalizers": {k: both(texts, normalizer=v) for k, v in parts["normalizers"].items()},
        "pre_tokenizers": {k: both(texts, pre_tokenizer=v) for k, v in parts["pre_tokenizers"].items()},
        "added_tokens": {k: both(texts, normalizer=lower, added_tokens=v) for k, v in parts["added_tokens"].items()},
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
