"""Make tiny vocabularies in the files that tokenizers had before tokenizer.json, for old.py.

    python old_files.py STRINGS.json.gz old.files.json.gz

Made with sentencepiece 0.2.3 and tokenizers 0.23.3 on Python 3.11. The output maps names to contents; what is no text
is in base 64. The SentencePiece models are one of each kind, whose special pieces are put as each family has them.
"""

import base64
import gzip
import io
import json
import os
import sys
import tempfile

import sentencepiece
import tokenizers
from sentencepiece import sentencepiece_model_pb2 as pb

NORMAL, UNKNOWN, CONTROL, USER, BYTE = 1, 2, 3, 4, 6

# Characters that the models replace, as the rules of sentencepiece's own do.
RULES = {"\u00a0": " ", "\u3000": " ", "\t": " ", "\n": " ", "\r": " ", "\u2028": " ", "\ufb01": "fi", "\u00bd": "1/2", "e\u0301": "\u00e9",
         "\u212b": "\u00c5", "\u200b": "", "\ufeff": "", "\u2026": "...", "\uff21": "A", "\uff43": "c", "\u30ac": "\u30ab\u3099"}


def train(texts, kind, size, **options):
    with tempfile.TemporaryDirectory() as folder:
        rules = os.path.join(folder, "rules.tsv")
        with open(rules, "w", encoding="utf-8") as f:
            for old, new in RULES.items():
                f.write(" ".join("%X" % ord(c) for c in old) + "\t" + " ".join("%X" % ord(c) for c in new) + "\n")
        out = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts), model_writer=out, model_type=kind, vocab_size=size, normalization_rule_tsv=rules,
            character_coverage=0.98, hard_vocab_limit=False, minloglevel=2, num_threads=1, **options)
    m = pb.ModelProto()
    m.ParseFromString(out.getvalue())
    m.trainer_spec.ClearField("input")
    m.normalizer_spec.normalization_rule_tsv = ""
    m.ClearField("denormalizer_spec")
    return m


def with_specials(model, specials, **spec):
    """The model with other pieces in front than its own, which are of no kind but normal and byte."""
    m = pb.ModelProto()
    m.CopyFrom(model)
    del m.pieces[:]
    for i, (piece, kind) in enumerate(specials):
        m.pieces.add(piece=piece, score=0, type=kind)
        if kind == UNKNOWN:
            m.trainer_spec.unk_id, m.trainer_spec.unk_piece = i, piece
    for p in model.pieces:
        if p.type not in (UNKNOWN, CONTROL, USER) and p.piece not in dict(specials):
            m.pieces.add().CopyFrom(p)
    names = [s for s, _ in specials]
    for field, name in ("bos_id", "<s>"), ("eos_id", "</s>"), ("pad_id", "<pad>"):
        setattr(m.trainer_spec, field, names.index(name) if name in names else -1)
    for field, value in spec.items():
        setattr(m.normalizer_spec, field, value)
    return m


def text_of(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        return f.read()


def byte_level(texts):
    tok = tokenizers.ByteLevelBPETokenizer()
    tok.train_from_iterator(texts, vocab_size=700, show_progress=False, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>"])
    with tempfile.TemporaryDirectory() as folder:
        tok.save_model(folder)
        return text_of(folder, "vocab.json"), text_of(folder, "merges.txt")


def word_pieces(texts):
    tok = tokenizers.BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    tok.train_from_iterator(texts, vocab_size=900, limit_alphabet=300, show_progress=False)
    with tempfile.TemporaryDirectory() as folder:
        tok.save_model(folder)
        return text_of(folder, "vocab.txt")


def bertweet(texts):
    """Codes of fastBPE with how often each pair stood, and words with how often each stood."""
    tok = tokenizers.CharBPETokenizer(bert_normalizer=False, split_on_whitespace_only=True)
    tok.train_from_iterator(texts + ["@USER HTTPURL :face_with_tears_of_joy: n't 's"] * 9, vocab_size=900, limit_alphabet=200, show_progress=False)
    with tempfile.TemporaryDirectory() as folder:
        tok.save_model(folder)
        merges = [m for m in text_of(folder, "merges.txt").split("\n") if m and not m.startswith("#")]
        vocab = json.loads(text_of(folder, "vocab.json"))
    codes = "".join("%s %d\n" % (m, 9000 - i) for i, m in enumerate(merges))
    words = [v[:-4] if v.endswith("</w>") else v + "@@" for v in vocab if v != "<unk>"]
    return codes, "".join("%s %d\n" % (w, 9000 - i) for i, w in enumerate(words))


def main():
    texts = [s["s"].replace("\n", " ") for s in json.loads(gzip.open(sys.argv[1]).read()) if s["s"].strip()]
    unigram = train(texts, "unigram", 1200)
    merged = train(texts, "bpe", 1400, byte_fallback=True)
    plain = train(texts, "bpe", 1200)
    control = lambda names: [(n, CONTROL) for n in names]
    fairseq = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
    models = {
        "fairseq.model": with_specials(unigram, fairseq),
        "albert.model": with_specials(unigram, [("<pad>", CONTROL), ("<unk>", UNKNOWN), *control(["[CLS]", "[SEP]"]), ("[MASK]", USER), ("(", USER)]),
        "t5.model": with_specials(unigram, [("<pad>", CONTROL), ("</s>", CONTROL), ("<unk>", UNKNOWN)]),
        "xlnet.model": with_specials(unigram, [("<unk>", UNKNOWN), *control(["<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>"])]),
        "deberta.model": with_specials(unigram, [*control(["[PAD]", "[CLS]", "[SEP]"]), ("[UNK]", UNKNOWN)]),
        "llama.model": with_specials(merged, fairseq, remove_extra_whitespaces=False),
        "gemma.model": with_specials(merged, [("<pad>", CONTROL), ("<eos>", CONTROL), ("<bos>", CONTROL), ("<unk>", UNKNOWN), ("<mask>", USER),
                                              ("<start_of_turn>", USER), ("  ", USER), ("\u2581\u2581\u2581", USER)], add_dummy_prefix=False, remove_extra_whitespaces=False),
        "nllb.model": with_specials(plain, fairseq),
    }
    out = {name: base64.b64encode(m.SerializeToString()).decode() for name, m in models.items()}
    out["bert.vocab.txt"] = word_pieces(texts)
    vocab, out["byte.merges.txt"] = byte_level(texts)
    out["byte.vocab.json"] = vocab
    out["bpe.codes"], out["bertweet.vocab.txt"] = bertweet(texts)
    m2m = ["<s>", "<pad>", "</s>", "<unk>"] + [p.piece for p in plain.pieces if p.type == NORMAL][::-1]
    out["m2m.vocab.json"] = json.dumps({p: i for i, p in enumerate(m2m)}, ensure_ascii=False)
    with open(sys.argv[2], "wb") as f:
        f.write(gzip.compress(json.dumps(out, ensure_ascii=False, sort_keys=True).encode(), 9, mtime=0))


main()
