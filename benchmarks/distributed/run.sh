#!/usr/bin/env bash
# Every engine in turn: a corpus explained with one and two workers and with one
# killed, its bytes compared with those of one process.
#
#   ./run.sh dev.tsv                as root; see the scripts for what each needs
set -euo pipefail
data="$(realpath "$1")"
cd "$(dirname "$0")"
for engine in slurm flink; do
  echo "## $engine"
  echo
  ./$engine.sh "$data"
  echo
done
echo "## kubernetes"
echo
./kubernetes.sh "$data"
