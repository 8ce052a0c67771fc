"""Writes blocks.json: blocks of every format of llama.cpp that f32 reads, and the
float32 numbers that the gguf package widens them to, both in base64.

gguf 0.19.0, numpy 2.4.6. Run: python blocks.py
"""

import base64
import json

import gguf
import numpy as np
from gguf import quants

FORMATS = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"]
# where the half precision scales of a block lie
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0],
}
SCALES = [0.0123, -3.7e-4, 6e-8, 1.9e-5, 0.0, 250.0]  # some subnormal, one none


def main():
    rng = np.random.default_rng(1)
    out = {}
    for name in FORMATS:
        kind = gguf.GGMLQuantizationType[name]
        numbers, size = gguf.GGML_QUANT_SIZES[kind]
        count = 3 if numbers == 256 else 12
        blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
        for i in range(count):
            for at in HALVES[name]:
                scale = np.float16(SCALES[rng.integers(len(SCALES))] * rng.uniform(0.5, 1.5))
                blocks[i, at : at + 2] = np.frombuffer(scale.tobytes(), np.uint8)
        try:
            some = quants.quantize(rng.normal(0, 0.02, (2, numbers)).astype(np.float32), kind)
            blocks = np.concatenate([blocks, some.reshape(2, size)])
        except NotImplementedError:
            pass  # gguf only widens these
        values = quants.dequantize(blocks, kind).astype("<f4")
        out[name] = {
            "blocks": base64.b64encode(blocks.tobytes()).decode(),
            "values": base64.b64encode(values.tobytes()).decode(),
        }
    with open("blocks.json", "w") as f:
        json.dump(out, f, indent=0)
        f.write("\n")


main()
