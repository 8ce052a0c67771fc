#!/usr/bin/env bash
# Makes the example report: what the built-in model makes of SST-2's development set.
#
#   ./report.sh dev.tsv [FOLDER]
#
# Writes FOLDER/why.jsonl and report.html, words.csv and report.json of it. A run
# that was stopped goes on where it was.
set -euo pipefail
data="$(realpath "$1")" out="$(realpath -m "${2:-report}")"
cd "$(dirname "$0")"
mkdir -p "$out"
go build -o "$out/explain" ../../cmd/explain
"$out/explain" corpus "$data" --text-field sentence --label-field label --max-error 0.02 --output "$out/why.jsonl"
for file in report.html words.csv report.json; do
  "$out/explain" report "$out/why.jsonl" --output "$out/$file"
done
"$out/explain" report "$out/why.jsonl"
rm "$out/explain"
