"""Write what the reference makes of the test strings, for the tests to compare with.

    python golden.py TOKENIZER.json STRINGS.json OUT.json.gz

Made with tokenizers 0.23.3 on Python 3.11. The output is one JSON object:

    ids     for each string its token ids
    spans   for each string, for each token: start less the end of the token before, length; in bytes of UTF-8
    pairs   for every 16th string, as the second text after the string before it: ids, types, special mask, spans
    texts   for every 8th string: its ids decoded with special tokens, and without
"""

import gzip
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


def pair(tok, first, second):
    e = tok.encode(first, second)
    texts = [first, second]
    spans = [byte_spans(texts[s or 0], [o])[0] for s, o in zip(e.sequence_ids, e.offsets)]
    return {"ids": e.ids, "types": e.type_ids, "special": e.special_tokens_mask, "spans": deltas(spans)}


def main():
    path, strings, out = sys.argv[1:]
    tok = tokenizers.Tokenizer.from_file(path)
    tok.no_truncation()
    tok.no_padding()
    texts = [s["s"] for s in json.load(open(strings, encoding="utf-8"))]
    encoded = [tok.encode(s) for s in texts]
    golden = {
        "tokenizers": tokenizers.__version__,
        "ids": [e.ids for e in encoded],
        "spans": [deltas(byte_spans(s, e.offsets)) for s, e in zip(texts, encoded)],
        "pairs": [pair(tok, texts[i - 1], texts[i]) for i in range(1, len(texts), 16)],
        "texts": [[tok.decode(e.ids, skip_special_tokens=k) for k in (False, True)] for e in encoded[::8]],
    }
    data = json.dumps(golden, ensure_ascii=False, separators=(",", ":")).encode()
    with open(out, "wb") as f:
        f.write(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()
