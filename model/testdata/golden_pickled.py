"""The random model of bert-tiny as torch.save writes it, and what transformers computes with it.

    python golden_pickled.py

Reads bert-tiny/F32 beside this script, and writes bert-tiny/pickled/NAME, a folder of
weights each, with logits.json of transformers that loaded them.

    zip      torch ≥ 1.6            legacy   the stream before it
    sharded  two files, their index
    odd      strides, shared storages, buffers, numbers and texts beside the tensors, a tied second name

Made with torch 2.15.0, transformers 5.24.0.
"""

import collections
import json
import pathlib
import shutil
import tempfile

import torch
from safetensors.torch import load_file
from transformers import BertForSequenceClassification

HERE = pathlib.Path(__file__).parent / "bert-tiny"
OUT = HERE / "pickled"
IDS = [[2, 7, 9, 3], [2, 5, 6, 11, 12, 8, 3], [2, 3]]

weights = load_file(HERE / "F32" / "model.safetensors")
torch.manual_seed(0)


def odd():
    """The same numbers, stored as few do."""
    pool = torch.cat([t.flatten() for t in weights.values()])  # one storage for all
    d, at = collections.OrderedDict(), 0
    for i, (name, t) in enumerate(weights.items()):
        part = pool[at : at + t.numel()].view(t.shape)
        at += t.numel()
        if i % 3 == 1 and t.dim() == 2:
            part = t.t().contiguous().t()  # column by column
        if i % 3 == 2:
            part = torch.nn.Parameter(torch.stack([t, t], -1)[..., 0])  # every second number
        d[name] = part
    d["bert.embeddings.position_ids"] = torch.arange(24).expand((1, -1))
    d["bert.embeddings.seen"] = torch.tensor(True)
    d["epoch"], d["note"], d["nothing"] = 3, "a text", None
    d._metadata = collections.OrderedDict([("", {"version": 1})])
    return d


def save(name, state, **how):
    (OUT / name).mkdir(parents=True, exist_ok=True)
    torch.save(state, OUT / name / "pytorch_model.bin", **how)


save("zip", weights)
save("legacy", weights, _use_new_zipfile_serialization=False)
save("odd", odd())
names = list(weights)
places = {}
(OUT / "sharded").mkdir(parents=True, exist_ok=True)
for i, part in enumerate([names[: len(names) // 2], names[len(names) // 2 :]], 1):
    file = f"pytorch_model-{i:05}-of-00002.bin"
    torch.save({n: weights[n] for n in part}, OUT / "sharded" / file)
    places.update({n: file for n in part})
(OUT / "sharded" / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}, indent=1))

want = {}
for folder in sorted(p for p in OUT.iterdir() if p.is_dir()):
    with tempfile.TemporaryDirectory() as whole:
        shutil.copytree(folder, whole, dirs_exist_ok=True)
        shutil.copy(HERE / "F32" / "config.json", whole)
        if folder.name == "odd":  # transformers wants tensors alone
            state = torch.load(folder / "pytorch_model.bin", weights_only=True)
            torch.save({k: v for k, v in state.items() if isinstance(v, torch.Tensor)}, pathlib.Path(whole) / "pytorch_model.bin")
        model = BertForSequenceClassification.from_pretrained(whole).float().eval()
    with torch.no_grad():
        want[folder.name] = [{"IDs": ids, "Logits": model(torch.tensor([ids])).logits[0].tolist()} for ids in IDS]
(OUT / "logits.json").write_text(json.dumps(want, indent=1) + "\n")
