#!/usr/bin/env bash
# Runs whence and its peers on the same work, interleaved, and prints the tables of ../README.md.
#
#   python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
#   ./run.sh [PYTHON] > results.md
set -euo pipefail
cd "$(dirname "$0")"
python="${1:-.venv/bin/python}"
model=../../model/pretrained
bin="$(mktemp -d)"
trap 'rm -rf "$bin"' EXIT
CGO_ENABLED=0 go build -o "$bin/worker" ../worker
CGO_ENABLED=0 go build -o "$bin/explain" ../../cmd/explain

echo "Measured on $(date -u +%F), $(nproc) × $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load at the start $(cut -d' ' -f1 /proc/loadavg)."
echo "$("$bin/explain" --version); $("$python" --version); $(grep -E '^(torch|transformers|onnxruntime|ctranslate2|openvino|shap|shapiq|captum|lime)==' requirements.txt | tr '\n' ' ')."
echo "Medians of interleaved rounds, smallest and largest in brackets."
echo
echo "### Forward passes: ${COPIES:-512} copies of one text with a random half of its tokens masked, 2 threads"
echo
"$python" forward.py --worker "$bin/worker" --model "$model" --rounds "${ROUNDS:-5}" --tokens "${TOKENS:-16,32,64,128}" --copies "${COPIES:-512}"
echo
echo "### Whole explanations at equal evaluations, model loaded, 2 threads"
echo
"$python" explanations.py --worker "$bin/worker" --model "$model" --rounds "${ROUNDS:-5}" --texts "${TEXTS:-3}"
echo
echo "### Cold process to printed result, a sentence of 20 words"
echo
"$python" cold.py --explain "$bin/explain" --model "$model" --rounds "${ROUNDS:-5}"
echo
echo "Load at the end $(cut -d' ' -f1 /proc/loadavg)."
