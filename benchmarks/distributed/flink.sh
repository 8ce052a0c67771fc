#!/usr/bin/env bash
# explain-beam on a Flink of this host: rows a second with one and two TaskManagers,
# in every kind of environment, and the same bytes as one process makes when a
# TaskManager is killed.
#
#   ./flink.sh dev.tsv              ROWS=20000 SHARDS=40; needs JDK 17 and Maven
#
# Flink and Beam's job server are jars of Maven (flink/pom.xml), kept in $JARS if it
# is set. Workers of LOOPBACK and EXTERNAL are one process of as many threads as there
# are TaskManagers; those of PROCESS are a process of one thread for each.
set -euo pipefail
data="$(realpath "$1")"
source "$(dirname "$0")/common.sh"
jars="${JARS:-$work/jars}"

opens=(--add-exports java.base/sun.net.util=ALL-UNNAMED)
for package in java.lang java.net java.io java.nio sun.nio.ch java.lang.reflect java.text java.time java.util \
  java.util.concurrent java.util.concurrent.atomic java.util.concurrent.locks; do
  opens+=(--add-opens "java.base/$package=ALL-UNNAMED")
done

# jvm NAME CLASS ARGUMENTS… starts a Java program.
jvm() {
  java "${opens[@]}" -cp "$jars/*" "${@:2}" >"$work/$1.log" 2>&1 &
  daemon[$1]=$!
}

taskmanager() {
  jvm "$1" org.apache.flink.runtime.taskexecutor.TaskManagerRunner -c "$work/conf" -D "taskmanager.resource-id=$1"
}

# managers N waits until so many TaskManagers are there.
managers() {
  until curl -fs localhost:18081/overview 2>/dev/null | grep -q "\"taskmanagers\":$1,"; do alive; done
}

# alive waits a little, and fails if something that was started has ended.
alive() {
  local d
  sleep 0.5
  for d in cluster jobs pool tm1; do
    kill -0 "${daemon[$d]}" 2>/dev/null || { tail -50 "$work/$d.log" >&2; echo "$d has ended" >&2; exit 1; }
  done
}

begin() {
  mkdir -p "$work/conf" "$work/artifacts"
  cp "$here/flink/config.yaml" "$work/conf/"
  [ -d "$jars" ] || mvn -q -B -Dstyle.color=never -f "$here/flink/pom.xml" dependency:copy-dependencies -DoutputDirectory="$jars"
  (cd "$here/../../cmd/explain-beam" && CGO_ENABLED=0 go build -o "$work/explain-beam" .)
  jvm cluster org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint -c "$work/conf" --executionMode cluster
  jvm jobs -Xmx512m org.apache.beam.runners.flink.FlinkJobServerDriver --flink-master=localhost:18081 --job-host=localhost \
    --job-port=18099 --artifact-port=18098 --expansion-port=18097 --artifacts-dir="$work/artifacts"
  "$work/explain-beam" --pool 18050 >"$work/pool.log" 2>&1 &
  daemon[pool]=$!
  taskmanager tm1
  managers 1
  until grep -q 'JobService started' "$work/jobs.log"; do alive; done
}

# job PARALLELISM ENVIRONMENT CONFIG OUTPUT [KILL] has the corpus explained. With
# KILL, a TaskManager dies when a quarter is done, and another one takes its place.
job() {
  local begin threads="$1"
  [ "$2" != PROCESS ] || threads=1
  begin="$(now)"
  "$work/explain-beam" --endpoint localhost:18099 --parallelism "$1" --environment_type "$2" --environment_config "$3" \
    -- "$input" "${settings[@]}" --threads "$threads" --output "$4" --shards "$shards" >"$work/job.log" 2>&1 &
  daemon[job]=$!
  [ -z "${5:-}" ] || kill_manager "$4"
  wait "${daemon[job]}" || { cat "$work/job.log" >&2; exit 1; }
  seconds="$(awk -v a="$begin" -v b="$(now)" 'BEGIN { print b - a }')"
}

kill_manager() {
  until [ "$(find "$1.parts" -name '*.manifest.json' 2>/dev/null | wc -l)" -ge $((shards / 4)) ]; do sleep 0.1; done
  kill -9 "${daemon[tm1]}"
  wait "${daemon[tm1]}" 2>/dev/null || true
  [ "$(find "$1.parts" -name '*.manifest.json' | wc -l)" -lt "$shards" ] || { echo "too late to kill a TaskManager" >&2; exit 1; }
  echo "killed a TaskManager with $(find "$1.parts" -name '*.manifest.json' | wc -l) of $shards parts done" >&2
  taskmanager tm3
}

prepare
heading
plain 1
one="$seconds"
row "plain" 1 "$one" "$one"
plain 2
two="$seconds"
row "plain" 2 "$two" "$two"
begin
job 1 LOOPBACK "" "$work/flink1.jsonl"
same "$work/flink1.jsonl"
row "Beam on Flink, LOOPBACK" 1 "$seconds" "$one"
taskmanager tm2
managers 2
for kind in LOOPBACK EXTERNAL PROCESS; do
  config=""
  [ $kind != EXTERNAL ] || config="localhost:18050"
  [ $kind != PROCESS ] || config="{\"command\": \"$work/explain-beam\"}"
  job 2 $kind "$config" "$work/$kind.jsonl"
  same "$work/$kind.jsonl"
  row "Beam on Flink, $kind" 2 "$seconds" "$two"
done
job 2 PROCESS "{\"command\": \"$work/explain-beam\"}" "$work/killed.jsonl" kill
same "$work/killed.jsonl"
row "Beam on Flink, PROCESS, a TaskManager killed" 2 "$seconds" "$two"
echo
echo "Every output has the bytes of the plain run. The pool's memory was at most $(awk '/VmHWM/ { printf "%.0f MB", $2 / 1000 }' "/proc/${daemon[pool]}/status"). Load at the end $(cut -d' ' -f1 /proc/loadavg)."
