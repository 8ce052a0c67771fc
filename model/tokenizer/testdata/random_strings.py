"""Write strings of random characters where tokenizers go wrong: marks, forms, scripts, spaces, controls, emoji.

    python random_strings.py OUT.json.gz
"""

import gzip
import json
import random
import sys

POOLS = [
    range(0x20, 0x7F), range(0x20, 0x7F), range(0x61, 0x7B), range(0x61, 0x7B), range(0x41, 0x5B), range(0x30, 0x3A),
    range(0, 0x20), range(0x7F, 0xA1), range(0xA1, 0x180), range(0x180, 0x250), range(0x1E00, 0x2000),
    range(0x300, 0x370), range(0x300, 0x370), range(0x370, 0x530), range(0x590, 0x700), range(0x900, 0xE00),
    range(0xE00, 0x1000), range(0x1100, 0x1200), range(0xAC00, 0xD7A4), range(0x2000, 0x2070), range(0x2070, 0x2200),
    range(0x2460, 0x2500), range(0x3000, 0x3100), range(0x3200, 0x3400), range(0x4E00, 0x9FFF), range(0xF900, 0xFB50),
    range(0xFB50, 0xFE00), range(0xFE00, 0xFFFE), range(0x1D400, 0x1D800), range(0x1F100, 0x1F200),
    range(0x1F300, 0x1FAFF), range(0x10000, 0x11FFF), range(0x16000, 0x17000), range(0x1E000, 0x1F000),
    range(0x20000, 0x30000), range(0xE000, 0xE100), range(0xE0000, 0xE0200), range(0x110000),
]
PIECES = [
    "'s", "'S", "'\u017f", "'LL", "'Ve", "n't", " do not ", "\r\n", "\n\n", "  ", "   \n ", "\t", "\u3000", "\u00a0", "\u200b",
    "\u200d", "\ufe0f", "\ufeff", "\u2581", "\u0345", "\u0344", "\u0f73", "\u212b", "\u0130", "\u00df", "\ufb01", "\u00bd", "e\u0301",
    "q\u0323\u0307", "\u1100\u1161\u11a8", "\u0915\u094d\u0937", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea",
    "[MASK]", "<mask>", " <mask> ", "</s>", "<s>", "[SEP]", "<extra_id_0>", "<|endoftext|>", "<unk>", "<0x41>", "the", " Token",
    "1234567", "3.14", "x" * 40, "http://a.b/c?d=e", "Chang\u0117", "\u0e17\u0e35\u0e48", "\u05d0\u05b8", "\u0627\u0644\u0644\u0651\u0647",
]


def text(rng):
    out = []
    for _ in range(rng.randint(1, 24)):
        if rng.random() < 0.4:
            out.append(rng.choice(PIECES))
        else:
            pool = rng.choice(POOLS)
            for _ in range(rng.randint(1, 4)):
                c = rng.choice(pool)
                if not 0xD800 <= c < 0xE000:
                    out.append(chr(c))
    return "".join(out)


rng = random.Random(1)
strings = [text(rng) for _ in range(1200)]
with open(sys.argv[1], "wb") as f:
    f.write(gzip.compress(json.dumps(strings, ensure_ascii=False, indent=0).encode(), 9, mtime=0))
