#!/usr/bin/env bash
# Every engine in turn: a corpus explained with one and two workers and with one
# killed, its bytes compared with those of one process; then object stores.
#
#   ./run.sh dev.tsv                as root; see the scripts for what each needs
set -euo pipefail
data="$(realpath "$1")"
cd "$(dirname "$0")"
for part in slurm flink kubernetes stores; do
  echo "## $part"
  echo
  ./$part.sh "$data"
  echo
done
