"""Writes how the pipeline of transformers answers questions, for the tests of package model.

    python golden_answers.py

It runs the checkpoints that golden_tasks.py has made and writes tasks/answers.json.

Made with torch 2.15.0, transformers 4.57.1, tokenizers 0.22.1: later versions have no such pipeline.
"""

import json
import pathlib

import transformers as tf

from golden_tasks import LONG, TEXTS

HERE = pathlib.Path(__file__).parent / "tasks"
QUESTIONS = ["Who lives in Paris?", "When was the tall tower built?", "What?"]
CASES = [
    {},
    {"top_k": 4},
    {"top_k": 3, "align_to_words": False},
    {"top_k": 3, "max_answer_len": 2},
    {"top_k": 3, "handle_impossible_answer": True},
    {"max_answer_len": 1, "handle_impossible_answer": True},
]

golden = {}
for folder in ("words-span", "bytes-span"):
    tokenizer = tf.PreTrainedTokenizerFast.from_pretrained(HERE / folder)
    if folder == "words-span":
        tokenizer.model_input_names = ["input_ids", "token_type_ids", "attention_mask"]
    model = tf.AutoModelForQuestionAnswering.from_pretrained(HERE / folder)
    run = tf.pipeline("question-answering", model, tokenizer=tokenizer)
    cases = golden[folder] = []
    for context in TEXTS + [LONG]:
        for question in QUESTIONS:
            for given in CASES:
                if context == LONG:
                    given = given | {"doc_stride": 9}
                got = run(question=question, context=context, **given)
                got = [a for a in (got if isinstance(got, list) else [got]) if a["score"] > 0]
                cases.append({"question": question, "context": context, "given": given, "answers": got})
(HERE / "answers.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n")
