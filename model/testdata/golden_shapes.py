"""Tiny random checkpoints in shapes that repositories have, and what transformers computes.

    python golden_shapes.py

Writes shapes/NAME beside this script: whole folders, but for the vocabularies, which are
those of ../tokenizer/testdata/old.files.json.gz and are named in shapes/expected.json with
the ids and the logits of some texts. Weights are pickled, since old repositories have them so.

Made with torch 2.15.0, transformers 5.24.0, sentencepiece 0.2.3, tiktoken 0.14.0, protobuf 7.36.2.
"""

import base64
import gzip
import json
import pathlib
import shutil

import torch
from transformers import AutoModelForSequenceClassification as Model
from transformers import AutoTokenizer, BartConfig, BertConfig, GPT2Config, RobertaConfig, XLMRobertaConfig

HERE = pathlib.Path(__file__).parent
OUT = HERE / "shapes"
VOCABULARIES = json.load(gzip.open(HERE.parent / "tokenizer" / "testdata" / "old.files.json.gz"))
TEXTS = ["A fine film.", "Où est le café? naïve", "SO bad 😀 really"]
SMALL = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=12, num_labels=3,
             id2label={0: "neg", 1: "neu", 2: "pos"}, label2id={"neg": 0, "neu": 1, "pos": 2})
MERGES = {"vocab.json": "byte.vocab.json", "merges.txt": "byte.merges.txt"}


def bart(n):
    return BartConfig(vocab_size=n, d_model=8, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
                      encoder_ffn_dim=12, decoder_ffn_dim=12, max_position_embeddings=130, num_labels=3)


def more(name, state):
    """What repositories hold beside the tensors of a model."""
    if name == "bert-vocab-bin":
        state["bert.embeddings.position_ids"] = torch.arange(512).expand((1, -1))
        state["cls.predictions.bias"] = torch.zeros(3)
    if name == "bart-merges-bin":
        state["model.encoder.version"] = torch.tensor([3.0])
        state["loss_fct.weight"] = torch.ones(3)
    return state


SHAPES = [  # name, config, vocabulary, tokenizer_config, legacy stream, type of numbers, changes of config.json
    ("bert-vocab-bin", lambda n: BertConfig(vocab_size=n, **SMALL), {"vocab.txt": "bert.vocab.txt"},
     {"do_lower_case": True, "tokenizer_class": "BertTokenizer"}, False, torch.float32, {"auto_map": {"AutoModel": "modeling_x.X"}}),
    ("bert-double", lambda n: BertConfig(vocab_size=n, **SMALL), {"vocab.txt": "bert.vocab.txt"},
     None, False, torch.float64, {"id2label": {"0": 1, "1": 2, "2": 3}, "label2id": None}),
    ("roberta-merges-legacy-bin", lambda n: RobertaConfig(vocab_size=n, max_position_embeddings=130, type_vocab_size=1, **SMALL), MERGES,
     {"tokenizer_class": "RobertaTokenizer"}, True, torch.float32, {}),
    ("xlmr-spm-bin", lambda n: XLMRobertaConfig(vocab_size=n, max_position_embeddings=130, type_vocab_size=1, **SMALL), {"sentencepiece.bpe.model": "fairseq.model"},
     {"tokenizer_class": "XLMRobertaTokenizer"}, False, torch.float16, {"torch_dtype": "float16", "dtype": None}),
    ("bart-merges-bin", bart, MERGES, {"tokenizer_class": "BartTokenizer"}, False, torch.float32, {"id2label": None, "label2id": None, "num_labels": 3}),
    ("gpt2-merges-bin", lambda n: GPT2Config(vocab_size=n, n_embd=8, n_layer=1, n_head=2, n_positions=130, num_labels=3, pad_token_id=1), MERGES,
     {"tokenizer_class": "GPT2Tokenizer"}, True, torch.bfloat16, {}),
]

want = {}
shutil.rmtree(OUT, ignore_errors=True)
for seed, (name, config, files, settings, legacy, dtype, changes) in enumerate(SHAPES):
    torch.manual_seed(seed)
    folder = OUT / name
    folder.mkdir(parents=True)
    for to, source in files.items():
        text = VOCABULARIES[source]
        (folder / to).write_bytes(base64.b64decode(text) if source.endswith(".model") else text.encode())
    if settings:
        (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    size = sum(1 for _ in open(folder / "vocab.txt")) if "vocab.txt" in files else 1000
    conf = config(size + 8)
    conf.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    conf = config(len(tokenizer) + 8)
    model = Model.from_config(conf).eval()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn_like(p) * 0.3 if p.dim() > 1 else p + torch.randn_like(p) * 0.1)
    model.to(dtype)
    conf.save_pretrained(folder)
    written = json.loads((folder / "config.json").read_text()) | changes
    written["architectures"] = [type(model).__name__]
    (folder / "config.json").write_text(json.dumps({k: v for k, v in written.items() if v is not None}, indent=1))
    torch.save(more(name, model.state_dict()), folder / "pytorch_model.bin", _use_new_zipfile_serialization=not legacy)
    model.float()
    inputs = [tokenizer(t, return_tensors="pt") for t in TEXTS]
    with torch.no_grad():
        want[name] = {"files": files, "cases": [{"Text": t, "IDs": i["input_ids"][0].tolist(), "Logits": model(**i).logits[0].tolist()} for t, i in zip(TEXTS, inputs)]}
    for to in files:
        (folder / to).unlink()
(OUT / "expected.json").write_text(json.dumps(want, ensure_ascii=False, indent=1) + "\n")
