"""Writes the logits of a classifier in float32 by transformers, for main.go to compare.

    python reference.py MODEL_FOLDER dev.tsv > logits.json

Needs torch and transformers.
"""

import csv
import json
import sys

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

folder, data = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
with open(data, encoding="utf-8") as f:
    rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
with torch.no_grad():
    logits = [model(**tokenizer(r["sentence"], return_tensors="pt")).logits[0].tolist() for r in rows]
json.dump(logits, sys.stdout)
