"""Write what the reference makes of the test strings with a Marian tokenizer, in the form of golden.py.

    python golden_marian.py FOLDER STRINGS.json RANDOM.json.gz OUT.json.gz

Made with transformers 5.23.0 and sentencepiece 0.2.3 on Python 3.11. Ids are those of MarianTokenizer, whose pieces
are SentencePiece's; spans are SentencePiece's, of each stretch of text between special tokens.
"""

import json
import sys

import sentencepiece
import transformers

from golden import deltas, digests, read_random, write


def spans_of(tok, sp, text):
    """Spans of the pieces of text, and their ids."""
    ids, spans, at = [], [], 0
    for part in tok.tokens_trie.split(text):
        size = len(part.encode())
        if part in tok.added_tokens_encoder:
            ids.append(tok.added_tokens_encoder[part])
            spans.append((at, at + size))
        else:
            code, rest = tok.remove_language_code(part)
            start = at
            for c in code:
                ids.append(tok._convert_token_to_id(c))
                spans.append((start, start + len(c.encode())))
                start += len(c.encode())
            for p in sp.encode(rest, return_type="proto").pieces:
                ids.append(tok._convert_token_to_id(p.piece))
                spans.append((start + p.begin, start + p.end))
        at += size
    return ids, spans


def encode(tok, sp, text):
    ids, spans = spans_of(tok, sp, text)
    assert ids + [tok.eos_token_id] == tok.encode(text), text
    return ids + [tok.eos_token_id], spans + [(0, 0)]


def pair(tok, sp, first, second):
    (a, one), (b, two) = spans_of(tok, sp, first), spans_of(tok, sp, second)
    ids = a + b + [tok.eos_token_id]
    assert ids == tok.encode(first, second)
    return {"ids": ids, "types": [0] * len(ids), "special": [0] * (len(ids) - 1) + [1], "spans": deltas(one + two + [(0, 0)])}


TOKEN_LISTS = [
    ["▁", "▁Hello", "</s>", "▁", "▁world", ",", "<pad>"],
    ["<unk>", "▁a", "▁", "▁", "é", "</s>", "</s>", "▁the"],
]


def decoded(tok, tokens):
    ids = [tok.encoder[t] for t in tokens]
    return {"ids": ids, "texts": [tok.decode(ids, skip_special_tokens=k) for k in (False, True)]}


def main():
    folder, strings, random, out = sys.argv[1:]
    tok = transformers.MarianTokenizer.from_pretrained(folder)
    sp = sentencepiece.SentencePieceProcessor(model_file=folder + "/source.spm")
    texts = [s["s"] for s in json.load(open(strings, encoding="utf-8"))]
    encoded = [encode(tok, sp, s) for s in texts]
    write({
        "transformers": transformers.__version__,
        "sentencepiece": sentencepiece.__version__,
        "ids": [ids for ids, _ in encoded],
        "spans": [deltas(spans) for _, spans in encoded],
        "random": digests(encode(tok, sp, s) for s in read_random(random)),
        "pairs": [pair(tok, sp, texts[i - 1], texts[i]) for i in range(1, len(texts), 16)],
        "decoded": [decoded(tok, tokens) for tokens in TOKEN_LISTS],
        "texts": [[tok.decode(ids, skip_special_tokens=k) for k in (False, True)] for ids, _ in encoded[::8]],
    }, out)


main()
