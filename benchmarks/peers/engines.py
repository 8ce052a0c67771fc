"""The peers' ways to run one BERT classifier, each behind run(ids) -> logits.

ids is an int64 array [sequences, tokens] without padding. An engine is built in
the process that runs it; see worker.py.
"""

import os
import tempfile

import numpy as np

SUB_BATCH = 32  # every peer below is fastest, or within noise of it, at 16 to 64


class Torch:
    """PyTorch eager, scaled-dot-product attention; float32, bfloat16 autocast or dynamic int8."""

    def __init__(self, folder, threads, kind="f32"):
        import torch
        from transformers import AutoModelForSequenceClassification

        torch.set_num_threads(threads)
        self.torch = torch
        self.model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
        self.autocast = kind == "bf16"
        if kind == "int8":
            self.model = torch.ao.quantization.quantize_dynamic(self.model, {torch.nn.Linear}, dtype=torch.qint8)

    def run(self, ids):
        torch = self.torch
        parts = []
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.autocast):
            for i in range(0, len(ids), SUB_BATCH):
                x = torch.from_numpy(ids[i : i + SUB_BATCH])
                parts.append(self.model(input_ids=x, attention_mask=torch.ones_like(x)).logits.float().numpy())
        return np.concatenate(parts)


def export_onnx(folder, path):
    """Writes the classifier as ONNX with dynamic axes, fused by onnxruntime's own optimizer."""
    import torch
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    x = torch.ones(2, 8, dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    plain = path + ".plain"
    torch.onnx.export(
        model,
        (x, x),
        plain,
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    config = model.config
    optimizer.optimize_model(
        plain,
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        optimization_options=FusionOptions("bert"),
    ).save_model_to_file(path)
    return plain


class OnnxRuntime:
    """onnxruntime on the fused graph; float32 or dynamic int8 per channel."""

    def __init__(self, folder, threads, kind="f32"):
        import onnxruntime as ort

        path = os.path.join(tempfile.mkdtemp(), "model.onnx")
        export_onnx(folder, path)
        if kind == "int8":
            import onnx
            from onnxruntime.quantization import quantize_dynamic

            quantize_dynamic(
                path, path + ".int8", per_channel=True, extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT}
            )
            path += ".int8"
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.names = {i.name: i.type for i in self.session.get_inputs()}

    def run(self, ids):
        parts = []
        for i in range(0, len(ids), SUB_BATCH):
            x = ids[i : i + SUB_BATCH]
            feed = {"input_ids": x, "attention_mask": np.ones_like(x)}
            feed = {n: v.astype(np.int32) if "int32" in self.names[n] else v for n, v in feed.items()}
            parts.append(self.session.run(["logits"], feed)[0])
        return np.concatenate(parts)


class CTranslate2:
    """ctranslate2's encoder with the classifier's two layers in numpy; float32 or int8."""

    def __init__(self, folder, threads, kind="f32"):
        import ctranslate2
        import torch
        from transformers import AutoModelForSequenceClassification

        model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32)
        encoder = tempfile.mkdtemp()
        model.bert.save_pretrained(encoder)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            os.symlink(os.path.abspath(os.path.join(folder, name)), os.path.join(encoder, name))
        target = os.path.join(tempfile.mkdtemp(), "ct2")
        ctranslate2.converters.TransformersConverter(encoder).convert(target)
        compute = {"f32": "float32", "int8": "int8"}[kind]
        self.encoder = ctranslate2.Encoder(target, compute_type=compute, intra_threads=threads)
        self.weight = model.classifier.weight.detach().numpy()
        self.bias = model.classifier.bias.detach().numpy()

    def run(self, ids):
        parts = []
        for i in range(0, len(ids), SUB_BATCH):
            out = self.encoder.forward_batch(ids[i : i + SUB_BATCH].tolist())
            parts.append(np.array(out.pooler_output) @ self.weight.T + self.bias)
        return np.concatenate(parts)


class OpenVINO:
    """OpenVINO on the exported graph; float32, bfloat16, or int8 calibrated by nncf."""

    def __init__(self, folder, threads, kind="f32"):
        import openvino as ov

        path = os.path.join(tempfile.mkdtemp(), "model.onnx")
        plain = export_onnx(folder, path)
        core = ov.Core()
        model = core.read_model(plain)
        if kind == "int8":
            import nncf
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
            lines = open("texts.txt", encoding="utf-8").read().splitlines()
            samples = [np.array([tokenizer.encode(line).ids], dtype=np.int64) for line in lines]
            model = nncf.quantize(
                model,
                nncf.Dataset([{"input_ids": s, "attention_mask": np.ones_like(s)} for s in samples]),
                model_type=nncf.ModelType.TRANSFORMER,
            )
        config = {
            "INFERENCE_NUM_THREADS": threads,
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if kind == "bf16" else "f32",
        }
        self.request = core.compile_model(model, "CPU", config).create_infer_request()

    def run(self, ids):
        parts = []
        for i in range(0, len(ids), SUB_BATCH):
            x = np.ascontiguousarray(ids[i : i + SUB_BATCH])
            out = self.request.infer({"input_ids": x, "attention_mask": np.ones_like(x)})
            parts.append(next(iter(out.values())).copy())
        return np.concatenate(parts)


ENGINES = {"torch": Torch, "onnxruntime": OnnxRuntime, "ctranslate2": CTranslate2, "openvino": OpenVINO}
