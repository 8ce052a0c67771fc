"""Writes what transformers computes for BERT classifiers, for the tests of package model.

    python golden_bert.py FOLDER

FOLDER is the built-in model's (model/pretrained). Beside this script it writes

    bert.json       logits of the built-in model, in float32: texts, pairs of texts,
                    hidden tokens, masked tokens, positions of the caller's
    bert-tiny/      a random model of odd sizes as model.safetensors of each type,
                    and in several files, with logits.json

Made with torch 2.15.0, transformers 5.23.0, safetensors 0.8.0, tokenizers 0.23.3.
"""

import json
import pathlib
import shutil
import sys

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import AutoModelForSequenceClassification, AutoTokenizer, BertConfig, BertForSequenceClassification

HERE = pathlib.Path(__file__).parent

TEXTS = [
    "",
    " ",
    "?",
    "good",
    "bad",
    "Not good.",
    "Not bad at all!",
    "The plot is thin, but the acting is wonderful.",
    "The acting is wonderful, but the plot is thin.",
    "I would watch it again tomorrow.",
    "I want those two hours of my life back.",
    "It never quite decides what it wants to be, and that is its charm.",
    "It never quite decides what it wants to be, and that is its ruin.",
    "A gripping, funny film with a heart the size of a house.",
    "A lifeless, humorless film with a heart the size of a pea.",
    "Nobody in the cinema laughed, except at the parts that were meant to be sad.",
    "My grandmother fell asleep; my son did not blink once.",
    "If you liked the book you will hate this; if you hated the book you will love it.",
    "The best thing about it is the poster.",
    "Hardly a masterpiece, yet hardly a waste of an evening.",
    "unbelievably, unforgivably, uninterruptedly dull",
    "The soundtrack alone is worth the ticket.",
    "Bring a pillow.",
    "Bring tissues.",
    "Two thumbs up, way up, up to the ceiling.",
    "I have seen paint dry with more suspense.",
    "Her performance is a small miracle in an otherwise ordinary picture.",
    "An ordinary picture. A small miracle, her performance. Otherwise: ordinary.",
    "It is what it is.",
    "The director knows exactly when to look away.",
    "The director should have looked away.",
    "Everything a sequel should not be: louder, longer, emptier.",
    "Everything a sequel should be: quieter, shorter, deeper.",
    "I can't recommend it enough.",
    "I can't recommend it.",
    "Don't miss it!",
    "Don't bother.",
    "A comedy without jokes is a tragedy; this one has three.",
    "So bad it's good, so good it's bad, so what?",
    "Smart dialogue, sloppy editing, superb light.",
    "0 stars out of 10",
    "10 stars out of 10",
    "WOW!!! WHAT. A. RIDE.",
    "meh",
    "The villain has no motive, the hero has no face, and the dog deserves an award.",
    "Café society has seldom looked so naïve, or so beautiful.",
    "Ein wunderbarer Film über das Warten.",
    "Un film magnifique, drôle et émouvant.",
    "Очень скучный фильм.",
    "素晴らしい映画でした。",
    "这部电影太无聊了",
    "فيلم رائع",
    "🎬👍👍 loved it 😍",
    "🍅🍅🍅",
    "zzz… zzz… zzz…",
    "tab\tand\nnew line and no-break\u00a0space",
    "e\u0301te\u0301 and \u00e9t\u00e9",
    "https://example.org/review?id=42&lang=en says it is fine",
    "Antidisestablishmentarianism supercalifragilisticexpialidocious pneumonoultramicroscopicsilicovolcanoconiosis",
    "it " * 60,
]
LONG = " ".join(TEXTS[7:40])
TEXTS += [LONG[:900], LONG]
PAIRS = [
    ("Is it any good?", "It is the finest hour of its maker."),
    ("Is it any good?", "No."),
    ("", "Second without a first."),
    ("First, and long enough to differ.", "Second: longer, and with other words in it."),
]


