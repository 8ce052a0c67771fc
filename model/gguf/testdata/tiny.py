"""Writes tiny.gguf, with metadata of every type and tensors in several formats, and
tiny.json, what they are.

gguf 0.19.0, numpy 2.4.6. Run: python tiny.py
"""

import json

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import quants


def main():
    w = gguf.GGUFWriter("tiny.gguf", "llama")
    w.add_uint8("a.uint8", 200)
    w.add_int8("a.int8", -100)
    w.add_uint16("a.uint16", 60000)
    w.add_int16("a.int16", -30000)
    w.add_uint32("a.uint32", 4000000000)
    w.add_int32("a.int32", -2000000000)
    w.add_float32("a.float32", 0.1)
    w.add_bool("a.bool", True)
    w.add_string("a.text", "größer\n")
    w.add_uint64("a.uint64", 1 << 40)
    w.add_int64("a.int64", -(1 << 40))
    w.add_float64("a.float64", 0.1)
    w.add_array("a.texts", ["", "ä", "b c"])
    w.add_array("a.integers", [3, -1, 2])
    w.add_array("a.numbers", [0.5, -2.25])
    w.add_array("a.truths", [True, False])

    rng = np.random.default_rng(2)
    tensors = {}
    for name, shape, kind in [
        ("norm", (6,), Type.F32),
        ("half", (3, 5), Type.F16),
        ("brain", (2, 3, 4), Type.BF16),
        ("eight", (3, 64), Type.Q8_0),
        ("four", (2, 32), Type.Q4_1),
    ]:
        data = quants.quantize(rng.normal(size=shape).astype(np.float32), kind)
        w.add_tensor(name, data, raw_dtype=kind)
        values = quants.dequantize(data, kind).astype(np.float32)
        tensors[name] = {"type": kind.name, "shape": shape, "values": [float(x) for x in values.ravel()]}
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    with open("tiny.json", "w") as f:
        json.dump(tensors, f, indent=0)
        f.write("\n")


main()
