#!/usr/bin/env bash
# Validates the Indexed Job that explain prints against the schema that Kubernetes
# publishes. No cluster runs it here.
#
#   pip install kubernetes-validate==1.37.0
#   ./kubernetes.sh dev.tsv [PYTHON]
set -euo pipefail
data="$(realpath "$1")" python="${2:-python3}"
cd "$(dirname "$0")"
manifest="$(mktemp --suffix=.yaml)"
trap 'rm -f "$manifest"' EXIT
go run ../../cmd/explain corpus "$data" --text-field sentence --limit 40 --output why.jsonl --emit kubernetes --shards 40 >"$manifest"
"$python" - "$manifest" <<'PY'
import sys

import kubernetes_validate
import yaml

job = yaml.safe_load(open(sys.argv[1]))
version = kubernetes_validate.latest_version()
kubernetes_validate.validate(job, version, strict=True)
print(f"valid as {job['apiVersion']} {job['kind']} of Kubernetes {version}; args: {job['spec']['template']['spec']['containers'][0]['args']}")
PY
