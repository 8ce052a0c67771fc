"""Writes what the pipelines of transformers make of tiny random models, for the tests of package model.

    python golden_tasks.py

Beside this script it writes tasks/: a checkpoint for each task and kind of tokenizer, and tasks.json with what the
pipelines say. The pipeline that answers questions is gone from newer versions: golden_answers.py runs it.

Made with torch 2.15.0, transformers 5.23.0, tokenizers 0.23.3.
"""

import json
import pathlib
import shutil

import torch
import transformers as tf
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent / "tasks"
WORDS = """[PAD] [UNK] [CLS] [SEP] [MASK] the a an of in is was to who where when what lives wrote works for and or not
un ##believ ##ably ##ing ##ed ##s ##er ##land new york ada lovelace paris river city old book tall tower built by near
this example film play good bad dull about sport politic ##al . , ! ? ' - 1 8 ##8 ##4 ##2 e ##e c ##af l s t""".split()
TEXTS = [
    "Ada Lovelace lives in New York.",
    "The tall tower near the river was built in 1842 by Ada, not by the city of Paris!",
    "Unbelievably, Ada's book wasn't about sports and politics",
    "Café  é tower-builder\n Paris",
    "zebra Ada zebra",
    "A",
]
LONG = " ".join(TEXTS[:3] * 4)


def wordpiece():
    t = Tokenizer(models.WordPiece({w: i for i, w in enumerate(WORDS)}, unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer()
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.add_special_tokens(WORDS[:5])
    t.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    t.decoder = decoders.WordPiece()
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), WORDS))
    return tf.BertTokenizerFast(tokenizer_object=t, model_max_length=40, **names)


def bytelevel():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.BpeTrainer(vocab_size=330, special_tokens=names, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    t.train_from_iterator(TEXTS * 3, trainer)
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return tf.PreTrainedTokenizerFast(
        tokenizer_object=t, model_max_length=60, bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", pad_token="<pad>",
        unk_token="<unk>", mask_token="<mask>", model_input_names=["input_ids", "attention_mask"],
    )


def make(folder, tokenizer, task, scale=0.7, **config):
    torch.manual_seed(sum(map(ord, folder)))
    sizes = dict(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24, pad_token_id=tokenizer.pad_token_id, **config
    )
    if "bytes" in folder:
        made = getattr(tf, "RobertaFor" + task)(tf.RobertaConfig(max_position_embeddings=62, type_vocab_size=1, **sizes))
    else:
        made = getattr(tf, "BertFor" + task)(tf.BertConfig(max_position_embeddings=40, **sizes))
    for name, p in made.named_parameters():
        gain = "LayerNorm.weight" in name
        torch.nn.init.normal_(p, mean=float(gain), std=scale if p.dim() > 1 else 0.1)
    shutil.rmtree(HERE / folder, ignore_errors=True)
    made.eval().save_pretrained(HERE / folder)
    tokenizer.save_pretrained(HERE / folder)
    (HERE / folder / "generation_config.json").unlink(missing_ok=True)
    return made


def names(labels):
    return {"id2label": dict(enumerate(labels)), "label2id": {l: i for i, l in enumerate(labels)}}


def plain(x):
    """x with the numbers of NumPy as those of Python."""
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    return x.item() if hasattr(x, "item") else x


def tags(folder, tokenizer):
    labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "MISC", "X-A"]
    run = tf.pipeline("token-classification", make(folder, tokenizer, "TokenClassification", **names(labels)), tokenizer=tokenizer)
    cases = []
    for text in TEXTS + [LONG]:
        for how in ("none", "simple", "first", "average", "max"):
            given = {"aggregation_strategy": how}
            if text == LONG:
                if how == "none":
                    continue
                given["stride"] = 7
            found = run(text, **given)
            cases.append({"text": text, "how": how, "stride": given.get("stride", 0), "entities": [
                {"label": e.get("entity", e.get("entity_group")), "score": e["score"], "start": e["start"], "end": e["end"]} for e in found
            ]})
    return plain(cases)


def fills(folder, tokenizer):
    run = tf.pipeline("fill-mask", make(folder, tokenizer, "MaskedLM"), tokenizer=tokenizer)
    mask = tokenizer.mask_token
    cases = []
    for text, given in [
        (f"Ada {mask} in Paris.", {}),
        (f"{mask}", {"top_k": 3}),
        (f"The {mask} tower was {mask} by Ada.", {"top_k": 2}),
        (f"Ada {mask} in Paris.", {"targets": ["river", "the", "river", "unbelievably"]}),
    ]:
        found = run(text, **given)
        if isinstance(found[0], dict):
            found = [found]
        cases.append({"text": text, "words": given.get("top_k", 0), "targets": given.get("targets"), "fillings": found})
    return plain(cases)


def classes(tokenizer):
    cases = []
    pairs = [(TEXTS[0], None), (TEXTS[1], None), (TEXTS[0], "Who lives in Paris?"), ("", "Ada")]
    for folder, config in {
        "words-single": names(["contradiction", "neutral", "entailment"]),
        "words-multi": {"problem_type": "multi_label_classification", **names(["a", "b", "c"])},
        "words-one": names(["score"]),
        "words-regression": {"problem_type": "regression", **names(["x", "y"])},
    }.items():
        run = tf.pipeline("text-classification", make(folder, tokenizer, "SequenceClassification", **config), tokenizer=tokenizer)
        for text, pair in pairs:
            got = run({"text": text} | ({"text_pair": pair} if pair else {}), top_k=None)
            cases.append({"model": folder, "text": text, "pair": pair, "scores": got})
    return plain(cases)


def zero_shot(tokenizer):
    model = tf.AutoModelForSequenceClassification.from_pretrained(HERE / "words-single")
    run = tf.pipeline("zero-shot-classification", model, tokenizer=tokenizer)
    cases = []
    for labels, given in [
        (["sports", "politics", "Paris"], {}),
        (["sports", "politics", "Paris"], {"multi_label": True}),
        (["sports"], {}),
        (["good", "bad"], {"hypothesis_template": "The film was {}!"}),
    ]:
        got = run(TEXTS[0], labels, **given)
        scores = [{"label": l, "score": s} for l, s in zip(got["labels"], got["scores"])]
        cases.append({"text": TEXTS[0], "labels": labels, "template": given.get("hypothesis_template", ""), "any": given.get("multi_label", False), "scores": scores})
    return plain(cases)


def embeddings(tokenizer):
    body = tf.AutoModel.from_pretrained(HERE / "words-masked", add_pooling_layer=False)
    cases = []
    for text in TEXTS[:3]:
        with torch.no_grad():
            mean = body(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0)
        cases.append({"text": text, "vector": (mean / mean.norm()).tolist()})
    return cases


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    words, bytes_ = wordpiece(), bytelevel()
    golden = {
        "tags": {f: tags(f, t) for f, t in {"words-token": words, "bytes-token": bytes_}.items()},
        "fills": {f: fills(f, t) for f, t in {"words-masked": words, "bytes-masked": bytes_}.items()},
        "classes": classes(words),
        "zero_shot": zero_shot(words),
        "embeddings": embeddings(words),
    }
    make("words-span", words, "QuestionAnswering", scale=1.0)
    make("bytes-span", bytes_, "QuestionAnswering", scale=1.0)
    (HERE / "tasks.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n")
