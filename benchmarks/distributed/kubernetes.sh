#!/usr/bin/env bash
# Validates the Indexed Job that explain prints against the schema that Kubernetes
# publishes. No cluster runs it here.
#
#   ./kubernetes.sh dev.tsv         needs Python, and a package of it
set -euo pipefail
data="$(realpath "$1")"
source "$(dirname "$0")/common.sh"
rows=40
prepare
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install kubernetes-validate==1.37.0
"$work/explain" corpus "$input" "${settings[@]}" --output why.jsonl --shards 40 --emit kubernetes >"$work/job.yaml"
"$work/venv/bin/python" - "$work/job.yaml" <<'PY'
import sys

import kubernetes_validate
import yaml

job = yaml.safe_load(open(sys.argv[1]))
version = kubernetes_validate.latest_version()
kubernetes_validate.validate(job, version, strict=True)
print(f"valid as {job['apiVersion']} {job['kind']} of Kubernetes {version}; args: {job['spec']['template']['spec']['containers'][0]['args']}")
PY
