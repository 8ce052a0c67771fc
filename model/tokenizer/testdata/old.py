"""Write what transformers makes of the test strings by the files that tokenizers had before tokenizer.json: see old.json.

    python old.py STRINGS.json.gz old.files.json.gz old.golden.json.gz [NAME]

Made with transformers 5.24.0, tokenizers 0.23.3, sentencepiece 0.2.3 and emoji 0.6.0 on Python 3.11. Of every string's
line of ids and spans the output has the first two bytes of a SHA-256, all in base 64, and the whole hash of all lines;
the same of pairs of a string and the next, and of decoded texts, of every eighth. Where transformers has no tokenizer
of its package tokenizers, the spans are counted here. With a name, it prints what that tokenizer is.
"""

import base64
import gzip
import hashlib
import json
import os
import pathlib
import re
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"

import sentencepiece
from golden import byte_spans, write
from transformers import AutoTokenizer


def load(case, files):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "config.json").write_text(json.dumps({"model_type": case["kind"]}))
        for name, source in case["files"].items():
            content = files[source]
            (folder / name).write_bytes(base64.b64decode(content) if name.endswith("model") else content.encode())
        for name, content in case.items():
            if name.endswith(".json"):
                (folder / name).write_text(json.dumps(content))
        tok = AutoTokenizer.from_pretrained(folder)
        if hasattr(tok, "sp_model"):
            tok.proto = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sentencepiece.bpe.model"))
    return tok


def fast(tok):
    b = tok._tokenizer
    b.no_truncation()
    b.no_padding()

    def encode(text, pair=None):
        e = b.encode(text) if pair is None else b.encode(text, pair)
        texts = [text, pair]
        spans = [byte_spans(texts[s or 0], [o])[0] for s, o in zip(e.sequence_ids, e.offsets)]
        return e.ids, spans, e.type_ids

    return encode, lambda ids: b.decode(ids, skip_special_tokens=True)


def pieces_of(tok, text):
    """The ids and the spans, in characters, of a text that nothing stands around."""
    ids, spans, at = [], [], 0
    added = set(tok.added_tokens_encoder)
    for part in tok.tokens_trie.split(text):
        if part in added:
            ids.append(tok.convert_tokens_to_ids(part))
            spans.append((at, at + len(part)))
        elif hasattr(tok, "sp_model"):
            begin = len(text[:at].encode())
            for p in tok.proto.encode(part, return_type="proto").pieces:
                ids.append(tok._convert_token_to_id(p.piece))
                spans.append((begin + p.begin, begin + p.end))
        else:
            for word in re.finditer(r"\S+\n?", part):
                start = at + word.start()
                for p in tok.bpe(word.group()).split(" "):
                    ids.append(tok._convert_token_to_id(p))
                    size = len(p) - 2 if p.endswith("@@") and start + len(p) - 2 < at + word.end() else len(p)
                    spans.append((start, start + size))
                    start += size
        at += len(part)
    if not hasattr(tok, "sp_model"):
        spans = byte_spans(text, spans)
    return ids, spans


def slow(tok):
    def encode(text, pair=None):
        ids = tok(text, pair)["input_ids"]
        if getattr(tok, "normalization", False):
            return ids, [], [0] * len(ids)
        texts = [text] if pair is None else [text, pair]
        want, spans = tok.build_inputs_with_special_tokens(*[pieces_of(tok, t)[0] for t in texts]), []
        assert ids == want, (text, ids, want)
        marks = tok.build_inputs_with_special_tokens(*[[-1 - i] * len(pieces_of(tok, t)[0]) for i, t in enumerate(texts)])
        queues = [iter(pieces_of(tok, t)[1]) for t in texts]
        return ids, [next(queues[-1 - m]) if m < 0 else (0, 0) for m in marks], [0] * len(ids)

    return encode, lambda ids: tok.decode(ids, skip_special_tokens=True)


def line(ids, spans, types=None):
    s = ",".join(map(str, ids)) + "|" + ",".join("%d-%d" % s for s in spans)
    return s + ("" if types is None else "|" + ",".join(map(str, types)))


def digest(lines):
    each = b"".join(hashlib.sha256(s.encode()).digest()[:2] for s in lines)
    return {"each": base64.b64encode(each).decode(), "all": hashlib.sha256("\n".join(lines).encode()).hexdigest()}


def golden(tok, texts):
    encode, decode = (fast if hasattr(tok, "_tokenizer") else slow)(tok)
    encoded = [encode(s) for s in texts]
    return {
        "texts": digest([line(ids, spans) for ids, spans, _ in encoded]),
        "pairs": digest([line(*encode(a, b)) for a, b in zip(texts[::8], texts[1::8])]),
        "decoded": digest([decode(ids) for ids, _, _ in encoded[::8]]),
    }


def main():
    texts = [s["s"] for s in json.loads(gzip.open(sys.argv[1]).read())]
    files = json.loads(gzip.open(sys.argv[2]).read())
    cases = json.load(open("old.json", encoding="utf-8"))
    if len(sys.argv) > 4:
        tok = load(cases[sys.argv[4]], files)
        parts = json.loads(tok._tokenizer.to_str()) if hasattr(tok, "_tokenizer") else {}
        parts.get("model", {}).update(vocab=len(parts["model"]["vocab"]), merges=len(parts["model"].get("merges", [])))
        print(type(tok).__name__, json.dumps(parts, ensure_ascii=False)[:6000])
        for t in json.loads(sys.argv[5]) if len(sys.argv) > 5 else []:
            e = (fast if hasattr(tok, "_tokenizer") else slow)(tok)[0](t)
            print(e, tok.convert_ids_to_tokens(e[0]))
        return
    write({name: golden(load(case, files), texts) for name, case in cases.items()}, sys.argv[3])


main()
