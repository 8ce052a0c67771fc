#!/usr/bin/env bash
# Texts a second over a corpus: whence, by its automatic method until no error is
# over 1 % of the spread of scores, and shap's Partition with its default budget
# of 500 evaluations on PyTorch, interleaved on the same texts.
#
#   ./run.sh dev.tsv [PYTHON]        TEXTS=40 a round, ROUNDS=3, FLAGS=more of explain
#
# dev.tsv is SST-2's: a header "sentence<TAB>label", then a text a line. With
# TEXTS=872 ROUNDS=1 all of it is explained. Packages: ../peers/requirements.txt.
set -euo pipefail
data="$(realpath "$1")"
python="$(realpath -s "${2:-$(dirname "$0")/../peers/.venv/bin/python}")"
cd "$(dirname "$0")"
texts="${TEXTS:-40}" rounds="${ROUNDS:-3}" threads="$(nproc)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -o "$work/explain" ../../cmd/explain

echo "Measured on $(date -u +%F), $(nproc) × $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load at the start $(cut -d' ' -f1 /proc/loadavg); $("$work/explain" --version)."
echo
echo "| round | texts | whence, texts/s | coalitions a text | shap Partition, texts/s | faster by |"
echo "|---|---|---|---|---|---|"
for round in $(seq "$rounds"); do
  from=$(((round - 1) * texts + 2))
  { head -1 "$data"; sed -n "$from,$((from + texts - 1))p" "$data"; } >"$work/part.tsv"
  rm -f "$work"/why*
  begin=$(date +%s.%N)
  # shellcheck disable=SC2086 # FLAGS is several words
  "$work/explain" corpus "$work/part.tsv" --text-field sentence --max-error 0.01 ${FLAGS:-} -o "$work/why.jsonl" >/dev/null
  end=$(date +%s.%N)
  sed 1d "$work/part.tsv" | cut -f1 | "$python" peer.py ../../model/pretrained "$threads" 500 2>/dev/null >"$work/peer.jsonl"
  "$python" - "$work" "$round" "$begin" "$end" <<'PY'
import json, sys
work, round_, begin, end = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
peer = [json.loads(line)["seconds"] for line in open(f"{work}/peer.jsonl")]
manifest = json.load(open(f"{work}/why.jsonl.manifest.json"))
ours, theirs = manifest["rows"] / (end - begin), len(peer) / sum(peer)
assert manifest["rows"] == len(peer)
print(f"| {round_} | {len(peer)} | {ours:.2f} | {manifest['evaluations'] / manifest['good']:.0f} | {theirs:.2f} | {ours / theirs:.1f} |")
PY
done
echo
echo "The time of whence is of a cold process, loading and writing included; shap's is of the explanations alone. Load at the end $(cut -d' ' -f1 /proc/loadavg)."