def case(model, ids, types=None, positions=None, hidden=None, **about):
    """The logits for one input, which is written as a Sequence of package model."""
    given = {"ids": ids, "types": types, "positions": positions, "hidden": hidden}
    tensor = lambda x: None if x is None else torch.tensor([x])
    with torch.no_grad():
        out = model(
            input_ids=tensor(ids),
            token_type_ids=tensor(types),
            position_ids=tensor(positions),
            attention_mask=torch.ones(1, len(ids)) if hidden is None else 1 - torch.tensor([hidden]).float(),
        )
    return about | {k: v for k, v in given.items() if v is not None} | {"logits": out.logits[0].tolist()}


def pattern(n, step):
    """A mark for some of n tokens, never the first or the last."""
    return [int(0 < i < n - 1 and (i * i + i * step) % 5 < 2) for i in range(n)]


def built_in(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
    cases = []
    for text in TEXTS:
        cases.append(case(model, tokenizer(text).input_ids, text=text))
    for first, second in PAIRS:
        e = tokenizer(first, second)
        cases.append(case(model, e.input_ids, types=e.token_type_ids, text=first, second=second))
    for step, text in enumerate(TEXTS[7:60:5]):
        ids = tokenizer(text).input_ids
        marks = pattern(len(ids), step)
        cases.append(case(model, ids, hidden=marks))
        cases.append(case(model, [103 if m else i for i, m in zip(ids, marks)]))
        kept = [i for i, m in enumerate(marks) if not m]
        cases.append(case(model, [ids[i] for i in kept]))
        cases.append(case(model, [ids[i] for i in kept], positions=[(i * 7 + step) % 512 for i in kept]))
    cases.append(case(model, tokenizer(LONG).input_ids, hidden=pattern(len(tokenizer(LONG).input_ids), 1)))
    (HERE / "bert.json").write_text(json.dumps(cases, ensure_ascii=False, indent=0) + "\n")


def tiny_tokenizer():
    words = "[PAD] [UNK] [CLS] [SEP] [MASK] a the film is was good bad not very ##ly ##s . , ! ?".split()
    t = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer()
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.add_special_tokens(words[:5])
    t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return t


def tiny():
    folder = HERE / "bert-tiny"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    torch.manual_seed(1)
    labels = ["no", "maybe", "yes"]
    config = BertConfig(
        vocab_size=20, hidden_size=20, num_hidden_layers=2, num_attention_heads=2, intermediate_size=36,
        hidden_act="gelu_new", max_position_embeddings=24, type_vocab_size=3, initializer_range=0.4,
        id2label=dict(enumerate(labels)), label2id={l: i for i, l in enumerate(labels)},
    )
    model = BertForSequenceClassification(config).eval()
    for p in model.parameters():  # the biases and gains as well
        torch.nn.init.normal_(p, mean=0.0, std=0.4)
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    sequences = [[2, 3], [2, 7, 8, 10, 3], [2] + [5 + i * i % 15 for i in range(22)] + [3]]
    logits = {}
    for name, dtype in {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}.items():
        model.to(dtype)
        model.config.save_pretrained(folder / name)
        save_file(dict(model.state_dict()), folder / name / "model.safetensors")
        model.to(torch.float32)
        cases = [case(model, ids, types=[i % 3 for i in range(len(ids))]) for ids in sequences]
        logits[name] = cases + [case(model, sequences[2], hidden=pattern(24, 1))]
        if name == "F32":
            model.save_pretrained(folder / "sharded", max_shard_size="12KB")
            logits["sharded"] = logits[name]
        shutil.copy(folder / "tokenizer.json", folder / name)
    shutil.copy(folder / "tokenizer.json", folder / "sharded")
    (folder / "tokenizer.json").unlink()
    (folder / "logits.json").write_text(json.dumps(logits, indent=0) + "\n")


if __name__ == "__main__":
    built_in(sys.argv[1])
    tiny()
