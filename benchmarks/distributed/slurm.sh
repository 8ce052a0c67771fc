#!/usr/bin/env bash
# A job array on a Slurm of two nodes on this host: rows a second with one and two
# nodes, and the same bytes as one process makes when a node is killed.
#
#   apt-get install slurmctld slurmd slurm-client munge    (as root, and run as root)
#   ./slurm.sh dev.tsv              ROWS=20000 SHARDS=40; RELEASE=1 spares a wait
set -euo pipefail
data="$(realpath "$1")"
source "$(dirname "$0")/common.sh"
export SLURM_CONF="$work/slurm.conf"

# begin starts munge, the controller and two nodes, of one processor each.
begin() {
  local host
  host="$(hostname -s)"
  mkdir -p "$work"/{state,spool-n1,spool-n2,pids}
  dd if=/dev/urandom of="$work/munge.key" bs=1024 count=1 2>/dev/null
  chmod 400 "$work/munge.key"
  cat >"$SLURM_CONF" <<CONF
ClusterName=bench
SlurmctldHost=$host
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.sock
StateSaveLocation=$work/state
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmdSpoolDir=$work/spool-%n
SlurmctldPort=16817
SlurmctldTimeout=20
SlurmdTimeout=15
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
SchedulerParameters=sched_min_interval=200000,batch_sched_delay=0
MinJobAge=3600
NodeName=n1 NodeHostname=$host Port=17001 CPUs=1 RealMemory=4000
NodeName=n2 NodeHostname=$host Port=17002 CPUs=1 RealMemory=4000
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
  munged --force --foreground --key-file="$work/munge.key" --socket="$work/munge.sock" --pid-file="$work/munged.pid" \
    --log-file="$work/munged.log" --seed-file="$work/munge.seed" 2>/dev/null &
  daemon[munge]=$!
  until [ -S "$work/munge.sock" ]; do sleep 0.2; done
  slurmctld -D -i -L "$work/slurmctld.log" 2>/dev/null &
  daemon[controller]=$!
  # Jobs run this explain, which notes whom to kill.
  mkdir "$work/bin"
  printf '#!/bin/bash\necho $$ $PPID >"%s/pids/$SLURMD_NODENAME"\nexec "%s" "$@"\n' "$work" "$work/explain" >"$work/bin/explain"
  chmod +x "$work/bin/explain"
  export PATH="$work/bin:$PATH"
  for node in n1 n2; do node "$node"; done
  until [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 2 ]; do sleep 0.5; done
}

node() {
  slurmd -D -N "$1" -L "$work/$1.log" 2>/dev/null &
  daemon[$1]=$!
}

# array AT-ONCE OUTPUT [KILL] has the job that explain prints done, and the parts
# joined by the job that its head tells of. With KILL, node n1 dies with all its
# processes when a quarter is done.
array() {
  local begin job
  cd "$work"
  "$work/explain" corpus "$input" "${settings[@]}" --threads 1 --output "$2" --shards "$shards" --emit slurm >explain.sh
  begin="$(now)"
  job="$(sbatch --parsable --array="0-$((shards - 1))%$1" explain.sh)"
  sbatch --parsable --dependency="afterok:$job" --output="$work/merge.log" --wrap "explain merge $2" >"$work/merge"
  [ -z "${3:-}" ] || kill_node "$2"
  while squeue -h -j "$job,$(cat "$work/merge")" 2>/dev/null | grep -q .; do
    sleep 0.2
    [ -z "${RELEASE:-}" ] || release
  done
  seconds="$(awk -v a="$begin" -v b="$(now)" 'BEGIN { print b - a }')"
}

# release lets requeued tasks start before their two minutes are over.
release() {
  squeue -h -t PD -o '%i %r' | awk '$2 == "BeginTime" { print $1 }' | xargs -rI{} scontrol update JobId={} StartTime=now
}

kill_node() {
  until [ "$(find "$1.parts" -name '*.manifest.json' 2>/dev/null | wc -l)" -ge $((shards / 4)) ]; do sleep 0.1; done
  until [ -s "$work/pids/n1" ] && kill -0 "$(cut -d' ' -f1 "$work/pids/n1")" 2>/dev/null; do sleep 0.02; done
  read -r task step <"$work/pids/n1"
  kill -9 "$step" "${daemon[n1]}" "$task" # a dead machine reports nothing
  wait "${daemon[n1]}" 2>/dev/null || true
  [ "$(find "$1.parts" -name '*.manifest.json' | wc -l)" -lt "$shards" ] || { echo "too late to kill a node" >&2; exit 1; }
  echo "killed node n1 with $(find "$1.parts" -name '*.manifest.json' | wc -l) of $shards parts done" >&2
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
array 1 "$work/slurm1.jsonl"
same "$work/slurm1.jsonl"
row "Slurm array" 1 "$seconds" "$one"
array 2 "$work/slurm2.jsonl"
same "$work/slurm2.jsonl"
row "Slurm array" 2 "$seconds" "$two"
array 2 "$work/slurm3.jsonl" kill
same "$work/slurm3.jsonl"
row "Slurm array, a node killed" 2 "$seconds" "$two"
requeued="$(grep -c 'requeue' "$work/slurmctld.log" || true)"
echo
echo "Every output has the bytes of the plain run. Slurm's log tells of $requeued requeues; it notices a dead node after SlurmdTimeout (15 s here) and holds a requeued task back for two minutes. Load at the end $(cut -d' ' -f1 /proc/loadavg)."
