# What the scripts of this folder share: `source` it with the path of a file of texts
# and labels as $data. A corpus of $ROWS rows is explained with two coalitions a text,
# in int8, so that what an engine costs shows beside it.

rows="${ROWS:-20000}" shards="${SHARDS:-40}"
work="$(mktemp -d "${TMPDIR:-/tmp}/distributed.XXXXXX")"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
input="$work/in.tsv"
settings=(--text-field sentence --label-field label --unit sentence --precision int8 --quiet)

# What is started in the background goes here by name, and ends with the script.
declare -A daemon
trap stop EXIT

stop() {
  kill -9 "${daemon[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}

# prepare builds the program and repeats the texts.
prepare() {
  (cd "$here/../.." && CGO_ENABLED=0 go build -o "$work/explain" ./cmd/explain)
  awk -F'\t' -v rows="$rows" 'NR > 1 { line[NR - 2] = $0 }
    END { print "sentence\tlabel"; for (i = 0; i < rows; i++) print line[i % (NR - 1)] }' "$data" >"$input"
}

now() { date +%s.%N; }

# row NAME WORKERS SECONDS PLAIN-SECONDS prints a row of the table: the overhead is
# over the plain run with as many workers.
row() {
  awk -v name="$1" -v workers="$2" -v s="$3" -v plain="$4" -v rows="$rows" \
    'BEGIN { printf "| %s | %d | %.0f | %.1f | %+.0f %% |\n", name, workers, rows / s, s, 100 * (s / plain - 1) }'
}

heading() {
  echo "$rows rows in $shards shards, measured on $(date -u +%F), $(nproc) × $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load at the start $(cut -d' ' -f1 /proc/loadavg)."
  echo
  echo "| engine | workers | rows/s | s | over the plain run |"
  echo "|---|---|---|---|---|"
}

# plain WORKERS explains the corpus without any engine: one process, or two that
# share the shards, of one thread each. Sets $seconds.
plain() {
  rm -rf "$work"/plain*
  local begin worker
  begin="$(now)"
  if [ "$1" = 1 ]; then
    "$work/explain" corpus "$input" "${settings[@]}" --threads 1 -o "$work/plain.jsonl" --shards "$shards" >/dev/null
  else
    for worker in 0 1; do
      (for ((i = worker; i < shards; i += 2)); do
        "$work/explain" corpus "$input" "${settings[@]}" --threads 1 -o "$work/plain.jsonl" --shards "$shards" --shard "$i" >/dev/null
      done) &
    done
    wait
    "$work/explain" merge "$work/plain.jsonl" >/dev/null
  fi
  seconds="$(awk -v a="$begin" -v b="$(now)" 'BEGIN { print b - a }')"
}

# same OUTPUT fails unless an output and its dead letters are those of the plain run.
same() {
  cmp "$work/plain.jsonl" "$1"
  [ ! -e "$work/plain.dead.jsonl" ] || cmp "$work/plain.dead.jsonl" "${1%.jsonl}.dead.jsonl"
  [ "$(wc -l <"$1")" = "$rows" ]
}
