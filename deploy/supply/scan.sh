#!/usr/bin/env bash
# Looks for known weaknesses that have a remedy, and for secrets, in images of this machine: scan.sh IMAGE...
# The scanner is a container by its digest. It gets a saved image and its own data base, and neither the engine's socket nor
# any right; what it downloads is data. Exit code: 1 when an image has a finding.
set -euo pipefail
[ "$#" -gt 0 ] || { echo "usage: scan.sh IMAGE..." >&2; exit 2; }
scanner=ghcr.io/aquasecurity/trivy:0.74.0@sha256:62b1e65e8869bc4b4c6aa4fa2b21595256c7c2f6018a9d9ad61caf87187c1969
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/work"
code=0
for image in "$@"; do
  echo "== $image"
  docker image save --output "$folder/image.tar" "$image"
  docker run --rm --read-only --cap-drop ALL --security-opt no-new-privileges --user "$(id -u):$(id -g)" \
    --env HOME=/work --env TMPDIR=/work --volume "$folder/image.tar:/image.tar:ro" --volume "$folder/work:/work" \
    "$scanner" image --input /image.tar --cache-dir /work/cache --scanners vuln,secret --severity HIGH,CRITICAL \
    --ignore-unfixed --exit-code 1 --no-progress || code=1
done
exit "$code"
