"""Asks a server of `explain serve` with the clients that people have: kserve 0.21
and tritonclient 2.73 of PyPI. An argument is the server's address, host:port."""

import asyncio
import sys

import numpy as np
import tritonclient.http as triton
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

ADDRESS = sys.argv[1]
TEXTS = ["a gripping, funny film", "an awful bore"]
WANT = ["POSITIVE", "NEGATIVE"]


async def kserve_v1():
    client = InferenceRESTClient(RESTConfig(protocol="v1"))
    got = await client.infer(f"http://{ADDRESS}", {"instances": TEXTS}, model_name="sentiment")
    assert [p["label"] for p in got["predictions"]] == WANT, got
    got = await client.explain(f"http://{ADDRESS}", "sentiment", {"instances": TEXTS})
    assert [p["text"] for p in got["explanations"][0]["players"]] == ["a", "gripping", ",", "funny", "film"], got


async def kserve_v2():
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    assert await client.is_server_live(f"http://{ADDRESS}")
    assert await client.is_server_ready(f"http://{ADDRESS}")
    assert await client.is_model_ready(f"http://{ADDRESS}", "sentiment")
    texts = InferInput("text", [2], "BYTES", data=TEXTS)
    got = await client.infer(f"http://{ADDRESS}", InferRequest("sentiment", [texts]), model_name="sentiment")
    assert list(got.outputs[0].data) == WANT, got


def tritonclient():
    client = triton.InferenceServerClient(ADDRESS)
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("sentiment")
    assert client.get_model_metadata("sentiment")["inputs"][0]["datatype"] == "BYTES"
    for binary in (True, False):
        texts = triton.InferInput("text", [2], "BYTES")
        texts.set_data_from_numpy(np.array([t.encode() for t in TEXTS], dtype=object), binary_data=binary)
        got = client.infer("sentiment", [texts]).as_numpy("label")
        assert [x.decode() if isinstance(x, bytes) else x for x in got] == WANT, got
        got = client.infer("sentiment", [texts]).as_numpy("probabilities")
        assert got.shape == (2, 2), got


asyncio.run(kserve_v1())
asyncio.run(kserve_v2())
tritonclient()
print("kserve and tritonclient are answered")
