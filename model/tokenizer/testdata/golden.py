"""Write what the reference makes of the test strings, for the tests to compare with.

    python golden.py TOKENIZER.json STRINGS.json RANDOM.json.gz OUT.json.gz

Made with tokenizers 0.23.3 on Python 3.11. The output is one JSON object:

    ids     for each string its token ids
    spans   for each string, for each token: start less the end of the token before, length; in bytes of UTF-8
    pairs   for every 16th string, as the second text after the string before it: ids, types, special mask, spans
    random  of the ids and spans of every 32 random strings, the first eight digits of a SHA-256
    texts   for every 8th string: its ids decoded with special tokens, and without
"""

import gzip
import hashlib
import json
import sys

import tokenizers


def byte_spans(text, offsets):
    """The reference counts characters; the tests count bytes."""
    at = [0]
    for c in text:
        at.append(at[-1] + len(c.encode()))
    return [(at[a], at[b]) for a, b in offsets]


def deltas(spans):
    out, last = [], 0
    for start, end in spans:
        out += [start - last, end - start]
        last = end
    return out


def digests(ids_and_spans):
    """One digest for every 32 texts, of lines of ids and spans."""
    lines = [",".join(map(str, i)) + "|" + ",".join("%d-%d" % s for s in spans) + "\n" for i, spans in ids_and_spans]
    blocks = ["".join(lines[i:i + 32]) for i in range(0, len(lines), 32)]
    return [hashlib.sha256(b.encode()).hexdigest()[:8] for b in blocks]


def encode(tok, text):
    e = tok.encode(text)
    return e.ids, byte_spans(text, e.offsets)


def read_random(path):
    return json.loads(gzip.open(path).read())


def write(golden, out):
    data = json.dumps(golden, ensure_ascii=False, separators=(",", ":")).encode()
    with open(out, "wb") as f:
        f.write(gzip.compress(data, 9, mtime=0))


def pair(tok, first, second):
    e = tok.encode(first, second)
    texts = [first, second]
    spans = [byte_spans(texts[s or 0], [o])[0] for s, o in zip(e.sequence_ids, e.offsets)]
    return {"ids": e.ids, "types": e.type_ids, "special": e.special_tokens_mask, "spans": deltas(spans)}


def main():
    path, strings, random, out = sys.argv[1:]
    tok = tokenizers.Tokenizer.from_file(path)
    tok.no_truncation()
    tok.no_padding()
    texts = [s["s"] for s in json.load(open(strings, encoding="utf-8"))]
    encoded = [encode(tok, s) for s in texts]
    write({
        "tokenizers": tokenizers.__version__,
        "ids": [ids for ids, _ in encoded],
        "spans": [deltas(spans) for _, spans in encoded],
        "random": digests(encode(tok, s) for s in read_random(random)),
        "pairs": [pair(tok, texts[i - 1], texts[i]) for i in range(1, len(texts), 16)],
        "texts": [[tok.decode(ids, skip_special_tokens=k) for k in (False, True)] for ids, _ in encoded[::8]],
    }, out)


if __name__ == "__main__":
    main()
