#!/usr/bin/env bash
# Runs whence and its peers on the same work, interleaved, and prints the tables of ../README.md.
#
#   python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
#   ./run.sh [PART]… > results.md
#
# All parts take about 12 minutes on two quiet cores. They are: forward explanations cold startup
# generation ablations scaling savings. PYTHON is another interpreter; ROUNDS, another number of rounds; METHODS=loop,contextcite,captum
# has the context-cite package among the ablations too, which takes as long as its loop.
set -euo pipefail
cd "$(dirname "$0")"
python="${PYTHON:-.venv/bin/python}"
model=../../model/pretrained
tokenizer=../../model/tokenizer/testdata/gpt2_real.json.gz
parts=("$@")
[ $# -gt 0 ] || parts=(forward explanations cold startup generation ablations scaling savings)
bin="$(mktemp -d)"
trap 'rm -rf "$bin"' EXIT
CGO_ENABLED=0 go build -o "$bin/worker" ../worker
CGO_ENABLED=0 go build -o "$bin/explain" ../../cmd/explain

# title PART TEXT begins the table of a part.
title() { printf '\n### %s\n\n`peers/run.sh %s`, %s, load %s\n\n' "$2" "$1" "$(date -u +%F)" "$(cut -d' ' -f1 /proc/loadavg)"; }

forward() {
  title forward "Forward passes: ${COPIES:-96} copies of one text with a random half of its tokens masked, 2 threads"
  "$python" forward.py --worker "$bin/worker" --model "$model" --rounds "${ROUNDS:-3}" --tokens "${TOKENS:-16,32,64,128}" --copies "${COPIES:-96}"
}
explanations() {
  title explanations "Whole explanations at equal evaluations, model loaded, 2 threads"
  "$python" explanations.py --worker "$bin/worker" --model "$model" --rounds "${ROUNDS:-2}" --texts "${TEXTS:-1}"
}
cold() {
  title cold "Cold process to printed result, a sentence of 20 words"
  "$python" cold.py --explain "$bin/explain" --model "$model" --rounds "${ROUNDS:-2}"
}
startup() {
  title startup "What the time of that process goes to"
  "$python" startup.py --explain "$bin/explain" --worker "$bin/worker" --model "$model" --rounds "${ROUNDS:-9}"
}
generation() {
  title generation "Greedy generation, GPT-2 small's shape, 2 threads"
  "$python" generation.py --worker "$bin/worker" --tokenizer "$tokenizer" --layers "${LAYERS:-12}" --rounds "${ROUNDS:-3}"
}
ablations() {
  title ablations "Attribution of 30 answer tokens to 16 sentences of context, GPT-2 small's shape, 2 threads"
  "$python" ablations.py --worker "$bin/worker" --tokenizer "$tokenizer" --layers "${LAYERS:-12}" --rounds "${ROUNDS:-2}" --only "${METHODS:-loop,captum}"
}
scaling() {
  title scaling "How time and memory grow"
  "$python" scaling.py --worker "$bin/worker" --model "$model" --rounds "${ROUNDS:-1}"
}
# measures prints the metrics of Go benchmarks as a table, a row a benchmark.
measures() {
  printf '| %s | faster by | least | most |%s\n|---|---|---|---|%s\n' "$1" "${2:+ rows fewer by |}" "${2:+---|}"
  awk -v rows="${2:-}" '/^Benchmark.*ns\/op/ {
    delete v; for (i = 3; i < NF; i += 2) v[$(i+1)] = $i
    sub(/^[^\/]*\//, "", $1); sub(/-[0-9]+$/, "", $1)
    printf "| %s | %.2f | %.2f | %.2f |", $1, v["×"], v["×least"], v["×most"]
    if (rows) printf " %.2f |", v[rows]
    print "" }'
}
savings() {
  title savings "What is left out, and how much faster that is"
  (cd ../.. && go test -run xxx -bench 'Savings/.*/T=32$' -benchtime "${ROUNDS:-2}x" ./model) | measures "512 masked copies"
  echo
  (cd ../.. && go test -run xxx -bench 'Prefixes/(64|all)' -benchtime "${ROUNDS:-1}x" ./model/internal/transformer) | measures "what begins alike, GPT-2 small's shape" "×rows"
}

echo "$(nproc) × $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1). $("$bin/explain" --version); $("$python" --version); $(tr '\n' ' ' <requirements.txt)"
echo "Medians of interleaved rounds, smallest and largest in brackets."
for part in "${parts[@]}"; do
  case " forward explanations cold startup generation ablations scaling savings " in
  *" $part "*) "$part" ;;
  *) echo "run.sh: no part $part" >&2; exit 2 ;;
  esac
done
