"""Writes what transformers' generate makes of a small table of logits, for the tests of this package.

    python golden_decode.py

The model is a table: the logits after a text are the row of its last token plus the row of its length.
Beside this script it writes decode.json:

    tokens, lengths   the two tables
    texts             parameters of generate, prompts, and the texts that came out
    warped            parameters, texts, logits of the next token, and what the logits processors make of them

Made with torch 2.15.0, transformers 5.23.0.
"""

import json
import pathlib

import torch
from transformers import GenerationConfig, GenerationMixin, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutputWithPast

HERE = pathlib.Path(__file__).parent
SIZE, LENGTHS = 24, 7


class TableConfig(PreTrainedConfig):
    model_type = "table"
    vocab_size = SIZE
    hidden_size = 1
    num_hidden_layers = 1
    num_attention_heads = 1


class Table(PreTrainedModel, GenerationMixin):
    config_class = TableConfig

    def __init__(self, config):
        super().__init__(config)
        torch.manual_seed(1)
        self.tokens = torch.nn.Parameter((torch.randn(SIZE, SIZE) * 2).round(decimals=3))
        self.lengths = torch.nn.Parameter(torch.randn(LENGTHS, SIZE).round(decimals=3))
        self.post_init()

    def _init_weights(self, module):
        pass

    def prepare_inputs_for_generation(self, input_ids, **kwargs):
        return {"input_ids": input_ids}

    def forward(self, input_ids, attention_mask=None, **kwargs):
        length = torch.arange(1, input_ids.shape[1] + 1) % LENGTHS
        return CausalLMOutputWithPast(logits=self.tokens[input_ids] + self.lengths[length])


model = Table(TableConfig()).eval()
PROMPTS = [[3], [5, 9, 2], [1, 4, 1, 4, 1, 4], [7, 8, 9, 10, 11, 12, 13]]


def generate(**parameters):
    texts = []
    for prompt in PROMPTS:
        out = model.generate(
            torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long), use_cache=False,
            pad_token_id=0, return_dict_in_generate=True, output_scores=True, **parameters,
        )
        ends = parameters.get("eos_token_id", [])
        ends = ends if isinstance(ends, list) else [ends]
        rows = []
        for row in out.sequences.tolist():
            row, written = row[: len(prompt)], row[len(prompt) :]
            for i, token in enumerate(written):  # what follows the end is padding
                if token in ends:
                    written = written[: i + 1]
                    break
            rows.append(row + written)
        case = {"prompt": prompt, "ids": rows}
        if parameters.get("num_beams", 1) > 1:
            case["scores"] = out.sequences_scores.tolist()
        texts.append(case)
    return {"parameters": parameters, "texts": texts}


