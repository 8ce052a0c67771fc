"""Holds what a real server tells against the engine: llama.cpp's, as llama-cpp-python serves it.

It writes the built-in model stories as a GGUF file, serves it on this machine, and explains some answers twice, with
explain ask and with explain generate --why: the log-probabilities of all tokens must be the same but for the rounding
of the server's key/value cache to 16 bits.

Run from the root of the repository: python model/remote/testdata/live.py
Made with llama-cpp-python 0.3.36 (pip install "llama-cpp-python[server]"), gguf 0.19.0.
"""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import gguf
import numpy as np
from safetensors.numpy import load_file

STORIES = pathlib.Path("model/pretrained/stories")
TOLERANCE = 0.05  # of a log-probability of rare tokens, about -20 each
CASES = [
    ("Once upon a time, there was a little girl named Lily. She lost her ball in the park.", " She was very sad and her mom"),
    ("Tom had a red car.", " He liked it."),
    ("Once upon a time.", " café 😀 naïve"),
    ("é", " 日本"),
]


def vocabulary(model):
    """Returns the tokens with their types and scores as llama.cpp wants them."""
    tokens = [None] * len(model["vocab"])
    for token, i in model["vocab"].items():
        tokens[i] = token
    rank = {}
    for i, merge in enumerate(model["merges"]):
        rank.setdefault("".join(merge) if isinstance(merge, list) else merge.replace(" ", ""), i)
    types, scores = [], []
    for i, token in enumerate(tokens):
        byte = len(token) == 6 and token.startswith("<0x")
        types.append(2 if i == 0 else 3 if i < 3 else 6 if byte else 1)
        scores.append(-float(rank[token]) if token in rank else -1e6 if len(token) == 1 else 0.0)
    return [t.encode() for t in tokens], types, scores


def convert(path):
    """Writes the model as GGUF, with rows of queries and keys in llama.cpp's order."""
    c = json.loads((STORIES / "config.json").read_text())
    w = load_file(STORIES / "model.safetensors")
    tokens, types, scores = vocabulary(json.loads((STORIES / "tokenizer.json").read_text())["model"])
    g = gguf.GGUFWriter(path, "llama")
    g.add_context_length(c["max_position_embeddings"])
    g.add_embedding_length(c["hidden_size"])
    g.add_block_count(c["num_hidden_layers"])
    g.add_feed_forward_length(c["intermediate_size"])
    g.add_head_count(c["num_attention_heads"])
    g.add_head_count_kv(c["num_key_value_heads"])
    g.add_layer_norm_rms_eps(c["rms_norm_eps"])
    g.add_rope_dimension_count(c["head_dim"])
    g.add_rope_freq_base(10000.0)
    g.add_vocab_size(len(tokens))
    g.add_tokenizer_model("llama")
    g.add_token_list(tokens)
    g.add_token_types(types)
    g.add_token_scores(scores)
    g.add_bos_token_id(1)
    g.add_eos_token_id(2)
    g.add_unk_token_id(0)
    g.add_add_bos_token(True)
    g.add_add_space_prefix(True)

    def add(name, a, heads=0):
        if heads:
            a = a.reshape(heads, 2, a.shape[0] // heads // 2, a.shape[1]).swapaxes(1, 2).reshape(a.shape)
        g.add_tensor(name, np.ascontiguousarray(a.astype(np.float32)))

    add("token_embd.weight", w["model.embed_tokens.weight"])
    add("output.weight", w.get("lm_head.weight", w["model.embed_tokens.weight"]))
    add("output_norm.weight", w["model.norm.weight"])
    for i in range(c["num_hidden_layers"]):
        p, b = f"model.layers.{i}.", f"blk.{i}."
        add(b + "attn_q.weight", w[p + "self_attn.q_proj.weight"], c["num_attention_heads"])
        add(b + "attn_k.weight", w[p + "self_attn.k_proj.weight"], c["num_key_value_heads"])
        add(b + "attn_v.weight", w[p + "self_attn.v_proj.weight"])
        add(b + "attn_output.weight", w[p + "self_attn.o_proj.weight"])
        for theirs, ours in (("gate", "gate"), ("up", "up"), ("down", "down")):
            add(f"{b}ffn_{theirs}.weight", w[f"{p}mlp.{ours}_proj.weight"])
        add(b + "attn_norm.weight", w[p + "input_layernorm.weight"])
        add(b + "ffn_norm.weight", w[p + "post_attention_layernorm.weight"])
    g.write_header_to_file()
    g.write_kv_data_to_file()
    g.write_tensors_to_file()
    g.close()


def serve(path):
    """Starts the server and returns it with its address."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "llama_cpp.server", "--model", path, "--model_alias", "stories", "--logits_all", "True",
         "--n_ctx", "512", "--host", "127.0.0.1", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return server, f"http://127.0.0.1:{port}/v1"
        except OSError:
            time.sleep(0.1)
    server.terminate()
    sys.exit("the server does not start")


def values(*command):
    """Returns what the answer's log-probability is after the whole prompt, and what each part adds to it, where parts
    are left of a prompt of several: of an empty one, a server begins the answer in a way of its own."""
    x = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    parts = [sum(term["score"]) for term in x["terms"]] if len(x["players"]) > 1 else []
    return np.array([sum(x["full"]), *parts]), len(x["full"])


def main():
    work = tempfile.mkdtemp()
    binary, path = os.path.join(work, "explain"), os.path.join(work, "stories.gguf")
    subprocess.run(["go", "build", "-o", binary, "./cmd/explain"], check=True)
    convert(path)
    server, url = serve(path)
    try:
        for prompt, answer in CASES:
            common = ["--prompt", prompt, "--answer", answer, "--unit", "sentence", "--format", "json"]
            theirs, n = values(binary, "ask", "--endpoint", url, "--score", "token", *common)
            ours, _ = values(binary, "generate", "--model", "stories", "--why", "--mask", "delete", *common)
            apart = np.abs(theirs - ours).max()
            print(f"{answer!r}: {n} outputs, log-probability {theirs[0]:.3f}, {apart:.4f} apart")
            assert apart <= TOLERANCE, (theirs, ours)
    finally:
        server.terminate()


main()
