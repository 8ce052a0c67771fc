#!/usr/bin/env bash
# Object stores on this host: a corpus that is in one is explained into it by three
# processes at the same time, of which two do the same shard; when it is merged it
# has the bytes that one process makes of files.
#
#   ./stores.sh dev.tsv             ROWS=40; needs curl
#
# The stores are programs of Go, built here: an emulator of Google Cloud Storage, and
# a gateway that speaks S3 before a folder.
set -euo pipefail
data="$(realpath "$1")"
ROWS="${ROWS:-40}" SHARDS=2
source "$(dirname "$0")/common.sh"

export STORAGE_EMULATOR_HOST=localhost:18443
export AWS_ENDPOINT_URL_S3=http://localhost:18444 AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=explain AWS_SECRET_ACCESS_KEY=explain-secret

# serve PACKAGE@VERSION ARGUMENTS… builds a program and starts it.
serve() {
  GOBIN="$work/bin" CGO_ENABLED=0 go install "$1" 2>"$work/build.log" || { cat "$work/build.log" >&2; exit 1; }
  local name="${1%@*}"
  name="${name##*/}"
  "$work/bin/$name" "${@:2}" >"$work/$name.log" 2>&1 &
  daemon[$name]=$!
}

# What each store is asked by curl: to make a bucket, to take an object, to give one.
ask() { curl -sS --fail-with-body --retry 20 --retry-delay 1 --retry-connrefused "$@"; }
gs_bucket() { ask -o /dev/null -H 'Content-Type: application/json' -d "{\"name\": \"$1\"}" "$STORAGE_EMULATOR_HOST/storage/v1/b?project=explain"; }
gs_put() { ask -o /dev/null --data-binary "@$3" "$STORAGE_EMULATOR_HOST/upload/storage/v1/b/$1/o?uploadType=media&name=$2"; }
gs_get() { ask "$STORAGE_EMULATOR_HOST/storage/v1/b/$1/o/${2//\//%2F}?alt=media"; }
s3_ask() { ask -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' --aws-sigv4 "aws:amz:$AWS_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "$@"; }
s3_bucket() { s3_ask -o /dev/null -X PUT "$AWS_ENDPOINT_URL_S3/$1"; }
s3_put() { s3_ask -o /dev/null -T "$3" "$AWS_ENDPOINT_URL_S3/$1/$2"; }
s3_get() { s3_ask "$AWS_ENDPOINT_URL_S3/$1/$2"; }

# explained STORE has the corpus explained in a store and compares.
explained() {
  local shard worker workers=()
  "$1_bucket" corpus
  "$1_put" corpus data/in.tsv "$input"
  for shard in 0 1 0; do
    "$work/explain" corpus "$1://corpus/data/*.tsv" "${settings[@]}" --threads 1 --output "$1://corpus/out/why.jsonl" \
      --shards "$shards" --shard "$shard" >/dev/null &
    workers+=($!)
  done
  for worker in "${workers[@]}"; do wait "$worker"; done
  "$work/explain" merge "$1://corpus/out/why.jsonl" >/dev/null
  "$1_get" corpus out/why.jsonl >"$work/$1.jsonl"
  same "$work/$1.jsonl"
  echo "$1: same bytes"
}

prepare
plain 1
mkdir "$work/objects" "$work/attributes"
serve github.com/fsouza/fake-gcs-server@v1.56.1 -scheme http -port 18443 -public-host "$STORAGE_EMULATOR_HOST" -backend memory
serve github.com/versity/versitygw/cmd/versitygw@v1.8.0 --port localhost:18444 --access "$AWS_ACCESS_KEY_ID" \
  --secret "$AWS_SECRET_ACCESS_KEY" posix --sidecar "$work/attributes" "$work/objects"
explained gs
explained s3