GREEDY = [
    {},
    {"max_new_tokens": 1},
    {"max_new_tokens": 30, "eos_token_id": 6},
    {"max_length": 12, "eos_token_id": [6, 2]},
    {"max_new_tokens": 25, "repetition_penalty": 1.3},
    {"max_new_tokens": 25, "repetition_penalty": 0.7},
    {"max_new_tokens": 40, "no_repeat_ngram_size": 2},
    {"max_new_tokens": 12, "no_repeat_ngram_size": 1},
    {"max_new_tokens": 40, "no_repeat_ngram_size": 3, "repetition_penalty": 1.1},
    {"max_new_tokens": 25, "bad_words_ids": [[3], [9, 2], [1, 4, 7], [6]], "eos_token_id": 6},
    {"max_new_tokens": 25, "min_new_tokens": 12, "eos_token_id": [6, 2, 17, 20]},
    {"max_new_tokens": 25, "min_length": 9, "eos_token_id": [6, 2, 17, 20]},
    {"max_new_tokens": 10, "forced_bos_token_id": 19, "forced_eos_token_id": 6, "eos_token_id": 6},
    {"max_new_tokens": 10, "suppress_tokens": [1, 2, 3, 4], "begin_suppress_tokens": [5, 6, 7, 9, 12]},
]
BEAMS = [
    {"num_beams": 2},
    {"num_beams": 4, "num_return_sequences": 4, "max_new_tokens": 12},
    {"num_beams": 3, "num_return_sequences": 3, "max_new_tokens": 25, "eos_token_id": 6},
    {"num_beams": 3, "num_return_sequences": 3, "max_new_tokens": 25, "eos_token_id": [6, 2, 17, 20]},
    {"num_beams": 4, "num_return_sequences": 2, "max_new_tokens": 25, "eos_token_id": 6, "length_penalty": 2.0},
    {"num_beams": 4, "num_return_sequences": 2, "max_new_tokens": 25, "eos_token_id": 6, "length_penalty": 0.0},
    {"num_beams": 4, "num_return_sequences": 2, "max_new_tokens": 25, "eos_token_id": 6, "length_penalty": -1.0},
    {"num_beams": 4, "num_return_sequences": 4, "max_new_tokens": 25, "eos_token_id": [6, 2], "early_stopping": True},
    {"num_beams": 4, "num_return_sequences": 4, "max_new_tokens": 25, "eos_token_id": [6, 2], "early_stopping": "never"},
    {"num_beams": 4, "num_return_sequences": 4, "max_new_tokens": 25, "eos_token_id": [6, 2], "early_stopping": "never", "length_penalty": 0.0},
    {"num_beams": 3, "max_new_tokens": 25, "eos_token_id": 6, "no_repeat_ngram_size": 2, "repetition_penalty": 1.2},
    {"num_beams": 3, "max_new_tokens": 25, "eos_token_id": [6, 2, 17], "min_new_tokens": 8, "bad_words_ids": [[3], [9, 2]]},
    {"num_beams": 5, "max_new_tokens": 9, "forced_bos_token_id": 19, "forced_eos_token_id": 6, "eos_token_id": 6},
    {"num_beams": 8, "num_return_sequences": 8, "max_length": 16, "eos_token_id": [6, 2], "length_penalty": 0.6, "early_stopping": True},
]
WARPED = [
    {"do_sample": True, "top_k": 0},
    {"do_sample": True, "top_k": 0, "temperature": 0.7},
    {"do_sample": True, "top_k": 0, "temperature": 1.9},
    {"do_sample": True, "top_k": 5},
    {"do_sample": True, "top_k": 1},
    {"do_sample": True, "top_k": 100, "top_p": 0.9},
    {"do_sample": True, "top_k": 0, "top_p": 0.5},
    {"do_sample": True, "top_k": 0, "top_p": 0.01},
    {"do_sample": True, "top_k": 0, "min_p": 0.1},
    {"do_sample": True, "top_k": 0, "min_p": 1.0},
    {"do_sample": True, "temperature": 0.6, "top_k": 12, "top_p": 0.8, "min_p": 0.02, "repetition_penalty": 1.2},
    {"do_sample": True, "top_k": 1, "num_beams": 3, "eos_token_id": [6, 2]},
    {"do_sample": True, "top_k": 0, "top_p": 0.01, "num_beams": 3, "eos_token_id": 6},
    {"do_sample": True, "top_k": 0, "top_p": 0.01, "num_beams": 3},
    {"do_sample": True, "top_k": 0, "min_p": 1.0, "num_beams": 3, "eos_token_id": [6, 2]},
    {"do_sample": True, "top_k": 3, "no_repeat_ngram_size": 2, "min_new_tokens": 4, "eos_token_id": 6},
]


def warped(**parameters):
    torch.manual_seed(3)
    cases = []
    for prompt in PROMPTS:
        config = GenerationConfig(max_length=20)
        config, _ = model._prepare_generation_config(config, **parameters)
        model._prepare_special_tokens(config, True, device="cpu", batch_size=1)
        written = torch.randint(SIZE, (3,)).tolist()
        ids = prompt + written
        scores = (torch.randn(SIZE) * 3).round(decimals=3)
        scores[4] = scores[5]  # equals
        processors = model._get_logits_processor(config, input_ids_seq_length=len(prompt), device="cpu", model_kwargs={})
        out = processors(torch.tensor([ids]), scores[None].clone())[0]
        cases.append({"prompt": len(prompt), "ids": ids, "logits": scores.tolist(), "probabilities": out.softmax(-1).tolist()})
    return {"parameters": parameters, "texts": cases}


(HERE / "decode.json").write_text(
    json.dumps({
        "tokens": model.tokens.tolist(),
        "lengths": model.lengths.tolist(),
        "texts": [generate(**p) for p in GREEDY + BEAMS],
        "warped": [warped(**p) for p in WARPED],
    })
    + "\n"
)
