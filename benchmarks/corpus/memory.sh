#!/usr/bin/env bash
# Peak memory over corpora of 1,000 to 100,000 rows: it must not grow.
#
#   ./memory.sh dev.tsv              ROWS="1000 10000 100000"
#
# The texts of dev.tsv are repeated. A text is one player here (two coalitions),
# in int8, so that the whole takes minutes.
set -euo pipefail
data="$(realpath "$1")"
cd "$(dirname "$0")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -o "$work/explain" ../../cmd/explain
echo "| rows | corpus: peak MB | texts/s | report: peak MB | s |"
echo "|---|---|---|---|---|"
for rows in ${ROWS:-1000 10000 100000}; do
  awk -F'\t' -v rows="$rows" 'NR == 1 { head = $0; next } { line[NR - 2] = $0 }
    END { print head; for (i = 0; i < rows; i++) print line[i % (NR - 1)] }' "$data" >"$work/in.tsv"
  rm -rf "$work"/why*
  command time -f "%M %e" -o "$work/corpus" "$work/explain" corpus "$work/in.tsv" --text-field sentence --label-field label \
    --unit sentence --precision int8 -o "$work/why.jsonl" >/dev/null
  command time -f "%M %e" -o "$work/report" "$work/explain" report "$work/why.jsonl" --output "$work/report.html"
  echo "$rows $(cat "$work/corpus") $(cat "$work/report")" |
    awk '{ printf "| %d | %.0f | %.0f | %.0f | %.1f |\n", $1, $2 / 1024, $1 / $3, $4 / 1024, $5 }'
done
