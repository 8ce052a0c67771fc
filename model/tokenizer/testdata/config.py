"""Write what transformers makes of the test strings where other files count over tokenizer.json: see config.json.

    python config.py STRINGS.json.gz > config.golden.json

Made with transformers 5.24.0 and tokenizers 0.23.3 on Python 3.11. Of the ids of every 32 strings the output has the
first eight digits of a SHA-256.
"""

import gzip
import json
import os
import pathlib
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"

from golden import digests
from transformers import AutoTokenizer


def read(path):
    if path == "cased":
        return read("../pretrained/tokenizer.json").replace('"lowercase":true', '"lowercase":false')
    data = (pathlib.Path("..") / path).read_bytes()
    return (gzip.decompress(data) if path.endswith(".gz") else data).decode()


def main():
    texts = [s["s"] for s in json.loads(gzip.open(sys.argv[1]).read())]
    out = {}
    for name, (path, kind, files) in json.load(open("config.json")).items():
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "tokenizer.json").write_text(read(path), encoding="utf-8")
            (folder / "config.json").write_text(json.dumps({"model_type": kind}))
            for file, content in files.items():
                (folder / file).write_text(json.dumps(content))
            tok = AutoTokenizer.from_pretrained(folder)
            tok._tokenizer.no_truncation()
            tok._tokenizer.no_padding()
            out[name] = digests((tok._tokenizer.encode(t).ids, []) for t in texts)
    print(json.dumps(out, indent=0))


main()
