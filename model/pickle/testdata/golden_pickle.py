"""Files of torch.save and the tensors that torch reads from them.

    python golden_pickle.py

Writes NAME.bin and NAME.safetensors, which holds what torch.load(NAME.bin,
weights_only=True) returned. Made with torch 2.15.0 and safetensors 0.8.0.
"""
import collections, io, os, zipfile, torch
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(1)
base = torch.arange(24, dtype=torch.float32) / 8 - 1


def state(**tensors):
    d = collections.OrderedDict(tensors)
    d._metadata = collections.OrderedDict([("", {"version": 1}), ("layer", {"version": 2})])
    return d


floats = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
wholes = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8]
types = state(**{str(t)[6:]: base.to(t).view(4, 6) for t in floats + wholes}, truth=base > 0)
layouts = state(
    whole=base, part=base[5:17], transposed=base.view(4, 6).t(), permuted=base.view(2, 3, 4).permute(2, 0, 1), column=base.view(4, 6)[:, 2],
    stepped=base[3::4], expanded=base[7:8].expand(3, 5), cell=base[9], scalar=torch.tensor(3.5), one=torch.ones(1, 1, 1), slim=base.view(4, 6)[1:2],
    empty=torch.zeros(0, 3), nothing=base[24:], same=base, halves=torch.arange(6, dtype=torch.float16)[1:].unfold(0, 2, 1),
)
others = dict(
    weight=torch.nn.Parameter(base.view(4, 6)), bias=torch.nn.Parameter(torch.ones(3), requires_grad=False), steps=12, big=2**80, rate=0.5, none=None, yes=True, no=False,
    name="a model", size=torch.Size([4, 6]), dtype=torch.float16, device=torch.device("cpu"), list=[1, [2]], dict={"a": {"b": 1}, 3: base}, set={1}, text=b"bytes", negative=-5,
)
others["parameter with state"] = torch.nn.Parameter(torch.zeros(2))
others["parameter with state"].note = "kept"
others["attributes"] = torch.arange(3.0)
others["attributes"].note = "kept"
apart = state(u16=torch.arange(3).to(torch.uint16), u32=torch.arange(3).to(torch.uint32), u64=torch.arange(3).to(torch.uint64),
              f8=base.to(torch.float8_e4m3fn), f8w=base.to(torch.float8_e5m2), view=torch.arange(8).to(torch.uint16).view(2, 4).t())

want = {}


def save(name, value, **how):
    torch.save(value, f"{here}/{name}.bin", **how)


save("types", types)
save("types-legacy", types, _use_new_zipfile_serialization=False)
save("layouts", layouts)
save("layouts-legacy", layouts, _use_new_zipfile_serialization=False)
save("others", others)
save("others-legacy", others, _use_new_zipfile_serialization=False)
save("apart", apart)
save("protocol-4", layouts, pickle_protocol=4)


# A big-endian machine's: the same records with their elements turned round.
sizes = dict(zip(range(len(types)), (t.element_size() for t in types.values())))
with zipfile.ZipFile(f"{here}/types.bin") as z, zipfile.ZipFile(f"{here}/big.bin", "w") as to:
    for info in z.infolist():
        data = z.read(info)
        folder, _, name = info.filename.partition("/")
        if name == "byteorder":
            data = b"big"
        elif name.startswith("data/"):
            n = sizes[int(name[5:])]
            data = b"".join(data[i : i + n][::-1] for i in range(0, len(data), n))
        to.writestr(zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0)), data)


for file in sorted(os.listdir(here)):
    if not file.endswith(".bin"):
        continue
    # Protocol 4 is refused by torch's restricted loader; the file is our own.
    read = torch.load(f"{here}/{file}", weights_only=file != "protocol-4.bin")
    tensors = {k: v.detach().contiguous().clone() for k, v in read.items() if isinstance(v, torch.Tensor)}
    save_file(tensors, f"{here}/{file[:-4]}.safetensors")
